using EdgeStream.Storage;

namespace EdgeStream.Streams.Tests.Clock;

/// <summary>A board that starts in 1970 and is told the time later.</summary>
public sealed class ClockWithoutBatteryTests
{
    private const int ReadingsInTenMinutes = 60;
    private const int ReadingsInFiveMinutes = 30;
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    [Fact]
    public async Task Records_from_before_the_clock_was_set_are_read_with_right_times_in_order_and_none_is_evicted()
    {
        await using var machine = new ClockMachine(retentionAge: TimeSpan.FromDays(1));
        await machine.BootAsync(Epoch);
        await machine.MeasureAsync(ReadingsInTenMinutes);
        machine.Set(machine.Reality);
        await machine.MeasureAsync(ReadingsInFiveMinutes);
        await machine.CutAsync(TimeSpan.FromHours(2));
        await machine.BootAsync(Epoch);
        await machine.MeasureAsync(ReadingsInTenMinutes);
        machine.Set(machine.Reality);
        machine.Pass(TimeSpan.FromSeconds(2));

        var errors = machine.Errors();
        Assert.Equal((2 * ReadingsInTenMinutes) + ReadingsInFiveMinutes, errors.Length);
        Assert.All(errors, error => Assert.InRange(error.Arrival, -1, 1));
        Assert.All(errors, error => Assert.InRange(error.Event, -1, 1));
        AssertInOrder(machine);
        Assert.Equal(0, machine.Stream.Statistics.EvictedRecords);
    }

    [Fact]
    public async Task Until_the_clock_is_set_times_go_on_from_the_newest_record()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(machine.Reality);
        await machine.MeasureAsync(5);
        await machine.CutAsync(TimeSpan.FromMinutes(7));
        await machine.BootAsync(Epoch);
        Assert.True(machine.Store.Clock is { IsSet: false, IsAssumed: true });
        await machine.MeasureAsync(5);
        AssertInOrder(machine);
        Assert.All(machine.Errors()[5..], error => Assert.InRange(error.Arrival, -8 * 60, -6 * 60));
    }

    [Fact]
    public async Task A_gateway_without_any_time_to_go_on_from_shows_what_the_clock_says()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(Epoch);
        Assert.True(machine.Store.Clock is { IsSet: false, IsAssumed: false });
        await machine.MeasureAsync(1);
        using var reader = machine.Stream.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(1970, record.ArrivalTime.ToDateTimeOffset().Year);
    }

    [Fact]
    public async Task A_clock_that_is_set_while_the_gateway_is_stopped_is_noticed_at_its_start()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(Epoch);
        await machine.MeasureAsync(5);
        await machine.CloseAsync();
        machine.Set(machine.Reality);
        await machine.OpenAsync();
        Assert.Equal(1, machine.Store.Clock.StepCount);
        Assert.All(machine.Errors(), error => Assert.InRange(error.Arrival, -1, 1));
    }

    [Fact]
    public async Task A_saved_clock_that_is_behind_by_the_time_without_power_is_put_right_too()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(machine.Reality);
        await machine.MeasureAsync(5);
        var saved = machine.Reality;
        await machine.CutAsync(TimeSpan.FromHours(9));
        await machine.BootAsync(saved);
        await machine.MeasureAsync(5);
        machine.Set(machine.Reality);
        machine.Pass(TimeSpan.FromSeconds(1));
        Assert.All(machine.Errors(), error => Assert.InRange(error.Arrival, -1, 1));
        AssertInOrder(machine);
    }

    [Fact]
    public async Task A_time_that_a_device_with_a_right_clock_gave_stays_as_it_is()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(Epoch);
        var hourBefore = machine.Reality - TimeSpan.FromHours(1);
        await machine.MeasureAsync(1, eventTime: hourBefore);
        await machine.MeasureAsync(1, eventTime: machine.Clock.GetUtcNow() - TimeSpan.FromSeconds(3));
        machine.Set(machine.Reality);
        machine.Pass(TimeSpan.FromSeconds(1));
        var errors = machine.Errors();
        Assert.Equal(-3600, errors[0].Event, 1.0);
        Assert.Equal(-3, errors[1].Event, 1.0);
    }

    [Fact]
    public async Task A_position_by_time_is_found_among_corrected_records()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(Epoch);
        await machine.MeasureAsync(ReadingsInTenMinutes);
        var middle = machine.Reality;
        machine.Set(middle);
        await machine.MeasureAsync(ReadingsInFiveMinutes);
        foreach (var (time, sequence) in new[]
        {
            (middle - TimeSpan.FromDays(9), 1),
            (middle - TimeSpan.FromSeconds(95), ReadingsInTenMinutes - 8),
            (middle + TimeSpan.FromSeconds(15), ReadingsInTenMinutes + 3),
            (middle + TimeSpan.FromDays(9), ReadingsInTenMinutes + ReadingsInFiveMinutes + 1),
        })
        {
            var found = machine.Stream.Shards[0].Resolve(ShardPosition.AtTime(Timestamp.From(time)));
            Assert.Equal(sequence, found.Value);
        }
    }

    private static void AssertInOrder(ClockMachine machine)
    {
        using var reader = machine.Stream.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        var last = new Timestamp(0);
        while (reader.TryRead(out var record))
        {
            Assert.True(record.ArrivalTime >= last, $"{record.ArrivalTime} comes behind {last}.");
            last = record.ArrivalTime;
        }
    }
}
