using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>
/// How a device is kept in the gateway's state, under the key <c>devices/&lt;id&gt;</c>. Frozen; see the README.
/// </summary>
/// <remarks>
/// Little-endian. 0: version, 1 byte, 2. 1: source, 1 byte. 2: number of fields, 2 bytes. 4: first seen, 8 bytes,
/// microseconds since 1970. 12: last seen, 8 bytes. 20: readings, 8 bytes. 28: mean interval between readings in
/// microseconds, 8 bytes, IEEE 754, 0 for none. 36: what its clock is ahead in microseconds, 8 bytes, the smallest
/// number for none. 44: missing messages, 8 bytes. 52: repeated messages, 8 bytes. 60: battery, RSSI and link quality,
/// 4 bytes each, IEEE 754, NaN for none. 72: lengths of dialect, firmware and alias, 2 bytes each. 78: these texts in
/// UTF-8. Then the fields, each the length of its path (2 bytes), the path in UTF-8, and the value (8 bytes, IEEE 754).
/// Nothing follows. Version 1, which is read and no longer written, has the fields at 28.
/// </remarks>
internal static class DeviceEntryFormat
{
    /// <summary>What the keys start with.</summary>
    internal const string KeyPrefix = "devices/";

    private const byte Version = 2;
    private const byte OldVersion = 1;
    private const int SourceOffset = 1;
    private const int FieldCountOffset = 2;
    private const int FirstSeenOffset = 4;
    private const int LastSeenOffset = 12;
    private const int ReadingsOffset = 20;
    private const int OldHeaderSizeBytes = 28;
    private const int IntervalOffset = 28;
    private const int ClockOffset = 36;
    private const int MissingOffset = 44;
    private const int RepeatedOffset = 52;
    private const int BatteryOffset = 60;
    private const int RssiOffset = 64;
    private const int LinkQualityOffset = 68;
    private const int TextLengthsOffset = 72;
    private const int TextCount = 3;
    private const int HeaderSizeBytes = 78;

    /// <summary>Writes an entry.</summary>
    internal static void Write(DeviceSnapshot device, IBufferWriter<byte> output)
    {
        var header = output.GetSpan(HeaderSizeBytes);
        header[0] = Version;
        header[SourceOffset] = (byte)device.Source;
        BinaryPrimitives.WriteUInt16LittleEndian(header[FieldCountOffset..], (ushort)device.Values.Count);
        BinaryPrimitives.WriteInt64LittleEndian(header[FirstSeenOffset..], device.FirstSeen.UnixMicroseconds);
        BinaryPrimitives.WriteInt64LittleEndian(header[LastSeenOffset..], device.LastSeen.UnixMicroseconds);
        BinaryPrimitives.WriteInt64LittleEndian(header[ReadingsOffset..], device.Readings);
        BinaryPrimitives.WriteDoubleLittleEndian(header[IntervalOffset..], device.IntervalMicroseconds);
        BinaryPrimitives.WriteInt64LittleEndian(header[ClockOffset..], device.ClockOffsetMicroseconds ?? long.MinValue);
        BinaryPrimitives.WriteInt64LittleEndian(header[MissingOffset..], device.Missing);
        BinaryPrimitives.WriteInt64LittleEndian(header[RepeatedOffset..], device.Repeated);
        BinaryPrimitives.WriteSingleLittleEndian(header[BatteryOffset..], device.Vitals.BatteryPercent ?? float.NaN);
        BinaryPrimitives.WriteSingleLittleEndian(header[RssiOffset..], device.Vitals.RssiDbm ?? float.NaN);
        BinaryPrimitives.WriteSingleLittleEndian(header[LinkQualityOffset..], device.Vitals.LinkQuality ?? float.NaN);
        var texts = (ReadOnlySpan<string>)[device.Dialect, device.Firmware, device.Alias];
        for (var i = 0; i < texts.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(
                header[(TextLengthsOffset + (i * sizeof(ushort)))..], (ushort)Encoding.UTF8.GetByteCount(texts[i]));
        }

        output.Advance(HeaderSizeBytes);
        foreach (var text in texts)
        {
            _ = Encoding.UTF8.GetBytes(text, output);
        }

        foreach (var (path, value) in device.Values)
        {
            var sizeBytes = Encoding.UTF8.GetByteCount(path);
            var field = output.GetSpan(sizeof(ushort) + sizeBytes + sizeof(double));
            BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)sizeBytes);
            _ = Encoding.UTF8.GetBytes(path, field[sizeof(ushort)..]);
            BinaryPrimitives.WriteDoubleLittleEndian(field[(sizeof(ushort) + sizeBytes)..], value);
            output.Advance(sizeof(ushort) + sizeBytes + sizeof(double));
        }
    }

    /// <summary>Reads an entry; on false <paramref name="problem"/> says what is wrong with it.</summary>
    internal static bool TryRead(string id, ReadOnlySpan<byte> entry, out DeviceSnapshot? device, out string problem)
    {
        device = null;
        problem = "";
        var headerSizeBytes = entry.IsEmpty || entry[0] == OldVersion ? OldHeaderSizeBytes : HeaderSizeBytes;
        if (entry.Length < headerSizeBytes || entry[0] is not (Version or OldVersion)
            || !Enum.IsDefined((DeviceSource)entry[SourceOffset]))
        {
            problem = entry.IsEmpty
                ? "it is empty"
                : $"it starts with {Convert.ToHexString(entry[..Math.Min(entry.Length, 2)])}: unknown to this version";
            return false;
        }

        var rest = entry[headerSizeBytes..];
        var texts = new[] { "", "", "" };
        var count = BinaryPrimitives.ReadUInt16LittleEndian(entry[FieldCountOffset..]);
        var values = new List<KeyValuePair<string, double>>(Math.Min(count, (ushort)NumericFields.CountMax));
        if (entry[0] == OldVersion || TryReadTexts(entry, ref rest, texts))
        {
            for (; count > 0 && TryReadField(ref rest, out var field); count--)
            {
                values.Add(field);
            }
        }

        if (count > 0 || !rest.IsEmpty)
        {
            problem = $"its fields do not fill its {entry.Length} bytes";
            return false;
        }

        device = new DeviceSnapshot(
            id,
            (DeviceSource)entry[SourceOffset],
            new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(entry[FirstSeenOffset..])),
            new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(entry[LastSeenOffset..])),
            BinaryPrimitives.ReadInt64LittleEndian(entry[ReadingsOffset..]),
            values);
        device = entry[0] == OldVersion ? device : WithRest(device, entry, texts);
        return true;
    }

    private static DeviceSnapshot WithRest(DeviceSnapshot device, ReadOnlySpan<byte> entry, string[] texts)
    {
        var interval = BinaryPrimitives.ReadDoubleLittleEndian(entry[IntervalOffset..]);
        var offset = BinaryPrimitives.ReadInt64LittleEndian(entry[ClockOffset..]);
        return device with
        {
            IntervalMicroseconds = double.IsFinite(interval) && interval > 0 ? interval : 0,
            ClockOffsetMicroseconds = offset == long.MinValue ? null : offset,
            Missing = BinaryPrimitives.ReadInt64LittleEndian(entry[MissingOffset..]),
            Repeated = BinaryPrimitives.ReadInt64LittleEndian(entry[RepeatedOffset..]),
            Vitals = new DeviceVitals(
                Number(entry[BatteryOffset..]), Number(entry[RssiOffset..]), Number(entry[LinkQualityOffset..])),
            Dialect = texts[0],
            Firmware = texts[1],
            Alias = texts[2],
        };
    }

    private static float? Number(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadSingleLittleEndian(bytes) is var number && float.IsFinite(number) ? number : null;

    private static bool TryReadTexts(ReadOnlySpan<byte> entry, ref ReadOnlySpan<byte> rest, Span<string> texts)
    {
        for (var i = 0; i < TextCount; i++)
        {
            var place = TextLengthsOffset + (i * sizeof(ushort));
            var sizeBytes = BinaryPrimitives.ReadUInt16LittleEndian(entry[place..]);
            if (rest.Length < sizeBytes)
            {
                rest = entry;
                return false;
            }

            texts[i] = Encoding.UTF8.GetString(rest[..sizeBytes]);
            rest = rest[sizeBytes..];
        }

        return true;
    }

    private static bool TryReadField(ref ReadOnlySpan<byte> rest, out KeyValuePair<string, double> field)
    {
        field = default;
        if (rest.Length < sizeof(ushort))
        {
            return false;
        }

        var sizeBytes = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (rest.Length < sizeof(ushort) + sizeBytes + sizeof(double))
        {
            return false;
        }

        var path = Encoding.UTF8.GetString(rest.Slice(sizeof(ushort), sizeBytes));
        rest = rest[(sizeof(ushort) + sizeBytes)..];
        field = new KeyValuePair<string, double>(path, BinaryPrimitives.ReadDoubleLittleEndian(rest));
        rest = rest[sizeof(double)..];
        return true;
    }
}
