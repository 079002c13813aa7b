using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>The end of a compressed segment's file: where its blocks are. Layout in the room's README.</summary>
/// <param name="Codec">What the blocks are compressed with.</param>
/// <param name="LastSequence">The segment's last record.</param>
/// <param name="EndOffset">Where the last entry ended in the segment as it was written.</param>
/// <param name="Blocks">The blocks in order; together they are all entries of the segment.</param>
internal sealed record CompressedTable(
    BlockCodecKind Codec, SequenceNumber LastSequence, int EndOffset, IReadOnlyList<CompressedBlock> Blocks)
{
    /// <summary>
    /// A block has this many bytes before its first entry, the checksum that the entry's own one covers.
    /// </summary>
    internal const int PrefixSizeBytes = EntryFormat.ChecksumSizeBytes;

    /// <summary>Table and trailer stand twice at the end of the file, so that one damaged byte costs nothing.</summary>
    internal const int CopyCount = 2;

    private const int LineSizeBytes = 36;
    private const int TrailerSizeBytes = 40;
    private const int CodecOffset = 8;
    private const int CountOffset = 12;
    private const int LastSequenceOffset = 16;
    private const int EndOffsetOffset = 24;
    private const int TableOffsetOffset = 28;
    private const int ChecksumOffset = 36;

    private static ReadOnlySpan<byte> Magic => "EDGEZIP\0"u8;

    /// <summary>Size of table and trailer.</summary>
    internal int SizeBytes => (Blocks.Count * LineSizeBytes) + TrailerSizeBytes;

    /// <summary>The segment's sparse index: one point a block.</summary>
    internal SegmentIndex ToIndex(ulong salt)
    {
        var points = new IndexPoint[Blocks.Count];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = new IndexPoint(Blocks[i].Sequence, Blocks[i].ArrivalTime, Blocks[i].Offset);
        }

        return new SegmentIndex(salt, EndOffset, LastSequence, points);
    }

    /// <summary>Table and trailer as they stand at the end of the file.</summary>
    /// <param name="header">The file's first bytes, up to its first block.</param>
    /// <param name="tableOffset">Where the table begins in the file.</param>
    internal byte[] ToBytes(ReadOnlySpan<byte> header, int tableOffset)
    {
        var bytes = new byte[SizeBytes];
        var target = bytes.AsSpan();
        foreach (var block in Blocks)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target, block.Sequence.Value);
            BinaryPrimitives.WriteInt64LittleEndian(target[8..], block.ArrivalTime.UnixMicroseconds);
            BinaryPrimitives.WriteInt32LittleEndian(target[16..], block.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(target[20..], block.SizeBytes);
            BinaryPrimitives.WriteInt32LittleEndian(target[24..], block.FileOffset);
            BinaryPrimitives.WriteInt32LittleEndian(target[28..], block.FileSizeBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(target[32..], block.Checksum);
            target = target[LineSizeBytes..];
        }

        Magic.CopyTo(target);
        target[CodecOffset] = (byte)Codec;
        BinaryPrimitives.WriteInt32LittleEndian(target[CountOffset..], Blocks.Count);
        BinaryPrimitives.WriteInt64LittleEndian(target[LastSequenceOffset..], LastSequence.Value);
        BinaryPrimitives.WriteInt32LittleEndian(target[EndOffsetOffset..], EndOffset);
        BinaryPrimitives.WriteInt32LittleEndian(target[TableOffsetOffset..], tableOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(
            target[ChecksumOffset..], Checksum(header, bytes.AsSpan(0, bytes.Length - sizeof(uint))));
        return bytes;
    }

    /// <summary>Reads the end of a file by calls; null if all copies are damaged or cannot be read.</summary>
    internal static CompressedTable? TryRead(IDiskFile file, in SegmentHeader header)
    {
        var blockCountMax = (header.SegmentSizeBytes / SegmentCompressor.BlockSizeBytesMin) + 1L;
        var tailSize = CopyCount * ((blockCountMax * LineSizeBytes) + TrailerSizeBytes);
        var tailOffset = Math.Max(header.EntriesOffset, file.SizeBytes - tailSize);
        if (tailOffset >= file.SizeBytes)
        {
            return null;
        }

        var beginning = new byte[header.EntriesOffset];
        var tail = new byte[file.SizeBytes - tailOffset];
        SectorRead.Fill(file.ReadDevice, 0, beginning);
        SectorRead.Fill(file.ReadDevice, tailOffset, tail);
        return TryRead(beginning, tail, (int)tailOffset, header);
    }

    /// <summary>Reads the end of a file's bytes; null if all copies are damaged.</summary>
    internal static CompressedTable? TryRead(ReadOnlySpan<byte> file, in SegmentHeader header) =>
        file.Length < header.EntriesOffset ? null : TryRead(file[..header.EntriesOffset], file, 0, header);

    private static CompressedTable? TryRead(
        ReadOnlySpan<byte> beginning, ReadOnlySpan<byte> tail, int tailOffset, in SegmentHeader header)
    {
        var end = tail.Length;
        for (var copy = 0; copy < CopyCount && end >= TrailerSizeBytes; copy++)
        {
            if (TryReadCopy(beginning, tail[..end], tailOffset, header) is { } table)
            {
                return table;
            }

            // The copy before ends behind the trailer that is found next.
            var trailer = tail[..(end - TrailerSizeBytes)].LastIndexOf(Magic);
            end = trailer < 0 ? 0 : trailer + TrailerSizeBytes;
        }

        return null;
    }

    private static CompressedTable? TryReadCopy(
        ReadOnlySpan<byte> beginning, ReadOnlySpan<byte> tail, int tailOffset, in SegmentHeader header)
    {
        var trailer = tail[^TrailerSizeBytes..];
        var count = BinaryPrimitives.ReadInt32LittleEndian(trailer[CountOffset..]);
        var tableOffset = BinaryPrimitives.ReadInt32LittleEndian(trailer[TableOffsetOffset..]);
        if (!trailer.StartsWith(Magic)
            || count < 0
            || tableOffset < Math.Max(header.EntriesOffset, tailOffset)
            || tableOffset + ((long)count * LineSizeBytes) + TrailerSizeBytes != tailOffset + (long)tail.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer[ChecksumOffset..])
                != Checksum(beginning, tail[(tableOffset - tailOffset)..^sizeof(uint)]))
        {
            return null;
        }

        var blocks = new CompressedBlock[count];
        for (var i = 0; i < count; i++)
        {
            blocks[i] = ReadLine(tail[(tableOffset - tailOffset + (i * LineSizeBytes))..]);
        }

        return new CompressedTable(
            (BlockCodecKind)trailer[CodecOffset],
            new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(trailer[LastSequenceOffset..])),
            BinaryPrimitives.ReadInt32LittleEndian(trailer[EndOffsetOffset..]),
            blocks);
    }

    /// <summary>The first block that ends behind an offset of the segment as it was written.</summary>
    internal int FindBlock(int offset)
    {
        var low = 0;
        var high = Blocks.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Blocks[middle].Offset + Blocks[middle].SizeBytes <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static CompressedBlock ReadLine(ReadOnlySpan<byte> source) => new(
        new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(source)),
        new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(source[8..])),
        BinaryPrimitives.ReadInt32LittleEndian(source[16..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[20..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[24..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[28..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[32..]));

    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> table) =>
        ~Crc32C.Append(Crc32C.Append(uint.MaxValue, header), table);
}
