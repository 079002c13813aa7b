namespace EdgeStream.Benchmarks.Areas.Queries;

/// <summary>A clock that stands until it is told the time, so that an hour of readings is written in a second. Its
/// timers never fire.</summary>
internal sealed class PacedTime : TimeProvider
{
    private readonly long _startUnixMs;
    private long _unixMs;

    /// <summary>A clock that shows a time in milliseconds since 1970.</summary>
    public PacedTime(long startUnixMs) => _startUnixMs = _unixMs = startUnixMs;

    /// <summary>The time in milliseconds since 1970; never goes back.</summary>
    public long UnixMs
    {
        get => Volatile.Read(ref _unixMs);
        set => Volatile.Write(ref _unixMs, value);
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => 1000;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(UnixMs);

    /// <inheritdoc/>
    public override long GetTimestamp() => UnixMs - _startUnixMs;

    /// <inheritdoc/>
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
