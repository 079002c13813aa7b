using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>
/// The content of a log's <c>scrub</c> file: where checking goes on after a restart. Without it, it begins anew.
/// </summary>
/// <param name="Next">The first record of the segment to check next.</param>
/// <param name="LastPass">When the last whole pass ended, by the wall clock; null if none did.</param>
internal readonly record struct ScrubPosition(SequenceNumber Next, Timestamp? LastPass)
{
    /// <summary>The file's name.</summary>
    internal const string FileName = "scrub";

    private const int NextOffset = 8;
    private const int LastPassOffset = 16;
    private const int ChecksumOffset = 24;
    private const int SizeBytes = 28;

    private static ReadOnlySpan<byte> Magic => "EDGESCR\0"u8;

    /// <summary>The file's bytes.</summary>
    internal byte[] ToBytes()
    {
        var bytes = new byte[SizeBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(NextOffset), Next.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(LastPassOffset), LastPass?.UnixMicroseconds ?? 0);
        BinaryPrimitives.WriteUInt32LittleEndian(
            bytes.AsSpan(ChecksumOffset), Crc32C.Compute(bytes.AsSpan(0, ChecksumOffset)));
        return bytes;
    }

    /// <summary>Reads the file's bytes; the beginning if there are none or they are damaged.</summary>
    internal static ScrubPosition Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..])
                != Crc32C.Compute(bytes[..ChecksumOffset]))
        {
            return new ScrubPosition(SequenceNumber.First, null);
        }

        var lastPass = BinaryPrimitives.ReadInt64LittleEndian(bytes[LastPassOffset..]);
        return new ScrubPosition(
            new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(bytes[NextOffset..])),
            lastPass == 0 ? null : new Timestamp(lastPass));
    }
}
