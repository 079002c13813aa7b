using EdgeStream.Storage;

namespace EdgeStream.Devices.Tests.Sensors;

/// <summary>Which values become records, and when a sensor is asked again.</summary>
public class SensorChannelTests
{
    private static readonly SensorOptions Options = new()
    {
        Name = "t", Sensor = "hwmon lm75 temp1", Period = TimeSpan.FromSeconds(10),
    };

    private TimeSpan _now;

    [Fact]
    public void Without_a_deadband_every_value_is_recorded()
    {
        var channel = Channel(Options);
        Assert.Equal([21.0, 21.0, 21.0], Recorded(channel, 21, 21, 21));
    }

    [Fact]
    public void A_deadband_leaves_out_what_has_hardly_changed_since_the_last_record()
    {
        var channel = Channel(Options with { Deadband = 0.5 });
        Assert.Equal([21, 21.5, 20.9], Recorded(channel, 21, 21.4, 20.6, 21.5, 21.2, 20.9));
    }

    [Fact]
    public void A_deadband_of_nothing_leaves_out_what_is_the_same()
    {
        var channel = Channel(Options with { Deadband = 0 });
        Assert.Equal([21, 21.0001, 21], Recorded(channel, 21, 21, 21.0001, 21.0001, 21));
    }

    [Fact]
    public void An_unchanged_value_is_recorded_again_after_its_time()
    {
        var channel = Channel(Options with { Deadband = 1, Repeat = TimeSpan.FromSeconds(30) });
        Assert.Equal([21.0, 21.0, 21.0], Recorded(channel, 21, 21, 21, 21, 21, 21, 21));
    }

    [Fact]
    public void The_first_value_after_silence_is_recorded_whatever_it_is()
    {
        var channel = Channel(Options with { Deadband = 5 });
        Assert.Equal([21.0], Recorded(channel, 21, 22));
        Fail(channel, 4);
        Assert.True(channel.Status.IsStale);
        Assert.Equal([22.0], Recorded(channel, 22));
        Assert.False(channel.Status.IsStale);
        Assert.Null(channel.Status.Problem);
    }

    [Fact]
    public void A_sensor_is_stale_after_three_periods_and_says_so_once()
    {
        var channel = Channel(Options);
        Recorded(channel, 21);
        var became = new List<bool>();
        for (var i = 0; i < 4; i++)
        {
            Fail(channel, 1);
            became.Add(channel.HasBecomeStale);
        }

        // Failures at 10, 30, 70 and 130 seconds.
        Assert.Equal([false, true, false, false], became);
        Assert.Equal((1, 4, "gone"), (channel.Status.Readings, channel.Status.Failures, channel.Status.Problem));
    }

    [Fact]
    public void Who_fails_is_asked_more_and_more_rarely_and_at_least_every_minute()
    {
        var channel = Channel(Options with { Period = TimeSpan.FromSeconds(2) });
        var waits = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            var before = channel.Due;
            Fail(channel, 1);
            waits.Add((channel.Due - before).TotalSeconds);
        }

        Assert.Equal([4, 8, 16, 32, 60, 60, 60], waits);
        _now = channel.Due;
        channel.Note(new SensorReading(SensorValue.Of(1), "Cel", null), _now, default);
        Assert.Equal(2, (channel.Due - _now).TotalSeconds);
    }

    [Fact]
    public void Periods_that_were_missed_are_left_out()
    {
        var channel = Channel(Options);
        _now = TimeSpan.FromSeconds(35);
        channel.Note(new SensorReading(SensorValue.Of(1), "Cel", null), _now, default);
        Assert.Equal(45, channel.Due.TotalSeconds);
    }

    [Theory]
    [InlineData(new double[0], 21.5)]
    [InlineData(new[] { -0.5, 1.0 }, 21.0)]
    [InlineData(new[] { 32, 1.8 }, 70.7)]
    [InlineData(new[] { 1.0, 0, 2 }, 925.5)]
    public void A_calibration_is_a_polynomial(double[] coefficients, double value)
    {
        using var tree = new SensorTree().WithLm75();
        var reader = new SensorReader(tree.Root, Options with { Calibration = new Calibration(coefficients) });
        Assert.Equal(value, reader.Read().Value.Number);
    }

    [Theory]
    [InlineData(-300_000, "The value -300 is below the lowest temperature there is")]
    [InlineData(-41_000, "The value -41 is below the minimum -40.")]
    [InlineData(125_500, "The value 125.5 is above the maximum 125.")]
    public void An_implausible_value_is_a_failed_reading(int millidegrees, string problem)
    {
        using var tree = new SensorTree().WithLm75(millidegrees: millidegrees);
        var reader = new SensorReader(tree.Root, Options with { Minimum = -40, Maximum = 125 });
        Assert.StartsWith(problem, reader.Read().Problem);
    }

    private static SensorChannel Channel(SensorOptions options) => new("/", options, TimeSpan.Zero);

    private double[] Recorded(SensorChannel channel, params double[] values)
    {
        var recorded = new List<double>();
        foreach (var value in values)
        {
            _now = channel.Due;
            channel.Note(new SensorReading(SensorValue.Of(value), "Cel", null), _now, default(Timestamp));
            if (channel.ToRecord is { } record)
            {
                recorded.Add(record.Number);
            }
        }

        return [.. recorded];
    }

    private void Fail(SensorChannel channel, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _now = channel.Due;
            channel.Note(new SensorReading(default, "", "gone"), _now, default);
        }
    }
}
