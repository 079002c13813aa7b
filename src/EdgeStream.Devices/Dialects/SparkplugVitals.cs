using System.Text;

namespace EdgeStream.Devices;

/// <summary>Which metrics tell of a node or device itself: the last level of their names says so.</summary>
/// <remarks>Sparkplug prescribes no names; these are the usual ones.</remarks>
internal static class SparkplugVitals
{
    /// <summary>What a metric of this name tells; case does not count.</summary>
    internal static Vital Of(ReadOnlySpan<byte> name)
    {
        var leaf = name[(name.LastIndexOf((byte)'/') + 1)..];
        return Is(leaf, "Battery"u8) || Is(leaf, "Battery Level"u8) || Is(leaf, "BatteryLevel"u8) ? Vital.Battery
            : Is(leaf, "RSSI"u8) ? Vital.Rssi
            : Is(leaf, "FW"u8) || Is(leaf, "Firmware"u8) || Is(leaf, "Firmware Version"u8)
                || Is(leaf, "FirmwareVersion"u8) ? Vital.Firmware
            : Vital.None;
    }

    private static bool Is(ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(leaf, name);
}
