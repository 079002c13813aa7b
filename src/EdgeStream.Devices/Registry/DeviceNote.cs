using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>What a record tells of its device beside its readings; the default tells nothing.</summary>
internal ref struct DeviceNote
{
    /// <summary>The dialect it was written in; null where there is none.</summary>
    internal string? Dialect;

    /// <summary>The newest time that the device states; null where it states none, or where it was noted
    /// before.</summary>
    internal Timestamp? Stated;

    /// <summary>How the device is.</summary>
    internal DeviceVitals Vitals;

    /// <summary>Its firmware, in UTF-8; empty where it does not say.</summary>
    internal ReadOnlySpan<byte> Firmware;

    /// <summary>The number that the device has given the message; null where it has none.</summary>
    internal ulong? Counter;
}
