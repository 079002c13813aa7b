namespace EdgeStream.Devices.Tests;

/// <summary>A clock that stands until a test moves it; its timers fire while it is moved.</summary>
internal sealed class ManualTime(DateTimeOffset now) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = now;
    private long _timestamp;

    internal ManualTime()
        : this(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _timestamp;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(callback, state, period);
        lock (_lock)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    internal void Advance(TimeSpan time)
    {
        _now += time;
        _timestamp += time.Ticks;
        ManualTimer[] timers;
        lock (_lock)
        {
            timers = [.. _timers];
        }

        foreach (var timer in timers)
        {
            timer.Fire();
        }
    }

    /// <summary>Fires with every step of the clock: enough for loops whose period is the step.</summary>
    private sealed class ManualTimer(TimerCallback callback, object? state, TimeSpan period) : ITimer
    {
        private bool _isActive = period != Timeout.InfiniteTimeSpan;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _isActive = dueTime != Timeout.InfiniteTimeSpan;
            return true;
        }

        public void Dispose() => _isActive = false;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Fire()
        {
            if (_isActive)
            {
                callback(state);
            }
        }
    }
}
