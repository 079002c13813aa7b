namespace EdgeStream.Storage.Tests;

/// <summary>
/// A clock that stands still until it is moved; wall and monotonic time move apart when the wall clock is set.
/// </summary>
internal sealed class SettableClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _wall = start;
    private long _monotonicTicks = TimeSpan.FromSeconds(100).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _wall;

    public override long GetTimestamp() => _monotonicTicks;

    public void Advance(TimeSpan time)
    {
        _wall += time;
        _monotonicTicks += time.Ticks;
    }

    public void SetWallClock(DateTimeOffset time) => _wall = time;
}
