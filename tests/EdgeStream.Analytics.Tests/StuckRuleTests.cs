namespace EdgeStream.Analytics.Tests;

public sealed class StuckRuleTests
{
    [Fact]
    public void A_value_that_stays_for_the_time_fires_and_a_change_resolves()
    {
        var bench = new RuleBench(BehaviourRules.Stuck());

        Assert.Equal(["", "", "", "", "firing"], Feed(bench, (21, -20), (21, -10), (21.5, 10), (21.5, 40), (21.5, 70)));
        Assert.Equal("value of k: unchanged at 21.5, 3 times in 60 s", bench.LastAlerts[0].Message);
        Assert.Equal(["", "resolved", ""], Feed(bench, (21.5, 80), (21.6, 90), (21.7, 100)));
    }

    [Fact]
    public void So_many_equal_values_fire_before_the_time_is_over()
    {
        var bench = new RuleBench(BehaviourRules.Stuck());
        var states = Enumerable.Range(0, 20).Select(step => bench.Feed(5, step)).ToList();

        Assert.Equal("firing", states[19]);
        Assert.All(states[..19], state => Assert.Equal("", state));
    }

    [Fact]
    public void Without_a_number_of_values_only_time_counts_and_the_other_way_round()
    {
        var time = new RuleBench(BehaviourRules.Stuck() with { Values = null });
        var values = new RuleBench(BehaviourRules.Stuck() with { For = null });
        for (var step = 0; step < 19; step++)
        {
            Assert.Equal("", time.Feed(5, step));
            Assert.Equal("", values.Feed(5, step * 100));
        }

        Assert.Equal("", time.Feed(5, 19));
        Assert.Equal("firing", values.Feed(5, 2000));
        Assert.Equal("value of k: unchanged at 5, 20 times", values.LastAlerts[0].Message);
    }

    [Fact]
    public void Within_the_tolerance_of_the_first_value_nothing_has_changed()
    {
        var bench = new RuleBench(BehaviourRules.Stuck() with { Tolerance = 0.5 });

        Assert.Equal(
            ["", "", "", "", "", "firing"],
            Feed(bench, (9, -20), (9, -10), (20, 0), (20.5, 25), (19.5, 50), (20, 60)));
        Assert.Equal("resolved", bench.Feed(20.6, 70));
    }

    [Fact]
    public void Silence_is_no_run()
    {
        var bench = new RuleBench(BehaviourRules.Stuck());
        bench.Feed(20);

        Assert.Equal("", bench.Pass(10_000));
    }

    private static string[] Feed(RuleBench bench, params (double Value, double Second)[] values) =>
        [.. values.Select(pair => bench.Feed(pair.Value, pair.Second))];
}
