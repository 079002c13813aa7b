namespace EdgeStream.Devices;

/// <summary>The words for the qualities of a time, in records of single readings. Frozen.</summary>
internal static class TimeQualities
{
    /// <summary><c>arrival</c>, <c>device</c>, <c>local</c>, <c>replaced</c> or <c>corrected</c>.</summary>
    internal static ReadOnlySpan<byte> ToWord(this TimeQuality quality) => quality switch
    {
        TimeQuality.Device => "device"u8,
        TimeQuality.Local => "local"u8,
        TimeQuality.Replaced => "replaced"u8,
        TimeQuality.Corrected => "corrected"u8,
        _ => "arrival"u8,
    };
}
