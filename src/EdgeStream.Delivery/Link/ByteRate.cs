namespace EdgeStream.Delivery;

/// <summary>Bytes a second, in the order in which they are asked for.</summary>
/// <remarks>Thread-safe. A bucket that begins empty and never holds more than a second: of any span of time the bytes
/// of that time and of one second may go.</remarks>
/// <param name="bytesPerSecond">The rate.</param>
/// <param name="time">The clock.</param>
internal sealed class ByteRate(long bytesPerSecond, TimeProvider time)
{
    private static readonly TimeSpan BurstMax = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly long _origin = time.GetTimestamp();

    /// <summary>When all that was asked for has gone at the rate.</summary>
    private TimeSpan _gone;

    /// <summary>Takes bytes: how long to wait before they go.</summary>
    public TimeSpan Take(long bytes)
    {
        lock (_gate)
        {
            var now = time.GetElapsedTime(_origin);
            var begin = _gone > now - BurstMax ? _gone : now - BurstMax;
            _gone = begin + TimeSpan.FromSeconds((double)bytes / bytesPerSecond);
            return _gone > now ? _gone - now : TimeSpan.Zero;
        }
    }
}
