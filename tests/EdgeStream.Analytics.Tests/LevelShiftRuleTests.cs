using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

public sealed class LevelShiftRuleTests
{
    [Fact]
    public void A_level_that_moves_and_stays_fires_within_a_window_and_becomes_usual()
    {
        foreach (var seed in TestSeed.Take(5))
        {
            TestSeed.Run(seed, random =>
            {
                var bench = new RuleBench(BehaviourRules.LevelShift());
                Assert.All(Feed(bench, random, 20, 400), state => Assert.Equal("", state));
                var states = Feed(bench, random, 40, 2000);
                Assert.InRange(states.IndexOf("firing"), 1, 20);
                Assert.Single(states, "firing");
                Assert.Single(states, "resolved");
            });
        }
    }

    [Fact]
    public void Single_outliers_raise_nothing_however_far_they_are()
    {
        foreach (var seed in TestSeed.Take(5))
        {
            TestSeed.Run(seed, random =>
            {
                var bench = new RuleBench(BehaviourRules.LevelShift());
                for (var round = 0; round < 20; round++)
                {
                    Assert.All(Feed(bench, random, 20, 120), state => Assert.Equal("", state));
                    Assert.Equal("", bench.Feed(random.Next(2) == 0 ? 1e9 : -500));
                }
            });
        }
    }

    [Fact]
    public void A_level_that_comes_back_resolves_soon()
    {
        var random = new Random(4);
        var bench = new RuleBench(BehaviourRules.LevelShift());
        Feed(bench, random, 20, 400);
        Assert.Contains("firing", Feed(bench, random, 40, 25));

        Assert.InRange(Feed(bench, random, 20, 200).IndexOf("resolved"), 1, 120);
    }

    [Fact]
    public void What_was_constant_may_have_an_outlier_but_no_shift()
    {
        var bench = new RuleBench(BehaviourRules.LevelShift());
        var states = Enumerable.Range(0, 300).Select(step => bench.Feed(step == 200 ? 9 : 5)).ToList();
        Assert.All(states, state => Assert.Equal("", state));

        Assert.Contains("firing", Enumerable.Range(0, 30).Select(_ => bench.Feed(7)));
    }

    [Fact]
    public void The_text_has_both_levels_and_the_distance_in_spreads()
    {
        var random = new Random(1);
        var bench = new RuleBench(BehaviourRules.LevelShift());
        Feed(bench, random, 20, 400);
        while (bench.Feed(40 + random.NextDouble()) != "firing")
        {
        }

        Assert.Matches(
            @"^value of k: the level of the last 20 values is 2\d\.\d+, usual is 20\.\d+: "
                + @"\d\.?\d* times the usual spread$",
            bench.LastAlerts[0].Message);
    }

    private static List<string> Feed(RuleBench bench, Random random, double level, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => bench.Feed(level + random.NextDouble() - 0.5))];
}
