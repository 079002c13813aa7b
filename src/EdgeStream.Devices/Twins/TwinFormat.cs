using System.Buffers.Binary;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>How a device twin is kept in the gateway's state, under the key <c>twins/&lt;device&gt;</c>. Frozen; see
/// the README.</summary>
/// <remarks>
/// Little-endian. 0: version of the format, 1 byte, 1. 1: change, 8 bytes. 9: desired version, 8. 17: when it was
/// changed, 8, microseconds since 1970. 25: reported version, 8. 33: when it was changed, 8. 41: size of the desired
/// state, 4. 45: the desired state, then the reported one up to the end, JSON objects in UTF-8.
/// </remarks>
internal static class TwinFormat
{
    /// <summary>What the keys start with.</summary>
    internal const string KeyPrefix = "twins/";

    private const byte Version = 1;
    private const int ChangeOffset = 1;
    private const int DesiredVersionOffset = 9;
    private const int DesiredUpdatedOffset = 17;
    private const int ReportedVersionOffset = 25;
    private const int ReportedUpdatedOffset = 33;
    private const int DesiredSizeOffset = 41;
    private const int HeaderSizeBytes = 45;

    /// <summary>The bytes of a twin.</summary>
    internal static byte[] Write(DeviceTwin twin)
    {
        var entry = new byte[HeaderSizeBytes + twin.SizeBytes];
        entry[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(ChangeOffset), twin.Change);
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(DesiredVersionOffset), twin.Desired.Version);
        BinaryPrimitives.WriteInt64LittleEndian(
            entry.AsSpan(DesiredUpdatedOffset), twin.Desired.UpdatedAt.UnixMicroseconds);
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(ReportedVersionOffset), twin.Reported.Version);
        BinaryPrimitives.WriteInt64LittleEndian(
            entry.AsSpan(ReportedUpdatedOffset), twin.Reported.UpdatedAt.UnixMicroseconds);
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(DesiredSizeOffset), twin.Desired.Json.Length);
        twin.Desired.Json.CopyTo(entry.AsMemory(HeaderSizeBytes));
        twin.Reported.Json.CopyTo(entry.AsMemory(HeaderSizeBytes + twin.Desired.Json.Length));
        return entry;
    }

    /// <summary>Reads a twin; null where the bytes are none.</summary>
    internal static DeviceTwin? Read(string device, ReadOnlyMemory<byte> entry)
    {
        var bytes = entry.Span;
        if (bytes.Length < HeaderSizeBytes || bytes[0] != Version)
        {
            return null;
        }

        var size = BinaryPrimitives.ReadInt32LittleEndian(bytes[DesiredSizeOffset..]);
        if (size < 0 || size > bytes.Length - HeaderSizeBytes)
        {
            return null;
        }

        var states = entry[HeaderSizeBytes..];
        return DeviceTwins.IsObject(states[..size]) && DeviceTwins.IsObject(states[size..])
            ? new DeviceTwin(
                device,
                StateAt(bytes, DesiredVersionOffset, states[..size]),
                StateAt(bytes, ReportedVersionOffset, states[size..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[ChangeOffset..]))
            : null;
    }

    private static TwinState StateAt(ReadOnlySpan<byte> entry, int offset, ReadOnlyMemory<byte> json) => new(
        BinaryPrimitives.ReadInt64LittleEndian(entry[offset..]),
        new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(entry[(offset + sizeof(long))..])),
        json);
}
