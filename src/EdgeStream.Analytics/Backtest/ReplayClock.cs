using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>The clocks of stored records: the wall clock is that of the last arrival, the monotonic clock adds up what
/// passed between arrivals.</summary>
/// <remarks>Within one start of the machine the kernel's monotonic clock counts, so that a wall clock that was set
/// moves nothing; between two starts nothing passes, as a restarted gateway counts silence from its start.</remarks>
internal sealed class ReplayClock : TimeProvider
{
    private long _monotonic;
    private long _wall;
    private long _lastMonotonic;
    private uint _lastBoot;
    private bool _isStarted;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => _monotonic * TimeSpan.TicksPerMicrosecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new Timestamp(_wall).ToDateTimeOffset();

    /// <summary>How much passes, in microseconds, until a record's arrival.</summary>
    public long MicrosecondsTo(long bootMonotonic, uint boot) =>
        _isStarted && boot == _lastBoot ? Math.Max(0, bootMonotonic - _lastMonotonic) : 0;

    /// <summary>Lets some of it pass.</summary>
    public void Pass(long microseconds)
    {
        _monotonic += microseconds;
        _lastMonotonic += microseconds;
        _wall += microseconds;
    }

    /// <summary>Stands at a record's arrival.</summary>
    public void Arrive(Timestamp arrival, long bootMonotonic, uint boot)
    {
        _monotonic += MicrosecondsTo(bootMonotonic, boot);
        (_wall, _lastMonotonic, _lastBoot, _isStarted) = (arrival.UnixMicroseconds, bootMonotonic, boot, true);
    }
}
