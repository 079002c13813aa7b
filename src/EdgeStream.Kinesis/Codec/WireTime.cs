namespace EdgeStream.Kinesis;

/// <summary>Times as clients send them, in microseconds since 1970.</summary>
internal static class WireTime
{
    private const double MicrosecondsPerSecond = 1_000_000;
    private const long MicrosecondsPerMillisecond = 1000;

    // The years 1 to 9999, which every client can express.
    private const double SecondsMin = -62_135_596_800;
    private const double SecondsMax = 253_402_300_799;
    private const long MillisecondsMin = -62_135_596_800_000;
    private const long MillisecondsMax = 253_402_300_799_000;

    /// <summary>A time in seconds, cut to the years 1 to 9999.</summary>
    internal static long FromSeconds(double seconds) =>
        double.IsNaN(seconds)
            ? throw ApiException.Serialization(null)
            : (long)Math.Round(Math.Clamp(seconds, SecondsMin, SecondsMax) * MicrosecondsPerSecond);

    /// <summary>A time in milliseconds, cut to the years 1 to 9999.</summary>
    internal static long FromMilliseconds(long milliseconds) =>
        Math.Clamp(milliseconds, MillisecondsMin, MillisecondsMax) * MicrosecondsPerMillisecond;
}
