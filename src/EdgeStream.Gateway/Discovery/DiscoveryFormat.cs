using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Gateway.Discovery;

/// <summary>What is remembered of an announced device, under the key <c>discovery/&lt;object id&gt;</c>, so that it can
/// be taken back. Frozen.</summary>
/// <remarks>0: version, 1 byte, 1. 1: length of the prefix, 2 bytes, little-endian. 3: the prefix, then the device's id
/// up to the end, both in UTF-8.</remarks>
internal static class DiscoveryFormat
{
    /// <summary>What the keys start with.</summary>
    public const string KeyPrefix = "discovery/";

    private const byte Version = 1;
    private const int HeaderSizeBytes = 3;

    /// <summary>The bytes of an entry.</summary>
    public static byte[] Write(string prefix, string id)
    {
        var first = Encoding.UTF8.GetBytes(prefix);
        var header = new byte[HeaderSizeBytes];
        header[0] = Version;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(1), (ushort)first.Length);
        return [.. header, .. first, .. Encoding.UTF8.GetBytes(id)];
    }

    /// <summary>Reads an entry; false where the bytes are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> entry, out string prefix, out string id)
    {
        (prefix, id) = ("", "");
        if (entry.Length < HeaderSizeBytes || entry[0] != Version)
        {
            return false;
        }

        var size = BinaryPrimitives.ReadUInt16LittleEndian(entry[1..]);
        if (entry.Length <= HeaderSizeBytes + size)
        {
            return false;
        }

        prefix = Encoding.UTF8.GetString(entry.Slice(HeaderSizeBytes, size));
        id = Encoding.UTF8.GetString(entry[(HeaderSizeBytes + size)..]);
        return true;
    }
}
