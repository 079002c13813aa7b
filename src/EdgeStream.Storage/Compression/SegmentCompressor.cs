using System.Buffers;

namespace EdgeStream.Storage;

/// <summary>
/// Writes a sealed segment again as compressed blocks, reads them back from the device, and only then lets them take
/// the
/// segment's place.
/// </summary>
/// <remarks>
/// A crash at any step leaves the segment as it was or the compressed one under the same name; what else it leaves ends
/// in <see cref="Extension"/> and is deleted when the log is opened. A segment with damage inside stays as it is.
/// </remarks>
internal sealed class SegmentCompressor
{
    /// <summary>The end of the name of a file that is being written.</summary>
    internal const string Extension = ".packing";

    /// <summary>A block ends with the first frame that reaches this size: what a reader expands at once.</summary>
    internal const int BlockSizeBytesMin = 128 << 10;

    private readonly IDisk _disk;
    private readonly Segment _segment;
    private readonly BlockCodecKind _codec;
    private readonly Func<string, int, IDiskFile> _create;
    private readonly Func<bool> _mustStop;
    private readonly List<CompressedBlock> _blocks = [];

    private SegmentCompressor(
        IDisk disk, Segment segment, BlockCodecKind codec, Func<string, int, IDiskFile> create, Func<bool> mustStop)
    {
        _disk = disk;
        _segment = segment;
        _codec = codec;
        _create = create;
        _mustStop = mustStop;
    }

    private string PackingPath => _segment.Path + Extension;

    /// <summary>Compresses a sealed segment.</summary>
    /// <param name="disk">Where it is.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="end">The sequence number of the next segment's first record.</param>
    /// <param name="codec">What to compress with.</param>
    /// <param name="create">
    /// Makes the new file, of the path and the size that it is given, if there is room for it beside the old one.
    /// </param>
    /// <param name="mustStop">Asked after every block.</param>
    /// <returns>False if it stays as it is: damaged inside, hardly smaller, or stopped.</returns>
    /// <exception cref="DiskFullException">There is no room for the compressed file; nothing has changed.</exception>
    internal static bool TryCompress(
        IDisk disk,
        Segment segment,
        SequenceNumber end,
        BlockCodecKind codec,
        Func<string, int, IDiskFile> create,
        Func<bool> mustStop)
    {
        var compressor = new SegmentCompressor(disk, segment, codec, create, mustStop);
        var region = segment.Acquire();
        try
        {
            return region.Window is null && compressor.TryCompress(region.Bytes, end);
        }
        catch (IOException)
        {
            disk.Delete(compressor.PackingPath);
            throw;
        }
        finally
        {
            segment.Release(region);
        }
    }

    private bool TryCompress(ReadOnlySpan<byte> source, SequenceNumber end)
    {
        if (FindBlocks(source, end) is not { } endOffset)
        {
            return false;
        }

        _disk.Delete(PackingPath);
        using (var file = _create(PackingPath, source.Length))
        {
            var header = new byte[_segment.Header.EntriesOffset];
            source[..header.Length].CopyTo(header);
            (_segment.Header with
            {
                Flags = _segment.Header.Flags | SegmentFlags.Compressed,
                Version = SegmentHeader.FormatVersion,
            }).Write(header);
            var table = WriteBlocks(file, source, endOffset, end.Previous, header);
            if (table is not null
                && IsSame(file, source, table)
                && _segment.TryTakeCompressed(PackingPath, table, (int)file.SizeBytes))
            {
                return true;
            }
        }

        _disk.Delete(PackingPath);
        return false;
    }

    /// <summary>Walks all entries; returns where the last one ends, or null if a record is missing.</summary>
    private int? FindBlocks(ReadOnlySpan<byte> source, SequenceNumber end)
    {
        var cursor = new EntryCursor(
            _segment.Header.Salt, _segment.Header.EntriesOffset, _segment.FirstSequence.Previous);
        while (cursor.Last.Next < end)
        {
            var offset = cursor.Offset;
            var before = cursor.Last;
            switch (cursor.TryStep(source, source.Length, out var record))
            {
                case EntryStep.Base:
                    if (_blocks.Count == 0 || offset - _blocks[^1].Offset >= BlockSizeBytesMin)
                    {
                        _blocks.Add(new CompressedBlock(
                            cursor.Base.Sequence, cursor.Base.WallTime, offset, 0, 0, 0, 0));
                    }

                    break;
                case EntryStep.Record when record.Sequence != before.Next:
                case EntryStep.Damaged or EntryStep.End:
                    return null;
            }
        }

        return cursor.Offset;
    }

    /// <summary>Writes the file; null if that is not worth it.</summary>
    private CompressedTable? WriteBlocks(
        IDiskFile file, ReadOnlySpan<byte> source, int endOffset, SequenceNumber last, byte[] header)
    {
        file.Write(0, header);
        var at = header.Length;
        var sizeBytesMax = source.Length - (source.Length / 8);
        for (var i = 0; i < _blocks.Count; i++)
        {
            var start = _blocks[i].Offset - CompressedTable.PrefixSizeBytes;
            var blockEnd = i + 1 < _blocks.Count ? _blocks[i + 1].Offset : endOffset;
            if (WriteBlock(file, at, source[start..blockEnd]) is not var (size, checksum) || _mustStop())
            {
                return null;
            }

            _blocks[i] = _blocks[i] with
            {
                SizeBytes = blockEnd - _blocks[i].Offset,
                FileOffset = at,
                FileSizeBytes = size,
                Checksum = checksum,
            };
            at += size;
            if (at > sizeBytesMax)
            {
                return null;
            }
        }

        var table = new CompressedTable(_codec, last, endOffset, _blocks);
        for (var copy = 0; copy < CompressedTable.CopyCount; copy++)
        {
            file.Write(at, table.ToBytes(header, at));
            at += table.SizeBytes;
        }

        file.Truncate(at);
        file.Sync();
        return table;
    }

    private (int SizeBytes, uint Checksum)? WriteBlock(IDiskFile file, int at, ReadOnlySpan<byte> block)
    {
        var target = ArrayPool<byte>.Shared.Rent(BlockCodec.BoundOf(block.Length));
        try
        {
            if (!BlockCodec.TryCompress(_codec, block, target, out var size) || at + size > file.SizeBytes)
            {
                return null;
            }

            file.Write(at, target.AsSpan(0, size));
            return (size, Crc32C.Compute(target.AsSpan(0, size)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(target);
        }
    }

    /// <summary>Whether what the device has expands to what was compressed.</summary>
    private bool IsSame(IDiskFile file, ReadOnlySpan<byte> source, CompressedTable table)
    {
        foreach (var block in table.Blocks)
        {
            var size = block.SizeBytes + CompressedTable.PrefixSizeBytes;
            var stored = ArrayPool<byte>.Shared.Rent(block.FileSizeBytes);
            var expanded = ArrayPool<byte>.Shared.Rent(size);
            try
            {
                var isSame = file.ReadDevice(block.FileOffset, stored.AsSpan(0, block.FileSizeBytes))
                        == block.FileSizeBytes
                    && BlockCodec.TryExpand(
                        table.Codec, stored.AsSpan(0, block.FileSizeBytes), expanded.AsSpan(0, size))
                    && expanded.AsSpan(0, size).SequenceEqual(
                        source.Slice(block.Offset - CompressedTable.PrefixSizeBytes, size));
                if (!isSame || _mustStop())
                {
                    return false;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(stored);
                ArrayPool<byte>.Shared.Return(expanded);
            }
        }

        using var region = file.Map();
        return CompressedTable.TryRead(region.Bytes, _segment.Header) is not null;
    }
}
