namespace EdgeStream.Streams.Tests.Clock;

/// <summary>What a change of the wall clock says of what was before, and what not.</summary>
public sealed class ClockStepTests
{
    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(2)]
    public async Task A_clock_that_was_wrong_by_so_many_seconds_is_put_right(int secondsBehind)
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(machine.Reality - TimeSpan.FromSeconds(secondsBehind));
        await machine.MeasureAsync(3);
        machine.Set(machine.Reality);
        await machine.MeasureAsync(3);
        Assert.All(machine.Errors(), error => Assert.InRange(error.Arrival, -0.3, 0.3));
        Assert.True(machine.Store.Clock is { StepCount: 1, IsSet: true });
        Assert.Equal(secondsBehind, machine.Store.Clock.LastStep.TotalSeconds, 0.001);
    }

    [Fact]
    public async Task A_clock_that_is_set_wrong_and_then_right_leaves_no_trace()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(machine.Reality);
        await machine.MeasureAsync(3);
        machine.Set(machine.Reality + TimeSpan.FromDays(400));
        await machine.MeasureAsync(3);
        machine.Set(machine.Reality);
        await machine.MeasureAsync(3);
        Assert.All(machine.Errors(), error => Assert.InRange(error.Arrival, -0.3, 0.3));
    }

    [Fact]
    public async Task A_clock_that_falls_back_to_1970_is_not_believed()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(machine.Reality);
        await machine.MeasureAsync(3);
        machine.Set(DateTimeOffset.UnixEpoch);
        await machine.MeasureAsync(3);
        Assert.True(machine.Store.Clock is { IsSet: false, IsAssumed: true });
        Assert.All(machine.Errors(), error => Assert.InRange(error.Arrival, -0.3, 0.3));
    }

    [Fact]
    public async Task A_pause_of_a_machine_whose_clock_a_time_server_keeps_changes_no_time_from_before()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(machine.Reality);
        machine.IsSynchronized = true;
        await machine.MeasureAsync(3);
        machine.Pause(TimeSpan.FromHours(2));
        await machine.MeasureAsync(3);
        Assert.All(machine.Errors(), error => Assert.InRange(error.Arrival, -0.3, 0.3));
        Assert.Equal(0, machine.Store.Clock.StepCount);
    }

    [Fact]
    public async Task A_clock_that_a_time_server_sets_for_the_first_time_was_wrong_before()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(machine.Reality - TimeSpan.FromHours(1));
        await machine.MeasureAsync(3);
        machine.IsSynchronized = true;
        machine.Set(machine.Reality);
        await machine.MeasureAsync(3);
        Assert.All(machine.Errors(), error => Assert.InRange(error.Arrival, -0.3, 0.3));
        Assert.Equal(1, machine.Store.Clock.StepCount);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_leap_second_changes_no_time_from_before(int step)
    {
        await using var machine = new ClockMachine();
        var midnight = new DateTimeOffset(2026, 12, 31, 23, 59, 50, TimeSpan.Zero);
        await machine.BootAsync(midnight);
        var before = midnight - machine.Reality;
        await machine.MeasureAsync(1);
        machine.Set(machine.Clock.GetUtcNow() + TimeSpan.FromSeconds(step));
        await machine.MeasureAsync(2);
        var errors = machine.Errors();
        Assert.Equal(before.TotalSeconds, errors[0].Arrival, 0.001);
        Assert.Equal(before.TotalSeconds + step, errors[^1].Arrival, 0.001);
        Assert.Equal(0, machine.Store.Clock.StepCount);
    }

    [Fact]
    public async Task A_smeared_leap_second_is_no_step()
    {
        // The kernel slows both clocks, so their difference stays.
        await using var machine = new ClockMachine();
        await machine.BootAsync(machine.Reality);
        for (var i = 0; i < 10; i++)
        {
            await machine.MeasureAsync(1);
            machine.Clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(0, machine.Store.Clock.StepCount);
    }

    [Fact]
    public async Task A_sleep_of_the_machine_changes_no_time_from_before()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(machine.Reality);
        await machine.MeasureAsync(3);
        var sleep = TimeSpan.FromHours(8);
        machine.SuspendedMicroseconds = (long)sleep.TotalMicroseconds;
        machine.Set(machine.Reality + sleep);
        await machine.MeasureAsync(3);
        var errors = machine.Errors();
        Assert.All(errors[..3], error => Assert.InRange(error.Arrival, -0.3, 0.3));
        Assert.All(errors[3..], error => Assert.Equal(sleep.TotalSeconds, error.Arrival, 0.3));
        Assert.Equal(0, machine.Store.Clock.StepCount);
    }

    [Fact]
    public async Task A_change_of_summer_time_is_none_of_the_clock()
    {
        await using var machine = new ClockMachine();
        await machine.BootAsync(new DateTimeOffset(2026, 10, 25, 0, 59, 0, TimeSpan.Zero));
        await machine.MeasureAsync(20);
        Assert.Equal(0, machine.Store.Clock.StepCount);
        var first = machine.Errors()[0].Arrival;
        Assert.All(machine.Errors(), error => Assert.Equal(first, error.Arrival, 0.001));
    }
}
