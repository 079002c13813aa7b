namespace EdgeStream.Storage.Tests;

/// <summary>A clock that goes on by a microsecond with each look at it, and further when it is told to.</summary>
internal sealed class TickingTimeProvider : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private long _timestamp = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Add(ref _timestamp, TimeSpan.TicksPerMicrosecond);

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(GetTimestamp() - TimeSpan.TicksPerDay);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _timestamp, by.Ticks);
}
