namespace EdgeStream.Analytics.Tests;

public sealed class RuleDefinitionTests
{
    public static TheoryData<string, RuleDefinition> Bad => new()
    {
        { "name", RuleBench.Above(1) with { Name = "" } },
        { "name", RuleBench.Above(1) with { Name = ".." } },
        { "name", RuleBench.Above(1) with { Name = "a/b" } },
        { "name", RuleBench.Above(1) with { Name = new string('n', 129) } },
        { "stream", RuleBench.Above(1) with { Stream = "alerts" } },
        { "field", RuleBench.Above(1) with { Field = "a b" } },
        { "where", RuleBench.Above(1) with { Where = "value >" } },
        { "where", RuleBench.Above(1) with { Where = "value + 1" } },
        { "severity", RuleBench.Above(1) with { Severity = (RuleSeverity)9 } },
        { "message", RuleBench.Above(1) with { Message = "{key} {temperature}" } },
        { "above", RuleBench.Above(1) with { Above = null } },
        { "above", RuleBench.Above(double.NaN) },
        { "below", RuleBench.Above(1) with { Below = double.NegativeInfinity } },
        { "above", RuleBench.Above(1) with { Below = 2 } },
        { "hysteresis", RuleBench.Above(1, hysteresis: -1) },
        { "hysteresis", RuleBench.Above(10, hysteresis: 6) with { Below = 0 } },
        { "for", RuleBench.Above(1, forSeconds: -1) },
        { "for", RuleBench.Above(1) with { For = TimeSpan.FromDays(31) } },
        { "window", RuleBench.Anomaly() with { WindowSamples = 7 } },
        { "window", RuleBench.Anomaly() with { WindowSamples = 60, WindowDuration = TimeSpan.FromMinutes(1) } },
        { "window", RuleBench.Anomaly() with { WindowDuration = TimeSpan.FromMilliseconds(1) } },
        { "deviations", RuleBench.Anomaly() with { Deviations = 0 } },
        { "minimumSamples", RuleBench.Anomaly() with { MinimumSamples = 1 } },
        { "minimumSamples", RuleBench.Anomaly() with { WindowSamples = 20 } },
        { "minimumDeviation", RuleBench.Anomaly() with { MinimumDeviation = -1 } },
        { "resolveAfter", RuleBench.Anomaly() with { ResolveAfter = 0 } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_member_is_named_with_what_is_allowed(string member, RuleDefinition rule)
    {
        Assert.Contains(rule.Validate(), error => error.Member == member && error.Message.Length > 10);
    }

    [Fact]
    public void Good_rules_have_no_errors()
    {
        var threshold = RuleBench.Above(30, 2, 60) with { Below = 0, Where = "a = 1", Message = "{key} {} {1}" };
        Assert.Empty(threshold.Validate());
        Assert.Empty(RuleBench.Anomaly().Validate());
        Assert.Empty((RuleBench.Anomaly() with { WindowDuration = TimeSpan.FromHours(1) }).Validate());
    }

    [Fact]
    public void A_description_says_what_the_rule_does()
    {
        Assert.Equal(
            "value above 30 or below 1.5 for 60 s, hysteresis 2, where a = 1",
            (RuleBench.Above(30, 2, 60) with { Below = 1.5, Where = "a = 1" }).Description);
        Assert.Equal(
            "value more than 4 standard deviations from the mean of the last 120 samples",
            RuleBench.Anomaly().Description);
    }

    [Fact]
    public void Only_what_decides_when_a_rule_fires_changes_its_hash()
    {
        var rule = RuleBench.Above(30);

        Assert.Equal(0xA4DAA3CAF4A48428UL, SnapshotHeader.HashOf(rule));
        Assert.Equal(
            SnapshotHeader.HashOf(rule),
            SnapshotHeader.HashOf(rule with { Severity = RuleSeverity.Info, Message = "{key}" }));
        Assert.NotEqual(SnapshotHeader.HashOf(rule), SnapshotHeader.HashOf(rule with { Hysteresis = 0.1 }));
        Assert.NotEqual(SnapshotHeader.HashOf(rule), SnapshotHeader.HashOf(rule with { Where = "a = 1" }));
    }
}
