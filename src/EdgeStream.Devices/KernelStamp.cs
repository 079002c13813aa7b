using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>Times that the kernel stamps with its monotonic clock, which is the one the process measures by.</summary>
internal static class KernelStamp
{
    private const double NanosecondsPerSecond = 1e9;
    private const double NanosecondsPerMicrosecond = 1e3;
    private const long AgeMaxNanoseconds = 3_600_000_000_000;

    /// <summary>The time of a stamp by the wall clock; now for a stamp that lies ahead, or back by more than an
    /// hour.</summary>
    internal static Timestamp TimeOf(long nanoseconds, TimeProvider time)
    {
        var now = (long)(time.GetTimestamp() * (NanosecondsPerSecond / time.TimestampFrequency));
        var age = now - nanoseconds;
        return Timestamp.From(time.GetUtcNow() - (age is < 0 or > AgeMaxNanoseconds
            ? TimeSpan.Zero
            : TimeSpan.FromMicroseconds(age / NanosecondsPerMicrosecond)));
    }
}
