namespace EdgeStream.Analytics.Tests;

/// <summary>Labels and the texts of alerts.</summary>
public sealed class RuleTextTests
{
    private static readonly LabelSet Site = new([new("site", "north")]);

    [Fact]
    public void A_message_may_name_everything_that_is_known()
    {
        var bench = new RuleBench(RuleBench.Above(30, forSeconds: 90) with
        {
            Labels = Site, Severity = RuleSeverity.Critical,
            Message = "{rule} {stream} {severity} {key} {field} {value}>{threshold} for {duration} at "
                + "{labels.site} {x y}",
            ResolvedMessage = "{key} of {labels.site} was hot for {duration}, now {value}",
        });
        bench.Feed(31);
        Assert.Equal("firing", bench.Pass(90));
        Assert.Equal(
            "hot readings critical k value 31>30 for 90 s at north {x y}", Assert.Single(bench.LastAlerts).Message);
        Assert.Equal(Site, bench.LastAlerts[0].Labels);

        bench.Pass(3600);
        Assert.Equal("resolved", bench.Feed(20, 3700));
        Assert.Equal("k of north was hot for 60 min, now 20", Assert.Single(bench.LastAlerts).Message);
        Assert.Equal(Site, bench.LastAlerts[0].Labels);
    }

    [Theory]
    [InlineData("{valu}", "There is no {valu}")]
    [InlineData("{labels.sit}", "There is no {labels.sit}")]
    [InlineData("{labels.}", "There is no {labels.}")]
    public void A_place_that_nothing_fills_is_refused_in_both_texts(string text, string problem)
    {
        var rule = RuleBench.Above(30) with { Labels = Site };
        var error = Assert.Single((rule with { Message = text }).Validate());
        Assert.Equal("message", error.Member);
        Assert.StartsWith(problem, error.Message);
        Assert.Equal("resolvedMessage", Assert.Single((rule with { ResolvedMessage = text }).Validate()).Member);
    }

    [Theory]
    [InlineData("1a")]
    [InlineData("")]
    [InlineData("a-b")]
    public void A_label_has_a_plain_name(string name)
    {
        var rule = RuleBench.Above(30) with { Labels = new LabelSet([new(name, "x")]) };
        Assert.Equal("labels", Assert.Single(rule.Validate()).Member);
    }

    [Fact]
    public void Sets_of_the_same_labels_are_equal_whatever_their_order()
    {
        var one = new LabelSet([new("a", "1"), new("b", "2")]);
        var other = new LabelSet([new("b", "2"), new("a", "1")]);
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, new LabelSet([new("a", "1")]));
        Assert.Equal(RuleBench.Above(1) with { Labels = one }, RuleBench.Above(1) with { Labels = other });
    }

    [Fact]
    public void Labels_and_texts_do_not_make_another_rule_of_it()
    {
        var rule = RuleBench.Above(30);
        Assert.Equal(
            SnapshotHeader.HashOf(rule),
            SnapshotHeader.HashOf(rule with { Labels = Site, Message = "m", ResolvedMessage = "r" }));
    }
}
