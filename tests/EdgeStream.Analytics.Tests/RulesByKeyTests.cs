using EdgeStream.Sql;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

public sealed class RulesByKeyTests
{
    [Theory]
    [InlineData("PARTITION_KEY = 'pump-1'", "pump-1")]
    [InlineData("'pump-1' = PARTITION_KEY", "pump-1")]
    [InlineData("rpm > 0 AND (PARTITION_KEY = 'pump-1' AND on)", "pump-1")]
    [InlineData("PARTITION_KEY = 'it''s'", "it's")]
    [InlineData("PARTITION_KEY = 'pump-1' OR rpm > 0", null)]
    [InlineData("NOT PARTITION_KEY = 'pump-1'", null)]
    [InlineData("PARTITION_KEY <> 'pump-1'", null)]
    [InlineData("PARTITION_KEY = name", null)]
    [InlineData("PARTITION_KEY LIKE 'pump-1'", null)]
    public void A_condition_tells_the_only_key_it_can_hold_for(string condition, string? key)
    {
        var found = SqlExpression.ParseCondition(condition, new ColumnSet()).RequiredPartitionKey;
        Assert.Equal(key, found is null ? null : System.Text.Encoding.UTF8.GetString(found));
    }

    [Fact]
    public void Rules_that_are_found_by_their_key_do_what_they_do_when_each_is_asked()
    {
        foreach (var seed in TestSeed.Take(3))
        {
            TestSeed.Run(seed, random =>
            {
                var found = new RuleBench([.. Rules("PARTITION_KEY = '{0}' AND value < 900")]);
                var asked = new RuleBench([.. Rules("PARTITION_KEY IN ('{0}') AND value < 900")]);
                for (var step = 0; step < 2000; step++)
                {
                    var (value, key) = (random.Next(1000), $"key-{random.Next(12)}");
                    found.Feed(value, step, key);
                    asked.Feed(value, step, key);
                    Assert.Equal(Told(asked), Told(found));
                }

                Assert.Equal(
                    asked.Rules.Rules.Select(rule => rule.Ignored), found.Rules.Rules.Select(rule => rule.Ignored));
            });
        }
    }

    [Fact]
    public void A_record_without_the_field_is_ignored_by_the_rules_of_its_key_alone()
    {
        var bench = new RuleBench([.. Rules("PARTITION_KEY = '{0}'")]);
        bench.FeedData("""{"other":1}""", key: "key-3");
        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 0, 1], bench.Rules.Rules.Select(rule => rule.Ignored));
    }

    /// <summary>One for each of eight keys, and one for all.</summary>
    private static IEnumerable<RuleDefinition> Rules(string condition) =>
    [
        .. Enumerable.Range(0, 8).Select(index => RuleBench.Above(500, hysteresis: 50) with
        {
            Name = $"rule-{index}", Where = condition.Replace("{0}", $"key-{index}", StringComparison.Ordinal),
        }),
        RuleBench.Above(800) with { Name = "rule-all" },
    ];

    private static IEnumerable<string> Told(RuleBench bench) =>
        bench.LastAlerts.Select(alert => $"{alert.Rule} {alert.Key} {alert.State} {alert.Value}").Order();
}
