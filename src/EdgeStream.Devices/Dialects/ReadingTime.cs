namespace EdgeStream.Devices;

/// <summary>When something was measured, as far as the payload tells. The default is "it doesn't".</summary>
/// <param name="UnixMicroseconds">Microseconds since 1970; without meaning unless stated by the device.</param>
/// <param name="Quality">How far it can be believed.</param>
internal readonly record struct ReadingTime(long UnixMicroseconds, TimeQuality Quality)
{
    /// <summary>A time that is there and cannot be read, or has no zone where none is known.</summary>
    internal static ReadingTime Unusable => new(0, TimeQuality.Replaced);

    /// <summary>Whether there is a time of the device's own.</summary>
    internal bool IsStated => Quality is TimeQuality.Device or TimeQuality.Local or TimeQuality.Corrected;

    /// <summary>A time that the device states with its zone.</summary>
    internal static ReadingTime Of(long unixMicroseconds) => new(unixMicroseconds, TimeQuality.Device);
}
