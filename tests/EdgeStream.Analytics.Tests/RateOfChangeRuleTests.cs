namespace EdgeStream.Analytics.Tests;

public sealed class RateOfChangeRuleTests
{
    [Fact]
    public void A_value_that_rises_too_fast_fires_and_calm_ones_resolve_it()
    {
        var bench = new RuleBench(BehaviourRules.Rate());

        Assert.Equal(["", "", "", "firing", ""], Feed(bench, (20, 0), (20, 10), (20, 20), (24, 40), (25, 45)));
        Assert.Equal(["", "", "resolved"], Feed(bench, (25, 60), (25, 80), (26, 100)));
    }

    [Fact]
    public void The_text_says_how_fast_and_over_what_time()
    {
        var bench = new RuleBench(BehaviourRules.Rate());
        Feed(bench, (20, 0), (20, 10), (20, 20), (25, 50));

        Assert.Equal(
            "value of k: 25, rises by 10 a minute over 30 s, the bound is 6", Assert.Single(bench.LastAlerts).Message);
    }

    [Fact]
    public void Falling_has_a_bound_of_its_own()
    {
        var bench = new RuleBench(BehaviourRules.Rate());

        Assert.Equal(["", "", "", "firing"], Feed(bench, (50, 0), (50, 10), (48, 20), (41, 50)));
        Assert.Contains("falls by 14 a minute", bench.LastAlerts[0].Message);
    }

    [Fact]
    public void Over_a_time_noise_from_value_to_value_does_not_count()
    {
        var bench = new RuleBench(BehaviourRules.Rate() with { Over = TimeSpan.FromMinutes(2) });
        for (var second = 0; second < 600; second += 10)
        {
            Assert.Equal("", bench.Feed(20 + (second / 10 % 2 * 2), second));
        }

        // 9 a minute for two minutes.
        var states = Enumerable.Range(0, 13).Select(step => bench.Feed(20 + (step * 1.5), 600 + (step * 10)));
        Assert.Single(states, "firing");
    }

    [Fact]
    public void Values_that_come_seldom_are_compared_with_the_one_before()
    {
        var bench = new RuleBench(BehaviourRules.Rate() with { Over = TimeSpan.FromMinutes(1) });

        Assert.Equal(["", "", "", "", "firing"], Feed(bench, (20, 0), (20, 70), (20, 140), (20, 210), (60, 280)));
    }

    [Fact]
    public void A_clock_that_is_set_makes_no_rate()
    {
        var bench = new RuleBench(BehaviourRules.Rate());

        // The device's clock jumps back by an hour and later forward by 56 years.
        Assert.Equal(
            ["", "", "", "", ""],
            Feed(bench, (20, 4000), (20.5, 4010), (21, 400), (21.5, 410), (22, 1_800_000_000)));
    }

    [Fact]
    public void After_a_silence_a_value_is_no_fast_change()
    {
        var bench = new RuleBench(BehaviourRules.Rate());

        // One second apart, then an hour of silence in which the value went its way.
        Assert.Equal(["", "", "", "", ""], Feed(bench, (20, 0), (20, 1), (20, 2), (50, 3602), (50, 3603)));
    }

    [Fact]
    public void Values_that_were_sent_together_make_no_rate_of_their_own()
    {
        var bench = new RuleBench(BehaviourRules.Rate() with { Above = 10, Per = TimeSpan.FromSeconds(1) });
        for (var step = 0; step < 300; step++)
        {
            Assert.Equal("", bench.Feed(20 + (step % 5), (step / 100) + (step % 100 * 1e-5)));
        }

        // Ten values a second that rise by 15 in one.
        var states = Enumerable.Range(0, 12).Select(step => bench.Feed(20 + (step * 1.5), 3 + (step * 0.1)));
        Assert.Contains("firing", states);
    }

    [Fact]
    public void A_record_that_comes_late_is_passed_over()
    {
        var bench = new RuleBench(BehaviourRules.Rate());

        Assert.Equal(
            ["", "", "", "", "firing"], Feed(bench, (20, 0), (20, 10), (20, 20), (900, 15), (24, 30)));
    }

    private static string[] Feed(RuleBench bench, params (double Value, double Second)[] values) =>
        [.. values.Select(pair => bench.Feed(pair.Value, pair.Second))];
}
