using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>
/// How a device is kept in the gateway's state, under the key <c>devices/&lt;id&gt;</c>. Frozen; see the README.
/// </summary>
/// <remarks>
/// Little-endian. 0: version, 1 byte, 1. 1: source, 1 byte. 2: number of fields, 2 bytes. 4: first seen, 8 bytes,
/// microseconds since 1970. 12: last seen, 8 bytes. 20: readings, 8 bytes. 28: the fields, each the length of its path
/// (2 bytes), the path in UTF-8, and the value (8 bytes, IEEE 754). Nothing follows.
/// </remarks>
internal static class DeviceEntryFormat
{
    /// <summary>What the keys start with.</summary>
    internal const string KeyPrefix = "devices/";

    private const byte Version = 1;
    private const int SourceOffset = 1;
    private const int FieldCountOffset = 2;
    private const int FirstSeenOffset = 4;
    private const int LastSeenOffset = 12;
    private const int ReadingsOffset = 20;
    private const int HeaderSizeBytes = 28;

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
        output.Advance(HeaderSizeBytes);
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
        if (entry.Length < HeaderSizeBytes || entry[0] != Version || !Enum.IsDefined((DeviceSource)entry[SourceOffset]))
        {
            problem = entry.IsEmpty
                ? "it is empty"
                : $"it starts with {Convert.ToHexString(entry[..Math.Min(entry.Length, 2)])}: unknown to this version";
            return false;
        }

        var count = BinaryPrimitives.ReadUInt16LittleEndian(entry[FieldCountOffset..]);
        var values = new List<KeyValuePair<string, double>>(Math.Min(count, (ushort)NumericFields.CountMax));
        var rest = entry[HeaderSizeBytes..];
        for (; count > 0 && TryReadField(ref rest, out var field); count--)
        {
            values.Add(field);
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
