namespace EdgeStream.Testing;

/// <summary>A clock that stands still until a test moves it; timers that come due fire inside
/// <see cref="Advance"/>.</summary>
/// <remarks>Thread-safe. Wall clock and monotonic clock move apart only by <see cref="SetUtcNow"/>.</remarks>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = start;
    private long _timestamp = TimeSpan.TicksPerDay;

    /// <summary>Starts at the beginning of 2026.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _timestamp;
        }
    }

    /// <summary>
    /// Moves wall clock and monotonic clock, then fires each timer that came due, once, in the order of their times.
    /// </summary>
    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_gate)
        {
            _now += by;
            _timestamp += by.Ticks;
            due = [.. _timers.Where(timer => timer.DueAt <= _timestamp).OrderBy(timer => timer.DueAt)];
        }

        foreach (var timer in due)
        {
            timer.FireIfDue();
        }
    }

    /// <summary>Whether a timer has been set that fires when the clock moves by so much.</summary>
    public bool IsTimerSet(TimeSpan firesWithin) => CountTimers(firesWithin) > 0;

    /// <summary>How many timers have been set that fire when the clock moves by so much.</summary>
    public int CountTimers(TimeSpan fireWithin)
    {
        lock (_gate)
        {
            return _timers.Count(timer => timer.DueAt <= _timestamp + fireWithin.Ticks);
        }
    }

    /// <summary>Waits until a timer has been set that fires when the clock moves by so much.</summary>
    /// <remarks>
    /// Whoever sets it may be a thread that the test does not wait for otherwise; moved before, the clock would never
    /// let it fire.
    /// </remarks>
    public Task WhenTimerIsSetAsync(TimeSpan firesWithin) => Poll.UntilAsync(() => IsTimerSet(firesWithin));

    /// <summary>Sets the wall clock alone, as a network time server does; the monotonic clock goes on.</summary>
    public void SetUtcNow(DateTimeOffset now)
    {
        lock (_gate)
        {
            _now = now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        private long _period;

        public long DueAt { get; private set; } = long.MaxValue;

        /// <summary>What is due at once fires at once, on another thread as it does with a real clock.</summary>
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                owner._timers.Remove(this);
                _period = period > TimeSpan.Zero ? period.Ticks : 0;
                DueAt = dueTime > TimeSpan.Zero ? owner._timestamp + dueTime.Ticks
                    : dueTime == TimeSpan.Zero && _period > 0 ? owner._timestamp + _period
                    : long.MaxValue;
                if (DueAt < long.MaxValue)
                {
                    owner._timers.Add(this);
                }
            }

            if (dueTime == TimeSpan.Zero)
            {
                ThreadPool.QueueUserWorkItem(_ => callback(state));
            }

            return true;
        }

        /// <summary>Fires, unless a timer before it has put it off or ended it.</summary>
        public void FireIfDue()
        {
            lock (owner._gate)
            {
                if (DueAt > owner._timestamp)
                {
                    return;
                }

                DueAt = _period > 0 ? owner._timestamp + _period : long.MaxValue;
                if (_period == 0)
                {
                    owner._timers.Remove(this);
                }
            }

            callback(state);
        }

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._timers.Remove(this);
                DueAt = long.MaxValue;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
