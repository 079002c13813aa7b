using System.Buffers.Text;

namespace EdgeStream.Devices;

/// <summary>How a device itself is, as far as its messages tell. Values out of their range are none.</summary>
/// <param name="BatteryPercent">The battery's charge, 0 to 100; null where it is not known.</param>
/// <param name="RssiDbm">The strength of its radio signal, -200 to 0 dBm; null where it is not known.</param>
/// <param name="LinkQuality">The quality of its radio link, 0 to 255; null where it is not known.</param>
public readonly record struct DeviceVitals(float? BatteryPercent, float? RssiDbm, float? LinkQuality)
{
    private const float BatteryMax = 100;
    private const float RssiMin = -200;
    private const float LinkQualityMax = byte.MaxValue;

    /// <summary>These, with what a reading tells.</summary>
    internal DeviceVitals With(Vital vital, scoped in ReadingValue value)
    {
        if (!TryGetNumber(value, out var number))
        {
            return this;
        }

        return vital switch
        {
            Vital.Battery when number is >= 0 and <= BatteryMax => this with { BatteryPercent = number },
            Vital.Rssi when number is >= RssiMin and <= 0 => this with { RssiDbm = number },
            Vital.LinkQuality when number is >= 0 and <= LinkQualityMax => this with { LinkQuality = number },
            _ => this,
        };
    }

    /// <summary>These, with what newer ones know.</summary>
    internal DeviceVitals With(in DeviceVitals newer) => new(
        newer.BatteryPercent ?? BatteryPercent, newer.RssiDbm ?? RssiDbm, newer.LinkQuality ?? LinkQuality);

    private static bool TryGetNumber(scoped in ReadingValue value, out float number)
    {
        number = value.Kind switch
        {
            ReadingKind.Double => (float)BitConverter.Int64BitsToDouble(value.Bits),
            ReadingKind.Single => BitConverter.Int32BitsToSingle((int)value.Bits),
            ReadingKind.Signed => value.Bits,
            ReadingKind.Unsigned => (ulong)value.Bits,
            ReadingKind.Digits or ReadingKind.Text or ReadingKind.EscapedText
                when Utf8Parser.TryParse(value.Bytes, out float parsed, out var used) && used == value.Bytes.Length =>
                parsed,
            _ => float.NaN,
        };
        return float.IsFinite(number);
    }
}
