using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>
/// The content of a <c>.index</c> file: how far a segment is known to be whole, its sparse index, and the log's
/// checkpoints at that place. It only saves work: a missing, stale or damaged one is rebuilt from the segment. Layout
/// in the room's README.
/// </summary>
/// <param name="Salt">The salt of the segment that the file belongs to.</param>
/// <param name="EndOffset">Where the last entry ends.</param>
/// <param name="LastSequence">The last record.</param>
/// <param name="Points">
/// Base entries, in order, at least <see cref="EntryFormat.FrameDistanceBytes"/> apart.
/// </param>
/// <param name="SegmentChecksum">
/// CRC-32C of the segment's bytes before <paramref name="EndOffset"/>; null if it is not known.
/// </param>
/// <param name="Checkpoints">The log's checkpoints there; null in files that do not hold them.</param>
/// <param name="IsMark">
/// Whether the segment was still being written: everything before the end was durable, more may follow it.
/// </param>
internal sealed record SegmentIndex(
    ulong Salt,
    int EndOffset,
    SequenceNumber LastSequence,
    IReadOnlyList<IndexPoint> Points,
    uint? SegmentChecksum = null,
    CheckpointMap? Checkpoints = null,
    bool IsMark = false)
{
    /// <summary>The least distance of two points in the segment: a seek reads about this much.</summary>
    internal const int PointDistanceBytes = EntryFormat.FrameDistanceBytes;

    private const ushort FormatVersion = 2;
    private const ushort VersionWithoutChecksum = 1;
    private const int VersionOffset = 8;
    private const int CountOffset = 12;
    private const int SaltOffset = 16;
    private const int LastSequenceOffset = 24;
    private const int EndOffsetOffset = 32;
    private const int FlagsOffset = 36;
    private const int HeaderSizeBytes = 40;
    private const int PointSizeBytes = 8 + 8 + 4;
    private const int SegmentChecksumSizeBytes = 4;
    private const int ChecksumSizeBytes = 4;
    private const uint MarkFlag = 1;
    private const uint SegmentChecksumFlag = 2;
    private const uint SealedCheckpointsFlag = 4;

    private static readonly CheckpointMap NoCheckpoints = new();

    private static ReadOnlySpan<byte> Magic => "EDGEIDX\0"u8;

    /// <summary>The file's bytes.</summary>
    /// <param name="cipher">What the checkpoints are encrypted with; null if the segment is not encrypted.</param>
    internal byte[] ToBytes(SegmentCipher? cipher = null)
    {
        var checkpoints = (Checkpoints ?? NoCheckpoints).Checkpoints;
        var seals = cipher is not null && checkpoints.Length > 0;
        var pointsSize = Points.Count * PointSizeBytes;
        var bytes = new byte[HeaderSizeBytes + pointsSize + SegmentChecksumSizeBytes
            + BatchEntry.SizeOf(checkpoints) + (seals ? SealedCheckpoints.OverheadSizeBytes : 0) + ChecksumSizeBytes];
        var target = bytes.AsSpan();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt16LittleEndian(target[VersionOffset..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(target[CountOffset..], Points.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(target[SaltOffset..], Salt);
        BinaryPrimitives.WriteInt64LittleEndian(target[LastSequenceOffset..], LastSequence.Value);
        BinaryPrimitives.WriteInt32LittleEndian(target[EndOffsetOffset..], EndOffset);
        var flags = (IsMark ? MarkFlag : 0) | (SegmentChecksum is null ? 0 : SegmentChecksumFlag)
            | (seals ? SealedCheckpointsFlag : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(target[FlagsOffset..], flags);
        target = target[HeaderSizeBytes..];
        foreach (var point in Points)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target, point.Sequence.Value);
            BinaryPrimitives.WriteInt64LittleEndian(target[8..], point.ArrivalTime.UnixMicroseconds);
            BinaryPrimitives.WriteInt32LittleEndian(target[16..], point.Offset);
            target = target[PointSizeBytes..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(target, SegmentChecksum ?? 0);
        target = target[SegmentChecksumSizeBytes..^ChecksumSizeBytes];
        BatchEntry.Write(seals ? target[SealedCheckpoints.OverheadSizeBytes..] : target, checkpoints);
        if (seals)
        {
            SealedCheckpoints.Seal(cipher!, bytes.AsSpan(0, HeaderSizeBytes), target);
        }

        var checksum = Crc32C.Compute(bytes.AsSpan(0, bytes.Length - ChecksumSizeBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - ChecksumSizeBytes), checksum);
        return bytes;
    }

    /// <summary>Reads the file's bytes; null when they are not a valid index of the segment with this salt.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="salt">The segment's salt.</param>
    /// <param name="cipher">
    /// What the checkpoints may be encrypted with; without it the index of such a segment has none.
    /// </param>
    internal static SegmentIndex? TryRead(ReadOnlySpan<byte> bytes, ulong salt, SegmentCipher? cipher = null)
    {
        if (TryReadSalt(bytes) != salt)
        {
            return null;
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[VersionOffset..]);
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[CountOffset..]);
        var rest = bytes.Length - HeaderSizeBytes - ((long)count * PointSizeBytes) - ChecksumSizeBytes;
        if (count < 0 || rest < 0)
        {
            return null;
        }

        var index = new SegmentIndex(
            salt,
            BinaryPrimitives.ReadInt32LittleEndian(bytes[EndOffsetOffset..]),
            new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(bytes[LastSequenceOffset..])),
            ReadPoints(bytes[HeaderSizeBytes..], count));
        return version switch
        {
            VersionWithoutChecksum when rest == 0 => index,
            FormatVersion when rest > SegmentChecksumSizeBytes => index.WithTail(
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[FlagsOffset..]),
                bytes.Slice(HeaderSizeBytes + (count * PointSizeBytes), (int)rest),
                bytes[..HeaderSizeBytes],
                cipher),
            _ => null,
        };
    }

    /// <summary>The salt of the segment that an index file belongs to; null when the bytes are none.</summary>
    internal static ulong? TryReadSalt(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderSizeBytes + ChecksumSizeBytes
        && bytes.StartsWith(Magic)
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumSizeBytes..])
            == Crc32C.Compute(bytes[..^ChecksumSizeBytes])
            ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[SaltOffset..])
            : null;

    /// <summary>Whether bytes that may be an index file say that their segment was still being written.</summary>
    internal static bool IsMarkOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length < HeaderSizeBytes
        || (BinaryPrimitives.ReadUInt32LittleEndian(bytes[FlagsOffset..]) & MarkFlag) != 0;

    private static IndexPoint[] ReadPoints(ReadOnlySpan<byte> source, int count)
    {
        var points = new IndexPoint[count];
        for (var i = 0; i < count; i++)
        {
            points[i] = new IndexPoint(
                new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(source)),
                new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(source[8..])),
                BinaryPrimitives.ReadInt32LittleEndian(source[16..]));
            source = source[PointSizeBytes..];
        }

        return points;
    }

    private SegmentIndex? WithTail(
        uint flags, ReadOnlySpan<byte> tail, ReadOnlySpan<byte> header, SegmentCipher? cipher)
    {
        CheckpointMap? checkpoints = null;
        var stored = tail[SegmentChecksumSizeBytes..];
        var isSealed = (flags & SealedCheckpointsFlag) != 0;
        if (!isSealed || cipher is not null)
        {
            checkpoints = new CheckpointMap();
            var opened = isSealed ? SealedCheckpoints.TryOpen(cipher!, header, stored) : null;
            if ((isSealed && opened is null)
                || !BatchEntry.TryReadCheckpoints(isSealed ? opened : stored, checkpoints))
            {
                return null;
            }

            // Beside an encrypted segment only what its key has sealed is believed.
            if (!isSealed && cipher is not null && checkpoints.Checkpoints.Length > 0)
            {
                return null;
            }
        }

        return this with
        {
            SegmentChecksum = (flags & SegmentChecksumFlag) == 0
                ? null
                : BinaryPrimitives.ReadUInt32LittleEndian(tail),
            Checkpoints = checkpoints,
            IsMark = (flags & MarkFlag) != 0,
        };
    }
}
