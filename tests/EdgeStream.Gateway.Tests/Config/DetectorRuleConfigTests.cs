using EdgeStream.Analytics;

namespace EdgeStream.Gateway.Tests.Config;

public sealed class DetectorRuleConfigTests
{
    [Fact]
    public void Every_section_makes_its_rule()
    {
        var rules = ConfigText.Parse(
            """
            rules:
              - {name: a, field: f, range: {low: 2, high: 8}, hysteresis: 0.5, for: 5m}
              - {name: b, field: f, rateOfChange: {above: 5, below: -4, per: hour, over: 2m, resolveAfter: 7}}
              - {name: c, field: f, missing: {for: 15m}, severity: critical}
              - {name: d, field: f, stuck: {for: 6h, values: 30, tolerance: 0.1}, where: x > 1}
              - {name: e, field: f, levelShift: {window: 30, baseline: 300, deviations: 5, minimumDeviation: 0.2}}
              - {name: f, field: f, drift: {window: 16d, deviations: 3, minimumDeviation: 0.3}}
              - {name: g, field: f, drift: {window: 640}}
              - {name: h, field: f, anomaly: {method: default, resolveAfter: 9}, message: "{explanation}"}
              - {name: i, field: f, levelShift: {}, for: 2h}
              - {name: j, field: f, anomaly: {window: 50}, for: 10s}
            """).Rules;
        RuleDefinition[] expected =
        [
            new ThresholdRuleDefinition
            {
                Name = "a", Stream = "readings", Field = "f", Above = 8, Below = 2, Hysteresis = 0.5,
                For = TimeSpan.FromMinutes(5),
            },
            new RateOfChangeRuleDefinition
            {
                Name = "b", Stream = "readings", Field = "f", Above = 5, Below = -4, Per = TimeSpan.FromHours(1),
                Over = TimeSpan.FromMinutes(2), ResolveAfter = 7,
            },
            new MissingRuleDefinition
            {
                Name = "c", Stream = "readings", Field = "f", For = TimeSpan.FromMinutes(15),
                Severity = RuleSeverity.Critical,
            },
            new StuckRuleDefinition
            {
                Name = "d", Stream = "readings", Field = "f", For = TimeSpan.FromHours(6), Values = 30, Tolerance = 0.1,
                Where = "x > 1",
            },
            new LevelShiftRuleDefinition
            {
                Name = "e", Stream = "readings", Field = "f", Window = 30, Baseline = 300, Deviations = 5,
                MinimumDeviation = 0.2,
            },
            new DriftRuleDefinition
            {
                Name = "f", Stream = "readings", Field = "f", WindowDuration = TimeSpan.FromDays(16), Deviations = 3,
                MinimumDeviation = 0.3,
            },
            new DriftRuleDefinition { Name = "g", Stream = "readings", Field = "f", WindowSamples = 640 },
            new DetectorRuleDefinition
            {
                Name = "h", Stream = "readings", Field = "f", ResolveAfter = 9, Message = "{explanation}",
            },
            new LevelShiftRuleDefinition
            {
                Name = "i", Stream = "readings", Field = "f", For = TimeSpan.FromHours(2),
            },
            new AnomalyRuleDefinition
            {
                Name = "j", Stream = "readings", Field = "f", WindowSamples = 50, For = TimeSpan.FromSeconds(10),
            },
        ];
        Assert.Equal(expected, rules);
    }

    [Theory]
    [InlineData("missing: {}", "missing for 10 min")]
    [InlineData("levelShift: {}", "level of 20 values more than 4 spreads from that of 200 values")]
    [InlineData("drift: {}", "drifts by more than 2 spreads in the last 8 days")]
    [InlineData("rateOfChange: {above: 3}", "changes by more than 3 a minute")]
    [InlineData("stuck: {values: 5}", "unchanged for 5 values")]
    [InlineData("rateOfChange: {above: 3}, for: 5m", "changes by more than 3 a minute, for 5 min")]
    [InlineData("anomaly: {method: default}", "unusual for its level, spread, time of day and of the week")]
    public void What_is_left_out_has_a_default_and_the_rule_says_what_it_does(string section, string condition)
    {
        var rule = Assert.Single(ConfigText.Parse($"rules: [{{name: r, field: f, {section}}}]").Rules);
        Assert.Equal($"f {condition}", rule.Description);
    }

    [Theory]
    [InlineData("missing: {}, stuck: {values: 3}", "needs either 'above' and 'below'")]
    [InlineData("above: 1, drift: {}", "needs either 'above' and 'below'")]
    [InlineData("missing: {}, for: 5m", "'missing' has a time of its own: write 'for' within 'missing'")]
    [InlineData("stuck: {values: 9}, for: 5m", "'stuck' has a time of its own: write 'for' within 'stuck'")]
    [InlineData("levelShift: {}, for: 31d", "'for' cannot be '31d'")]
    [InlineData("levelShift: {}, hysteresis: 1", "'hysteresis' belongs to 'above' and 'below', not to 'levelShift'")]
    [InlineData("missing: {for: 10ms}", "'for' cannot be '10ms'")]
    [InlineData("range: {low: 8, high: 2}", "It must not be less than below:")]
    [InlineData("range: {}", "Say above:, below: or both")]
    [InlineData("rateOfChange: {}", "Say above:, below: or both")]
    [InlineData("rateOfChange: {above: 1, per: week}", "'per' cannot be 'week'")]
    [InlineData("stuck: {}", "Say for:, values: or both")]
    [InlineData("levelShift: {window: 150}", "'baseline': It must be twice the window")]
    [InlineData("drift: {window: soon}", "'window' cannot be 'soon'")]
    [InlineData("drift: {window: 20}", "window: must be 64 to 1,000,000 values")]
    [InlineData("anomaly: {method: default, window: 50}", "'window' belongs to method rolling-mean")]
    [InlineData("anomaly: {method: magic}", "'method' cannot be 'magic'")]
    public void What_cannot_be_is_named(string section, string message)
    {
        var error = Assert.Throws<EdgeStream.Gateway.Config.ConfigException>(
            () => ConfigText.Parse($"rules: [{{name: r, field: f, {section}}}]"));
        Assert.Contains(message, error.Message);
    }
}
