using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>
/// The content of a log's <c>horizon</c> file: its first record that was not evicted. It is there while files of
/// evicted segments cannot be removed, so that a start passes over them.
/// </summary>
/// <remarks>
/// 20 bytes, little-endian: "EDGEHRZ\0", the sequence number, and the CRC-32C of both. Without it every file counts;
/// where it is there and says nothing, too, but then no hole between two files means that the newer one is to go.
/// </remarks>
internal static class TrimHorizon
{
    /// <summary>The file's name.</summary>
    internal const string FileName = "horizon";

    private const int FirstOffset = 8;
    private const int ChecksumOffset = 16;
    private const int SizeBytes = 20;

    private static ReadOnlySpan<byte> Magic => "EDGEHRZ\0"u8;

    /// <summary>The file's bytes.</summary>
    internal static byte[] ToBytes(SequenceNumber first)
    {
        var bytes = new byte[SizeBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(FirstOffset), first.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(
            bytes.AsSpan(ChecksumOffset), Crc32C.Compute(bytes.AsSpan(0, ChecksumOffset)));
        return bytes;
    }

    /// <summary>What a folder's file says; <see cref="SequenceNumber.None"/> where nothing says it.</summary>
    /// <param name="disk">Where it is.</param>
    /// <param name="folder">The log's folder.</param>
    /// <param name="isClear">False where there is a file, and nobody can tell what it says.</param>
    internal static SequenceNumber Read(IDisk disk, string folder, out bool isClear)
    {
        var content = IndexFile.TryReadBytes(disk, Path.Combine(folder, FileName), out var isReadable);
        ReadOnlySpan<byte> bytes = content;
        var isValid = bytes.Length == SizeBytes
            && bytes.StartsWith(Magic)
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..])
                == Crc32C.Compute(bytes[..ChecksumOffset]);
        isClear = isReadable && (content is null || isValid);
        return isValid
            ? new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(bytes[FirstOffset..]))
            : SequenceNumber.None;
    }
}
