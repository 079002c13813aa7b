namespace EdgeStream.Analytics.Tests;

/// <summary>A wall clock and a monotonic clock that move only when told; timers never fire by themselves.</summary>
internal sealed class TestTime : TimeProvider
{
    private TimeSpan _monotonic;

    public DateTimeOffset Now { get; set; } = new(2026, 11, 20, 14, 30, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => _monotonic.Ticks;

    /// <summary>Lets time pass on both clocks.</summary>
    public void Pass(TimeSpan time)
    {
        Now += time;
        _monotonic += time;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new IdleTimer();

    private sealed class IdleTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
