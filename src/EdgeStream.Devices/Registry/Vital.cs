namespace EdgeStream.Devices;

/// <summary>What a reading tells of its device itself, as the dialect knows it.</summary>
internal enum Vital : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The battery's charge in percent.</summary>
    Battery,

    /// <summary>The strength of its radio signal in dBm.</summary>
    Rssi,

    /// <summary>The quality of its radio link, 0 to 255.</summary>
    LinkQuality,

    /// <summary>The version of its firmware.</summary>
    Firmware,
}
