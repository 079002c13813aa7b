using System.Buffers;
using System.Security.Cryptography;

namespace EdgeStream.Storage;

/// <summary>
/// Writes a sealed segment again as compressed blocks, reads them back from the device, and only then lets them take
/// the segment's place.
/// </summary>
/// <remarks>
/// Reads by calls and never through a mapping, and keeps no more in memory than a block and what is read at once. A
/// crash at any step leaves the segment as it was or the compressed one under the same name; what else it leaves ends
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
    private readonly SequenceNumber _end;
    private readonly BlockCodecKind _codec;
    private readonly Func<string, int, IDiskFile> _create;
    private readonly Func<bool> _mustStop;
    private readonly PacedWriteBack _writeBack;
    private readonly SegmentCipher? _newCipher;
    private readonly List<CompressedBlock> _blocks = [];

    /// <summary>CRC-32C of each block as it was read and verified, with the bytes before it.</summary>
    private readonly List<uint> _checksums = [];

    private SegmentCompressor(
        CompressionJob job, Func<string, int, IDiskFile> create, Func<bool> mustStop, SegmentCipher? newCipher)
    {
        (_disk, _segment, _end, _codec, _, _writeBack) = job;
        _create = create;
        _mustStop = mustStop;
        _newCipher = newCipher;
    }

    private string PackingPath => _segment.Path + Extension;

    /// <summary>Compresses a sealed segment.</summary>
    /// <param name="job">Which one.</param>
    /// <param name="create">
    /// Makes the new file, of the path and the size that it is given, if there is room for it beside the old one.
    /// </param>
    /// <param name="mustStop">Asked after every block, and while the file is given to the device.</param>
    /// <param name="rot">What the device cannot read of it; null where it can read all.</param>
    /// <returns>False if it stays as it is: damaged inside, hardly smaller, or stopped.</returns>
    /// <exception cref="DiskFullException">There is no room for the compressed file; nothing has changed.</exception>
    internal static bool TryCompress(
        CompressionJob job, Func<string, int, IDiskFile> create, Func<bool> mustStop, out SegmentRot? rot)
    {
        rot = null;
        var segment = job.Segment;
        var cipher = NewCipher(segment, job.Encryption);
        if (segment.IsLocked || (segment.Cipher is not null && cipher is null))
        {
            return false;
        }

        var compressor = new SegmentCompressor(job, create, mustStop, cipher);
        try
        {
            using var source = new SegmentCopy(job.Disk, segment, isReadable: true);
            if (!segment.IsCompressed && compressor.FindBlocks(source) is { } endOffset)
            {
                return compressor.TryCompress(source, endOffset);
            }

            rot = source.Problem is { } problem
                ? SegmentRot.OfPiece(
                    segment, job.End, IndexFile.ReadSealed(job.Disk, segment), source.LoadedBytes, problem)
                : null;
            return false;
        }
        catch (IOException)
        {
            job.Disk.Delete(compressor.PackingPath);
            throw;
        }
    }

    private static SegmentCipher? NewCipher(Segment segment, LogEncryption? encryption) =>
        segment.Cipher is { } old && (encryption?.Current ?? encryption?.Find(old.KeyId)) is { } key
            ? SegmentCipher.Create(key, segment.Header.Salt, segment.FirstSequence)
            : null;

    private bool TryCompress(SegmentCopy source, int endOffset)
    {
        _disk.Delete(PackingPath);
        using (var file = _create(PackingPath, source.SizeBytes))
        {
            var header = SegmentFile.ToBytes(
                _segment.Header with
                {
                    Flags = _segment.Header.Flags | SegmentFlags.Compressed,
                    Version = SegmentHeader.FormatVersion,
                },
                _newCipher).Bytes;
            var table = WriteBlocks(file, source, endOffset, header);
            if (table is not null
                && IsSame(file, table)
                && _segment.TryTakeCompressed(PackingPath, table, (int)file.SizeBytes, _newCipher))
            {
                return true;
            }
        }

        _disk.Delete(PackingPath);
        return false;
    }

    /// <summary>
    /// Loads and walks all entries; returns where the last one ends, or null if a record is missing or cannot be read.
    /// </summary>
    private int? FindBlocks(SegmentCopy source)
    {
        var cursor = new EntryCursor(
            _segment.Header.Salt, _segment.Header.EntriesOffset, _segment.FirstSequence.Previous);
        while (cursor.Last.Next < _end)
        {
            var offset = cursor.Offset;
            var before = cursor.Last;
            switch (cursor.TryStep(source.Readable, source.LoadedBytes, out var record))
            {
                case EntryStep.Base:
                    if (_blocks.Count == 0 || offset - _blocks[^1].Offset >= BlockSizeBytesMin)
                    {
                        EndBlock(source, offset);
                        _blocks.Add(new CompressedBlock(
                            cursor.Base.Sequence, cursor.Base.WallTime, offset, 0, 0, 0, 0));
                    }

                    break;
                case EntryStep.Record when record.Sequence != before.Next:
                case EntryStep.Damaged or EntryStep.End when !IsCutShort(source, offset) || !source.TryLoadMore():
                    return null;
            }
        }

        EndBlock(source, cursor.Offset);
        return cursor.Offset;
    }

    /// <summary>Whether an entry may stand at an offset of which not all is loaded yet.</summary>
    private static bool IsCutShort(SegmentCopy source, int offset) =>
        EntryFormat.BodySizeAt(source.Readable, offset, source.LoadedBytes, out _) == 0;

    private void EndBlock(SegmentCopy source, int end)
    {
        if (_blocks.Count > 0)
        {
            var start = _blocks[^1].Offset;
            _blocks[^1] = _blocks[^1] with { SizeBytes = end - start };
            _checksums.Add(Crc32C.Compute(source.Readable[(start - CompressedTable.PrefixSizeBytes)..end]));
            source.ReleaseBefore(end - CompressedTable.PrefixSizeBytes);
        }
    }

    /// <summary>Writes the file; null if that is not worth it.</summary>
    private CompressedTable? WriteBlocks(IDiskFile file, SegmentCopy source, int endOffset, byte[] header)
    {
        file.Write(0, header);
        var at = header.Length;
        var sizeBytesMax = source.SizeBytes - (source.SizeBytes / 8);
        using var again = _newCipher is null ? null : new SegmentCopy(_disk, _segment, isReadable: true);
        using var cipher = _newCipher?.NewCipher();
        var nonces = NonceSequence.Begin();
        for (var i = 0; i < _blocks.Count; i++)
        {
            _blocks[i] = _blocks[i] with { FileOffset = at };
            if (WriteBlock(file, again ?? source, i, cipher, ref nonces) is not var (size, checksum) || _mustStop())
            {
                return null;
            }

            _blocks[i] = _blocks[i] with { FileSizeBytes = size, Checksum = checksum };
            at += size;
            if (at > sizeBytesMax)
            {
                return null;
            }
        }

        var table = new CompressedTable(_codec, _end.Previous, endOffset, _blocks);
        for (var copy = 0; copy < CompressedTable.CopyCount; copy++)
        {
            file.Write(at, table.ToBytes(header, at));
            at += table.SizeBytes;
        }

        file.Truncate(at);
        _writeBack.Run(file, at, _mustStop);
        file.Sync();
        return table;
    }

    /// <summary>Reads a block again, and writes it if it is what was verified.</summary>
    private (int SizeBytes, uint Checksum)? WriteBlock(
        IDiskFile file, SegmentCopy source, int index, AesGcm? cipher, ref NonceSequence nonces)
    {
        var at = _blocks[index].FileOffset;
        var room = cipher is null ? 0 : SealedBlock.OverheadSizeBytes;
        var size = _blocks[index].SizeBytes + CompressedTable.PrefixSizeBytes;
        var block = ArrayPool<byte>.Shared.Rent(size);
        var target = ArrayPool<byte>.Shared.Rent(room + BlockCodec.BoundOf(size));
        try
        {
            var bytes = block.AsSpan(0, size);
            if (!TryReadAgain(source, _blocks[index].Offset - CompressedTable.PrefixSizeBytes, bytes)
                || Crc32C.Compute(bytes) != _checksums[index]
                || !BlockCodec.TryCompress(_codec, bytes, target.AsSpan(room), out var packedSize)
                || at + room + packedSize > file.SizeBytes)
            {
                return null;
            }

            packedSize += room;
            if (cipher is not null)
            {
                SealedBlock.Seal(cipher, ref nonces, _blocks[index], target.AsSpan(0, packedSize));
            }

            file.Write(at, target.AsSpan(0, packedSize));
            return (packedSize, Crc32C.Compute(target.AsSpan(0, packedSize)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
            ArrayPool<byte>.Shared.Return(target);
        }
    }

    /// <summary>An encrypted segment is read from its beginning again, since its frames are shown in order.</summary>
    private bool TryReadAgain(SegmentCopy source, int offset, Span<byte> bytes)
    {
        if (_newCipher is null)
        {
            return source.ReadDevice(offset, bytes) == bytes.Length;
        }

        // The checksum tells whether all frames of the block are there.
        while (source.ReadableEnd < offset + bytes.Length && source.TryLoadMore())
        {
        }

        source.Readable.Slice(offset, bytes.Length).CopyTo(bytes);
        source.ReleaseBefore(offset + bytes.Length - CompressedTable.PrefixSizeBytes);
        return true;
    }

    /// <summary>Whether what the device has expands to what was verified.</summary>
    private bool IsSame(IDiskFile file, CompressedTable table)
    {
        using var cipher = _newCipher?.NewCipher();
        for (var i = 0; i < table.Blocks.Count; i++)
        {
            var block = table.Blocks[i];
            var size = block.SizeBytes + CompressedTable.PrefixSizeBytes;
            var stored = ArrayPool<byte>.Shared.Rent(block.FileSizeBytes);
            var expanded = ArrayPool<byte>.Shared.Rent(size);
            try
            {
                var isSame = file.ReadDevice(block.FileOffset, stored.AsSpan(0, block.FileSizeBytes))
                        == block.FileSizeBytes
                    && BlockWindow.TryExpand(
                        table.Codec, block, cipher, stored.AsSpan(0, block.FileSizeBytes), expanded.AsSpan(0, size))
                    && Crc32C.Compute(expanded.AsSpan(0, size)) == _checksums[i];
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

        return CompressedTable.TryRead(file, _segment.Header) is not null;
    }
}
