namespace EdgeStream.Mqtt;

/// <summary>The broker's time in milliseconds: it never jumps, and with a state store goes on over restarts.</summary>
/// <remarks>Every moment that is kept (an expiry, a session's end, a will's delay) is told in this time. It stands
/// still while the broker doesn't run, unless <see cref="StateClock"/> knows for how long that was.</remarks>
internal sealed class BrokerClock
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private long _offsetMs;

    internal BrokerClock(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
    }

    internal long NowMs => Volatile.Read(ref _offsetMs) + UptimeMs;

    /// <summary>Since this broker was made.</summary>
    internal long UptimeMs => (long)_time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>The wall clock, in milliseconds since 1970; it may be wrong and may jump.</summary>
    internal long WallMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Goes on from a moment of an earlier run. Called before anything has asked for the time.</summary>
    internal void ContinueFrom(long nowMs) => Volatile.Write(ref _offsetMs, nowMs - UptimeMs);
}
