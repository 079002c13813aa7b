using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>
/// The first 64 bytes of a segment file. Offsets are in bytes, numbers are little-endian; see the room's README.
/// </summary>
/// <param name="SegmentSizeBytes">The size that the file was made with.</param>
/// <param name="FirstSequence">The sequence number of the segment's first record.</param>
/// <param name="Created">When the segment was made.</param>
/// <param name="Salt">A random number, so that no two segments have the same chain.</param>
/// <param name="PredecessorChecksum">
/// The checksum of the previous segment's last entry; 0 in a shard's first segment.
/// </param>
/// <param name="BootOrdinal">The start of the machine during which the segment was made.</param>
/// <param name="MonotonicMicroseconds">Microseconds since that start.</param>
/// <param name="Flags">What the file is besides; none in version 1.</param>
/// <param name="EntriesOffset">
/// Where the first entry begins: 64, or more where a block of the segment's own follows the header.
/// </param>
/// <param name="Version">The format version that the segment is written in.</param>
internal readonly record struct SegmentHeader(
    int SegmentSizeBytes,
    SequenceNumber FirstSequence,
    Timestamp Created,
    ulong Salt,
    uint PredecessorChecksum,
    uint BootOrdinal,
    long MonotonicMicroseconds,
    SegmentFlags Flags = SegmentFlags.None,
    int EntriesOffset = SegmentHeader.SizeBytes,
    ushort Version = SegmentHeader.FormatVersion)
{
    internal const int SizeBytes = 64;

    /// <summary>The version that new segments are written in.</summary>
    internal const ushort FormatVersion = 2;

    private const ushort OldestVersion = 1;
    private const int VersionOffset = 8;
    private const int HeaderSizeOffset = 10;
    private const int SegmentSizeOffset = 12;
    private const int FirstSequenceOffset = 16;
    private const int CreatedOffset = 24;
    private const int SaltOffset = 32;
    private const int PredecessorChecksumOffset = 40;
    private const int BootOrdinalOffset = 44;
    private const int MonotonicOffset = 48;
    private const int FlagsOffset = 56;
    private const int MoreUnsyncedShift = 8;
    private const int ChecksumOffset = 60;

    private static ReadOnlySpan<byte> Magic => "EDGELOG\0"u8;

    /// <summary>When the segment was made, as it is known by now.</summary>
    internal Timestamp CreatedBy(ClockCorrections corrections) =>
        corrections.Correct(BootOrdinal, MonotonicMicroseconds, Created);

    /// <summary>
    /// How many segments right before this one the device may not have had as a whole when this one was begun.
    /// </summary>
    internal int UnsyncedBefore => (Flags & SegmentFlags.BehindUnsynced) == 0
        ? 0
        : 1 + ((int)(Flags & SegmentFlags.MoreUnsynced) >> MoreUnsyncedShift);

    /// <summary>
    /// Whether this program adds entries to the segment; one of an older version, or compressed, is only read.
    /// </summary>
    internal bool IsAppendable => Version == FormatVersion && (Flags & SegmentFlags.Compressed) == 0;

    /// <summary>The flags that say <see cref="UnsyncedBefore"/>, 0 to 8.</summary>
    internal static SegmentFlags Behind(int unsyncedSegments) => unsyncedSegments == 0
        ? SegmentFlags.None
        : SegmentFlags.BehindUnsynced | (SegmentFlags)((unsyncedSegments - 1) << MoreUnsyncedShift);

    /// <summary>
    /// Writes the header and returns its checksum: the start of the segment's chain if the entries follow directly.
    /// </summary>
    internal uint Write(Span<byte> target)
    {
        target[..SizeBytes].Clear();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt16LittleEndian(target[VersionOffset..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(target[HeaderSizeOffset..], (ushort)EntriesOffset);
        BinaryPrimitives.WriteInt32LittleEndian(target[SegmentSizeOffset..], SegmentSizeBytes);
        BinaryPrimitives.WriteInt64LittleEndian(target[FirstSequenceOffset..], FirstSequence.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[CreatedOffset..], Created.UnixMicroseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(target[SaltOffset..], Salt);
        BinaryPrimitives.WriteUInt32LittleEndian(target[PredecessorChecksumOffset..], PredecessorChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(target[BootOrdinalOffset..], BootOrdinal);
        BinaryPrimitives.WriteInt64LittleEndian(target[MonotonicOffset..], MonotonicMicroseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(target[FlagsOffset..], (uint)Flags);
        var checksum = Crc32C.Compute(target[..ChecksumOffset]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[ChecksumOffset..], checksum);
        return checksum;
    }

    /// <summary>Reads a header.</summary>
    /// <remarks>
    /// Every version says its size at the same place, and the last four bytes of that size are the checksum of what is
    /// before them; so another version is told from damage. A header that is longer than 64 bytes also has the checksum
    /// of its first 60 in its place.
    /// </remarks>
    internal static SegmentHeaderStatus Read(ReadOnlySpan<byte> source, out SegmentHeader header)
    {
        header = default;
        if (source.Length < SizeBytes || !source.StartsWith(Magic))
        {
            return SegmentHeaderStatus.Damaged;
        }

        int size = BinaryPrimitives.ReadUInt16LittleEndian(source[HeaderSizeOffset..]);
        if (size < SizeBytes || size > source.Length || !IsChecksumRight(source, size - sizeof(uint)))
        {
            return SegmentHeaderStatus.Damaged;
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(source[VersionOffset..]);
        if (version is < OldestVersion or > FormatVersion)
        {
            return SegmentHeaderStatus.OtherVersion;
        }

        if (!IsChecksumRight(source, ChecksumOffset))
        {
            return SegmentHeaderStatus.Damaged;
        }

        header = ReadFields(source);
        return (header.Flags & ~SegmentFlags.Known) == 0
            ? SegmentHeaderStatus.Valid
            : SegmentHeaderStatus.OtherVersion;
    }

    /// <summary>
    /// Reads the first 64 bytes where they are whole and the block behind them is damaged; false otherwise.
    /// </summary>
    internal static bool TryReadBeforeBlock(ReadOnlySpan<byte> source, out SegmentHeader header)
    {
        header = default;
        if (source.Length < SizeBytes || !source.StartsWith(Magic) || !IsChecksumRight(source, ChecksumOffset))
        {
            return false;
        }

        header = ReadFields(source);
        return header.Version is >= OldestVersion and <= FormatVersion
            && header.EntriesOffset > SizeBytes
            && header.EntriesOffset <= source.Length
            && (header.Flags & ~SegmentFlags.Known) == 0;
    }

    /// <summary>The salt as it stands there, also in a header that is damaged elsewhere.</summary>
    internal static ulong ReadSalt(ReadOnlySpan<byte> source) =>
        BinaryPrimitives.ReadUInt64LittleEndian(source[SaltOffset..]);

    private static SegmentHeader ReadFields(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt32LittleEndian(source[SegmentSizeOffset..]),
        new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(source[FirstSequenceOffset..])),
        new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(source[CreatedOffset..])),
        ReadSalt(source),
        BinaryPrimitives.ReadUInt32LittleEndian(source[PredecessorChecksumOffset..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[BootOrdinalOffset..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[MonotonicOffset..]),
        (SegmentFlags)BinaryPrimitives.ReadUInt32LittleEndian(source[FlagsOffset..]),
        BinaryPrimitives.ReadUInt16LittleEndian(source[HeaderSizeOffset..]),
        BinaryPrimitives.ReadUInt16LittleEndian(source[VersionOffset..]));

    private static bool IsChecksumRight(ReadOnlySpan<byte> source, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(source[offset..]) == Crc32C.Compute(source[..offset]);
}
