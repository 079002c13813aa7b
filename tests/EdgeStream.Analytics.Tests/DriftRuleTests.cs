using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

public sealed class DriftRuleTests
{
    private string _lastFired = "";

    [Fact]
    public void A_creeping_value_fires_and_resolves_when_it_holds_still()
    {
        foreach (var seed in TestSeed.Take(5))
        {
            TestSeed.Run(seed, random =>
            {
                var bench = new RuleBench(BehaviourRules.Drift());
                var states = Feed(bench, random, 600, step => 20 + (step * 0.02));
                Assert.Single(states, "firing");
                Assert.Single(Feed(bench, random, 600, _ => 32), "resolved");
            });
        }
    }

    [Fact]
    public void Noise_around_a_level_is_no_drift()
    {
        foreach (var seed in TestSeed.Take(5))
        {
            TestSeed.Run(seed, random =>
            {
                var bench = new RuleBench(BehaviourRules.Drift());
                Assert.All(Feed(bench, random, 5000, _ => 20), state => Assert.Equal("", state));
            });
        }
    }

    [Fact]
    public void A_step_is_no_drift_but_falling_is_one()
    {
        var random = new Random(3);
        var bench = new RuleBench(BehaviourRules.Drift());
        Assert.All(Feed(bench, random, 600, step => step < 300 ? 20 : 23), state => Assert.Equal("", state));

        Assert.Contains("firing", Feed(bench, random, 300, step => 23 - (step * 0.03)));
        Assert.Matches(
            @"^value of k: [\d.]+, creeps down by [\d.]+ in the last 160 values: [\d.]+ times the usual spread$",
            _lastFired);
    }

    [Fact]
    public void A_window_of_whole_days_sees_through_a_daily_course()
    {
        var bench = new RuleBench(
            BehaviourRules.Drift() with { WindowSamples = null, WindowDuration = TimeSpan.FromDays(8) });
        var random = new Random(5);
        var states = new List<string>();
        for (var hour = 0; hour < 40 * 24; hour++)
        {
            var course = 10 * Math.Sin(hour * 2 * Math.PI / 24);
            var creep = hour < 20 * 24 ? 0 : (hour - (20 * 24)) / 24.0 * 3;
            states.Add(bench.Feed(course + creep + random.NextDouble(), hour * 3600));
        }

        Assert.All(states[..(20 * 24)], state => Assert.Equal("", state));
        Assert.Contains("firing", states);
    }

    private List<string> Feed(RuleBench bench, Random random, int count, Func<int, double> level)
    {
        var states = new List<string>();
        for (var step = 0; step < count; step++)
        {
            states.Add(bench.Feed(level(step) + random.NextDouble() - 0.5));
            _lastFired = states[^1] == "firing" ? bench.LastAlerts[0].Message : _lastFired;
        }

        return states;
    }
}
