using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

public sealed class RuleGatesTests
{
    private const int RuleCount = 30;

    /// <summary>The model asks every rule of every record.</summary>
    [Fact]
    public void Rules_that_are_passed_over_would_have_said_nothing()
    {
        foreach (var seed in TestSeed.Take(3))
        {
            TestSeed.Run(seed, random =>
            {
                var rules = Enumerable.Range(0, RuleCount).Select(index => RuleOf(index, random)).ToArray();
                var bench = new RuleBench(rules);
                var firing = new HashSet<(ThresholdRuleDefinition Rule, string Key)>();
                var ignored = new long[RuleCount];
                for (var step = 0; step < 3000; step++)
                {
                    var key = $"key-{random.Next(4)}";
                    int? other = random.Next(2) == 0 ? random.Next(100) : null;
                    var value = random.Next(10, 90);
                    bench.FeedData(
                        $"{{\"value\":{value}{(other is null ? "" : $",\"other\":{other}")}}}", key: key);
                    var expected = new List<string>();
                    for (var index = 0; index < RuleCount; index++)
                    {
                        var rule = rules[index];
                        if ((rule.Field == "value" ? value : other) is not { } number)
                        {
                            ignored[index]++;
                        }
                        else if (Changes(rule, number, firing.Contains((rule, key))))
                        {
                            var isNew = firing.Add((rule, key)) || !firing.Remove((rule, key));
                            expected.Add($"{rule.Name} {(isNew ? "firing" : "resolved")} {key}");
                        }
                    }

                    Assert.Equal(expected, bench.LastAlerts.Select(
                        alert => $"{alert.Rule} {AlertJson.WordOf(alert.State)} {alert.Key}"));
                }

                Assert.Equal(ignored, bench.Rules.Rules.Select(rule => rule.Ignored));
            });
        }
    }

    private static ThresholdRuleDefinition RuleOf(int index, Random random) =>
        RuleBench.Above(random.Next(50, 110), hysteresis: random.Next(10)) with
        {
            Name = $"rule-{index}",
            Field = random.Next(2) == 0 ? "value" : "other",
            Below = random.Next(2) == 0 ? random.Next(-10, 30) : null,
        };

    private static bool Changes(ThresholdRuleDefinition rule, double number, bool isFiring) => isFiring
        ? number <= rule.Above - rule.Hysteresis && (rule.Below is not { } below || number >= below + rule.Hysteresis)
        : number > rule.Above || number < rule.Below;
}
