using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

public sealed class AnomalyRuleTests
{
    [Fact]
    public void A_spike_fires_and_normal_values_resolve_it()
    {
        var bench = new RuleBench(RuleBench.Anomaly());
        Warm(bench, 60);

        Assert.Equal("firing", bench.Feed(40));
        Assert.StartsWith("value of k is 40, above ", bench.LastAlerts[0].Message, StringComparison.Ordinal);
        Assert.Equal(["", "", "resolved"], new[] { 20.0, 21, 20 }.Select(value => bench.Feed(value)));
    }

    [Fact]
    public void An_anomalous_value_starts_the_count_of_normal_ones_again()
    {
        var bench = new RuleBench(RuleBench.Anomaly());
        Warm(bench, 60);
        bench.Feed(40);

        Assert.Equal(["", "", "", "", "resolved"], new[] { 20.0, 100, 20, 21, 20 }.Select(value => bench.Feed(value)));
    }

    [Fact]
    public void Nothing_fires_before_there_are_enough_samples()
    {
        var bench = new RuleBench(RuleBench.Anomaly());
        Warm(bench, 29);

        Assert.Equal("", bench.Feed(1e6));
    }

    [Fact]
    public void A_lasting_change_of_level_becomes_normal()
    {
        var bench = new RuleBench(RuleBench.Anomaly() with { WindowSamples = 40 });
        Warm(bench, 60);

        Assert.Equal("firing", bench.Feed(60));
        var states = Enumerable.Range(0, 60).Select(step => bench.Feed(60 + (step % 2))).ToList();
        Assert.Single(states, "resolved");
    }

    [Fact]
    public void The_minimum_deviation_lets_a_constant_signal_move_a_little()
    {
        var strict = new RuleBench(RuleBench.Anomaly());
        var floored = new RuleBench(RuleBench.Anomaly() with { MinimumDeviation = 0.5 });
        for (var step = 0; step < 40; step++)
        {
            strict.Feed(20);
            floored.Feed(20);
        }

        Assert.Equal("firing", strict.Feed(20.1));
        Assert.Equal("", floored.Feed(22));
        Assert.Equal("firing", floored.Feed(23.5));
    }

    [Fact]
    public void A_window_of_time_forgets_by_event_time()
    {
        var bench = new RuleBench(RuleBench.Anomaly() with { WindowDuration = TimeSpan.FromSeconds(80) });
        for (var second = 0; second < 60; second++)
        {
            bench.Feed(20 + (second % 2), second);
        }

        for (var second = 60; second < 180; second++)
        {
            bench.Feed(50 + (second % 2), second);
        }

        // Over all 180 values the deviation would be about 14, and the old level normal.
        Assert.Equal(0, bench.Rule.Firing);
        Assert.Equal("firing", bench.Feed(20, 180));
    }

    [Fact]
    public void The_window_agrees_with_a_naive_computation_over_the_same_values()
    {
        foreach (var seed in TestSeed.Take(30))
        {
            TestSeed.Run(seed, random =>
            {
                var paneSamples = random.Next(1, 20);
                var offset = Math.Pow(10, random.Next(0, 9)) * (random.Next(2) == 0 ? 1 : -1);
                var moments = default(RollingMoments);
                var all = new List<double>();
                for (var step = 0; step < 2000; step++)
                {
                    var value = offset + random.NextDouble();
                    all.Add(value);
                    moments.AddByCount(value, paneSamples);
                    if (step % 97 == 0)
                    {
                        CompareWithNaive(all, paneSamples, moments.Window, offset);
                    }
                }
            });
        }
    }

    [Fact]
    public void A_restored_window_has_the_very_same_bits()
    {
        foreach (var seed in TestSeed.Take(20))
        {
            TestSeed.Run(seed, random =>
            {
                var moments = default(RollingMoments);
                var bytes = new byte[RollingMoments.SizeBytes];
                for (var step = 0; step < 300; step++)
                {
                    moments.AddByCount(random.NextDouble() * 1e6, 7);
                    moments.Write(bytes);
                    var restored = RollingMoments.Read(bytes);
                    Assert.Equal(moments.Window, restored.Window);
                    moments = random.Next(2) == 0 ? restored : moments;
                }
            });
        }
    }

    [Fact]
    public void Values_at_the_end_of_the_range_raise_no_exception()
    {
        var bench = new RuleBench(RuleBench.Anomaly() with { MinimumSamples = 2 });
        foreach (var value in new[] { 1, 2, double.MaxValue, double.MinValue, 1, double.MaxValue, 5, 6 })
        {
            bench.Feed(value);
            Assert.All(bench.LastAlerts, alert => Assert.NotEmpty(AlertJson.ToBytes(alert)));
        }
    }

    private static void Warm(RuleBench bench, int count)
    {
        for (var step = 0; step < count; step++)
        {
            Assert.Equal("", bench.Feed(20 + (step % 2)));
        }
    }

    private static void CompareWithNaive(List<double> all, int paneSamples, Moments window, double offset)
    {
        var closedPanes = Math.Min(RollingMoments.ClosedPanes, (all.Count - 1) / paneSamples);
        var open = all.Count - ((all.Count - 1) / paneSamples * paneSamples);
        var values = all.TakeLast((closedPanes * paneSamples) + open).Select(value => value - offset).ToList();
        var mean = values.Average();
        var deviation = values.Count < 2
            ? 0
            : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        var tolerance = Math.Abs(offset) * 1e-13;

        Assert.Equal(values.Count, window.Count);
        Assert.Equal(mean, window.Mean - offset, 1e-9 + tolerance);
        Assert.Equal(deviation, window.StandardDeviation, 1e-9 + tolerance);
    }
}
