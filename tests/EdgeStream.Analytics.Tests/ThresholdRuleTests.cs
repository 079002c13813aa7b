using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

public sealed class ThresholdRuleTests
{
    [Fact]
    public void It_fires_once_above_the_bound_and_resolves_below_the_hysteresis()
    {
        var bench = new RuleBench(RuleBench.Above(30, hysteresis: 2));

        Assert.Equal(
            ["", "", "firing", "", "", "", "resolved", "", "firing"],
            new[] { 20, 30.0, 30.1, 50, 30, 28.1, 28, 29.9, 31 }.Select(value => bench.Feed(value)));
    }

    [Fact]
    public void Without_hysteresis_the_bound_itself_resolves_so_that_flags_can_be_watched()
    {
        var bench = new RuleBench(RuleBench.Above(0));

        Assert.Equal(["", "firing", "resolved"], new[] { 0.0, 1, 0 }.Select(value => bench.Feed(value)));
    }

    [Fact]
    public void A_lower_bound_fires_below_it()
    {
        var bench = new RuleBench(RuleBench.Above(0) with { Above = null, Below = 5, Hysteresis = 1 });

        Assert.Equal(["", "firing", "", "resolved"], new[] { 5, 4.9, 5.5, 6 }.Select(value => bench.Feed(value)));
    }

    [Fact]
    public void Two_bounds_make_a_band_and_a_jump_across_it_goes_on_firing()
    {
        var bench = new RuleBench(RuleBench.Above(30) with { Below = 10 });

        Assert.Equal(["firing", "", "resolved", "firing"], new[] { 31.0, 9, 20, 9 }.Select(value => bench.Feed(value)));
        Assert.Equal(10, bench.LastAlerts[0].Threshold);
    }

    [Fact]
    public void Every_key_is_on_its_own()
    {
        var bench = new RuleBench(RuleBench.Above(30));

        Assert.Equal("firing", bench.Feed(31, key: "a"));
        Assert.Equal("firing", bench.Feed(31, key: "b"));
        Assert.Equal("resolved", bench.Feed(1, key: "a"));
        Assert.Equal(1, bench.Rule.Firing);
    }

    [Fact]
    public void An_alert_says_what_happened()
    {
        var rule = RuleBench.Above(30) with { Severity = RuleSeverity.Critical };
        var bench = new RuleBench(rule, rule with
        {
            Name = "own",
            Message = "{key}: {field}={value}>{threshold} ({rule})",
        });
        bench.Feed(31.25, key: "kiln/1");
        var (plain, own) = (bench.LastAlerts[0], bench.LastAlerts[1]);

        Assert.Equal("value of kiln/1 is 31.25, above 30", plain.Message);
        Assert.Equal("kiln/1: value=31.25>30 (own)", own.Message);
        Assert.Equal((RuleSeverity.Critical, "kiln/1"), (plain.Severity, plain.Key));
        Assert.Equal((31.25, 30), (plain.Value, plain.Threshold));
        Assert.NotEqual(plain.Id, own.Id);

        bench.Feed(20, key: "kiln/1");
        Assert.Equal("value of kiln/1 is back at 20", bench.LastAlerts[0].Message);
        Assert.Equal(plain.Id, bench.LastAlerts[0].Id);
        Assert.Equal(plain.FiredAt, bench.LastAlerts[0].FiredAt);
    }

    [Fact]
    public void For_fires_when_the_condition_has_held_so_long_in_event_time()
    {
        var bench = new RuleBench(RuleBench.Above(30, forSeconds: 10));

        Assert.Equal(
            ["", "", "", "firing", ""], new[] { 0.0, 4, 8, 12, 16 }.Select(second => bench.Feed(31, second)));
    }

    [Fact]
    public void For_starts_again_when_a_value_is_within_bounds()
    {
        var bench = new RuleBench(RuleBench.Above(30, forSeconds: 10));
        bench.Feed(31, 0);
        bench.Feed(31, 5);
        Assert.Equal(1, bench.Rule.Pending);
        bench.Feed(30, 9);
        Assert.Equal(0, bench.Rule.Pending);

        Assert.Equal(["", "", "firing"], new[] { 10.0, 15, 20 }.Select(second => bench.Feed(31, second)));
    }

    [Fact]
    public void Where_selects_the_records_that_a_rule_sees()
    {
        var bench = new RuleBench(RuleBench.Above(30) with { Where = "PARTITION_KEY LIKE 'kiln/%' AND state = 'run'" });

        Assert.Equal("", bench.FeedData("""{"value":31,"state":"run"}""", key: "oven/1"));
        Assert.Equal("", bench.FeedData("""{"value":31,"state":"idle"}""", key: "kiln/1"));
        Assert.Equal("firing", bench.FeedData("""{"value":31,"state":"run"}""", key: "kiln/1"));
        Assert.Equal(0, bench.Rule.Ignored);
    }

    [Theory]
    [InlineData("""{"other":1}""")]
    [InlineData("""{"value":"31"}""")]
    [InlineData("""{"value":null}""")]
    [InlineData("""{"value":{"value":31}}""")]
    [InlineData("""{"value":1e999}""")]
    [InlineData("""[31]""")]
    [InlineData("""31""")]
    [InlineData("""{"value":31""")]
    [InlineData("")]
    public void A_record_without_a_number_in_the_field_is_ignored_and_counted(string data)
    {
        var bench = new RuleBench(RuleBench.Above(30));

        Assert.Equal("", bench.FeedData(data));
        Assert.Equal(1, bench.Rule.Ignored);
    }

    [Fact]
    public void A_key_that_is_too_long_to_save_is_counted_and_not_watched()
    {
        var bench = new RuleBench(RuleBench.Above(30));

        Assert.Equal("", bench.Feed(31, key: new string('k', 1025)));
        Assert.Equal(1, bench.Rule.Untracked);
    }

    [Fact]
    public void When_every_remembered_key_fires_further_keys_are_counted_and_firing_ones_are_kept()
    {
        var bench = new RuleBench(2, RuleBench.Above(30));
        bench.Feed(31, key: "a");
        bench.Feed(31, key: "b");

        Assert.Equal("", bench.Feed(31, key: "c"));
        Assert.Equal(1, bench.Rule.Untracked);
        Assert.Equal("resolved", bench.Feed(1, key: "a"));
        Assert.Equal("firing", bench.Feed(31, key: "c"));
    }

    [Fact]
    public void Random_values_fire_and_resolve_as_a_naive_state_machine_says()
    {
        foreach (var seed in TestSeed.Take(50))
        {
            TestSeed.Run(seed, random =>
            {
                var (above, below, hysteresis) = (random.Next(5, 9), random.Next(0, 4), random.Next(0, 2) / 2.0);
                var bench = new RuleBench(RuleBench.Above(above, hysteresis) with { Below = below });
                var firing = new HashSet<string>();
                for (var step = 0; step < 500; step++)
                {
                    var key = "abc"[random.Next(3)].ToString();
                    var value = random.Next(-4, 28) / 2.0;
                    var expected = "";
                    if (!firing.Contains(key) && (value > above || value < below))
                    {
                        firing.Add(key);
                        expected = "firing";
                    }
                    else if (value <= above - hysteresis && value >= below + hysteresis && firing.Remove(key))
                    {
                        expected = "resolved";
                    }

                    Assert.Equal(expected, bench.Feed(value, key: key));
                    Assert.Equal(firing.Count, bench.Rule.Firing);
                }
            });
        }
    }
}
