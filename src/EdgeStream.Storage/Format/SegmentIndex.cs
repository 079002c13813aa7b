using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>One place of a sparse index: a base entry that a search can start from.</summary>
/// <param name="Sequence">The first record of the frame.</param>
/// <param name="ArrivalTime">The wall clock when the frame was begun.</param>
/// <param name="Offset">Where the base entry begins in the segment, in bytes.</param>
internal readonly record struct IndexPoint(SequenceNumber Sequence, Timestamp ArrivalTime, int Offset);

/// <summary>
/// The content of a <c>.index</c> file: a sealed or cleanly stopped segment's end and its sparse index.
/// It only saves work: a missing, stale or damaged one is rebuilt from the segment. Layout in the room's README.
/// </summary>
/// <param name="Salt">The salt of the segment that the file belongs to.</param>
/// <param name="EndOffset">Where the last entry ends.</param>
/// <param name="LastSequence">The last record.</param>
/// <param name="Points">Base entries, in order, at least <see cref="PointDistanceBytes"/> apart.</param>
internal sealed record SegmentIndex(
    ulong Salt, int EndOffset, SequenceNumber LastSequence, IReadOnlyList<IndexPoint> Points)
{
    /// <summary>The least distance of two points in the segment: a seek reads about this much.</summary>
    internal const int PointDistanceBytes = 64 << 10;

    private const ushort FormatVersion = 1;
    private const int VersionOffset = 8;
    private const int CountOffset = 12;
    private const int SaltOffset = 16;
    private const int LastSequenceOffset = 24;
    private const int EndOffsetOffset = 32;
    private const int HeaderSizeBytes = 40;
    private const int PointSizeBytes = 8 + 8 + 4;
    private const int ChecksumSizeBytes = 4;

    private static ReadOnlySpan<byte> Magic => "EDGEIDX\0"u8;

    /// <summary>The file's bytes.</summary>
    internal byte[] ToBytes()
    {
        var bytes = new byte[HeaderSizeBytes + (Points.Count * PointSizeBytes) + ChecksumSizeBytes];
        var target = bytes.AsSpan();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt16LittleEndian(target[VersionOffset..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(target[CountOffset..], Points.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(target[SaltOffset..], Salt);
        BinaryPrimitives.WriteInt64LittleEndian(target[LastSequenceOffset..], LastSequence.Value);
        BinaryPrimitives.WriteInt32LittleEndian(target[EndOffsetOffset..], EndOffset);
        target = target[HeaderSizeBytes..];
        foreach (var point in Points)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target, point.Sequence.Value);
            BinaryPrimitives.WriteInt64LittleEndian(target[8..], point.ArrivalTime.UnixMicroseconds);
            BinaryPrimitives.WriteInt32LittleEndian(target[16..], point.Offset);
            target = target[PointSizeBytes..];
        }

        var checksum = Crc32C.Compute(bytes.AsSpan(0, bytes.Length - ChecksumSizeBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(target, checksum);
        return bytes;
    }

    /// <summary>Reads the file's bytes; null when they are not a valid index of the segment with this salt.</summary>
    internal static SegmentIndex? TryRead(ReadOnlySpan<byte> bytes, ulong salt)
    {
        if (bytes.Length < HeaderSizeBytes + ChecksumSizeBytes
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[VersionOffset..]) != FormatVersion
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[SaltOffset..]) != salt
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumSizeBytes..])
                != Crc32C.Compute(bytes[..^ChecksumSizeBytes]))
        {
            return null;
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[CountOffset..]);
        if (count < 0 || bytes.Length != HeaderSizeBytes + ((long)count * PointSizeBytes) + ChecksumSizeBytes)
        {
            return null;
        }

        var points = new IndexPoint[count];
        for (var i = 0; i < count; i++)
        {
            var source = bytes[(HeaderSizeBytes + (i * PointSizeBytes))..];
            points[i] = new IndexPoint(
                new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(source)),
                new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(source[8..])),
                BinaryPrimitives.ReadInt32LittleEndian(source[16..]));
        }

        return new SegmentIndex(
            salt,
            BinaryPrimitives.ReadInt32LittleEndian(bytes[EndOffsetOffset..]),
            new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(bytes[LastSequenceOffset..])),
            points);
    }
}
