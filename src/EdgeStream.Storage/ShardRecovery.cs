using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>Opens a shard's folder whatever a crash left in it. The table of cases is in the room's README.</summary>
/// <remarks>
/// Deletes nothing that holds a readable record. Fails only for I/O errors and for files of another format version.
/// </remarks>
internal sealed class ShardRecovery
{
    /// <summary>What the name of a file that was set aside has behind its own.</summary>
    internal const string SetAsideSuffix = ".damaged";

    private readonly IDisk _disk;
    private readonly LogClock _clock;
    private readonly ShardLogOptions _options;
    private readonly List<Segment> _segments = [];
    private readonly List<string> _findings = [];
    private SequenceNumber _nextAfterHeadless;
    private LostRecords _lost = new();

    private ShardRecovery(IDisk disk, LogClock clock, ShardLogOptions options)
    {
        _disk = disk;
        _clock = clock;
        _options = options;
    }

    /// <summary>Opens or makes the shard.</summary>
    internal static OpenedShard Open(IDisk disk, LogClock clock, ShardLogOptions options) =>
        new ShardRecovery(disk, clock, options).Open();

    private OpenedShard Open()
    {
        foreach (var name in _disk.List(_options.Folder))
        {
            if (SegmentFile.TryParseName(name, out var first))
            {
                AddSegment(Path.Combine(_options.Folder, name), first);
            }
        }

        var isHeadlessLast = _segments.Count == 0 || _nextAfterHeadless > _segments[^1].FirstSequence;
        var isSealedLast = isHeadlessLast || _segments[^1].IsCompressed;
        foreach (var segment in isSealedLast ? _segments : _segments[..^1])
        {
            segment.Publish(segment.SizeBytes);
            segment.Seal(null, segment.SizeBytes);
        }

        if (!isSealedLast)
        {
            return OpenLast(_segments[^1]);
        }

        var next = _nextAfterHeadless < SequenceNumber.First ? SequenceNumber.First : _nextAfterHeadless;
        return isHeadlessLast ? Begin(next, 0, new CheckpointMap()) : BeginBehind(_segments[^1]);
    }

    private void AddSegment(string path, SequenceNumber first)
    {
        using var file = _disk.Open(path);
        if (file.SizeBytes < SegmentHeader.SizeBytes)
        {
            RemoveUnused(path);
            return;
        }

        using var region = file.Map();
        switch (SegmentHeader.Read(region.Bytes, out var header))
        {
            case SegmentHeaderStatus.Valid:
                _segments.Add(new Segment(_disk, path, header, checked((int)file.SizeBytes)));
                CheckCompressed(_segments[^1], region.Bytes);
                break;
            case SegmentHeaderStatus.OtherVersion:
                throw new IOException(
                    $"{path} was written by another version of this program. Nothing was changed; use that version.");
            default:
                AddDamaged(path, first, file, region.Bytes);
                break;
        }
    }

    private void AddDamaged(string path, SequenceNumber first, IDiskFile file, ReadOnlySpan<byte> bytes)
    {
        var repaired = bytes[..SegmentHeader.SizeBytes].ToArray();
        if (!HeaderRepair.TryRepair(repaired))
        {
            AddHeadless(path, first, bytes);
            return;
        }

        file.Write(0, repaired);
        file.Sync();
        _findings.Add($"{path} had one wrong byte in its header, which its checksum tells: it is put right.");
        SegmentHeader.Read(repaired, out var header);
        _segments.Add(new Segment(_disk, path, header, bytes.Length));
    }

    /// <summary>A segment whose header is damaged: unused, or kept by the number in its name, or set aside.</summary>
    private void AddHeadless(string path, SequenceNumber first, ReadOnlySpan<byte> bytes)
    {
        if (bytes[SegmentHeader.SizeBytes..].IndexOfAnyExcept((byte)0) < 0)
        {
            RemoveUnused(path);
            return;
        }

        var salt = SegmentHeader.ReadSalt(bytes);
        var header = new SegmentHeader(bytes.Length, first, default, salt, 0, 0, 0);
        var scan = SegmentScan.Run(bytes, header, null, new SequenceNumber(long.MaxValue), isSealed: true);
        if (scan.Cursor.Last >= first)
        {
            _findings.Add(
                $"{path} is kept although its header is damaged: records {first} to {scan.Cursor.Last} are there.");
            _segments.Add(new Segment(_disk, path, header, bytes.Length));
            return;
        }

        // Nothing in it can be read, but its sequence numbers may have been given out: none of them is used again.
        _nextAfterHeadless = new SequenceNumber(first.Value + (bytes.Length / EntryFormat.RecordSizeBytesMin));
        _findings.Add($"{path} cannot be read: it is set aside as {Path.GetFileName(path)}{SetAsideSuffix}.");
        _disk.Replace(path + SetAsideSuffix, bytes);
        _disk.Delete(path);
    }

    private void RemoveUnused(string path)
    {
        _findings.Add($"{path} was made and never used; it is made again when it is needed.");
        _disk.Delete(path);
    }

    /// <summary>Whoever cannot read a segment must not take its records for lost.</summary>
    private void CheckCompressed(Segment segment, ReadOnlySpan<byte> bytes)
    {
        if (!segment.IsCompressed)
        {
            return;
        }

        var table = CompressedTable.TryRead(bytes, segment.Header);
        if (table is null)
        {
            _findings.Add($"{segment.Path} is compressed and cannot be read: both copies of its table are damaged.");
        }
        else if (!BlockCodec.IsAvailable(table.Codec))
        {
            throw new IOException(
                $"{segment.Path} is compressed with Zstandard, which this machine lacks: install libzstd "
                    + "(libzstd.so.1). Nothing was changed.");
        }
    }

    /// <summary>Goes on behind a last segment that is compressed: it is never written again.</summary>
    private OpenedShard BeginBehind(Segment segment)
    {
        using var file = _disk.Open(segment.Path);
        using var region = file.Map();
        var table = CompressedTable.TryRead(region.Bytes, segment.Header);
        if (table is null)
        {
            // Its sequence numbers were given out: none of them is used again.
            var countMax = segment.Header.SegmentSizeBytes / EntryFormat.RecordSizeBytesMin;
            return Begin(new SequenceNumber(segment.FirstSequence.Value + countMax), 0, new CheckpointMap());
        }

        var entries = BlockWindow.Expand(region.Bytes, table);
        var checkpoints = entries is null
            ? new CheckpointMap()
            : SegmentScan.Run(entries, segment.Header, null, table.LastSequence.Next, isSealed: true).Checkpoints;
        return Begin(
            table.LastSequence.Next,
            entries is null ? 0 : EntryFormat.ChecksumAt(entries, table.EndOffset - EntryFormat.ChecksumSizeBytes),
            checkpoints);
    }

    private OpenedShard Begin(SequenceNumber first, uint predecessorChecksum, CheckpointMap checkpoints)
    {
        var (segment, file, chain) = SegmentFile.Create(
            _disk, _options.Folder, _options.SegmentSizeBytes, first, predecessorChecksum, _clock);
        _segments.Add(segment);
        return new OpenedShard(
            [.. _segments],
            file,
            [],
            first.Previous,
            segment.Header.EntriesOffset,
            chain,
            checkpoints,
            _lost,
            _findings);
    }

    private OpenedShard OpenLast(Segment segment)
    {
        var file = _disk.Open(segment.Path);
        using var region = file.Map();
        var index = ReadIndex(segment, region.Bytes);
        if (index is null || index.IsMark)
        {
            index = Recover(segment, file, region.Bytes, index);
        }
        else
        {
            // From the first append on it no longer tells the end; gone now, it cannot mislead the next opening.
            _disk.Delete(segment.IndexPath);
        }

        segment.Publish(index.EndOffset);
        return new OpenedShard(
            [.. _segments],
            file,
            index.Points,
            index.LastSequence,
            index.EndOffset,
            EntryFormat.ChecksumAt(region.Bytes, index.EndOffset - EntryFormat.ChecksumSizeBytes),
            index.Checkpoints ?? new CheckpointMap(),
            _lost,
            _findings);
    }

    /// <summary>What the index file says of the last segment; null where there is none to believe.</summary>
    private SegmentIndex? ReadIndex(Segment segment, ReadOnlySpan<byte> bytes)
    {
        var content = _disk.TryRead(segment.IndexPath);
        var index = content is null ? null : SegmentIndex.TryRead(content, segment.Header.Salt);
        return index is not null && index.EndOffset >= segment.Header.EntriesOffset && index.EndOffset <= bytes.Length
            ? index
            : null;
    }

    /// <summary>Finds the end of the last segment behind a mark, or from its start where there is none.</summary>
    private SegmentIndex Recover(Segment segment, IDiskFile file, ReadOnlySpan<byte> bytes, SegmentIndex? mark)
    {
        var none = new SequenceNumber(long.MaxValue);
        var scan = SegmentScan.Run(bytes, segment.Header, mark, none, isSealed: false);
        var end = scan.Cursor.Offset;
        _lost = scan.Lost;
        if (_lost.Count > 0)
        {
            _findings.Add(
                $"{segment.Path} has damage inside: {_lost.Count} records cannot be read; the rest is whole.");
        }

        // Behind the end of a file that was used before stand old bytes, which say nothing.
        var isRecycled = (segment.Header.Flags & SegmentFlags.Recycled) != 0;
        if (scan.IsCut || (!isRecycled && bytes[end..].IndexOfAnyExcept((byte)0) >= 0))
        {
            _findings.Add(
                $"{segment.Path} ends with an unfinished write: cut after record {scan.Cursor.Last}, at byte {end}.");
        }

        // What a killed process had handed to the kernel may not be on the device yet, and after a failed sync the
        // kernel no longer knows that it is not: it is written again, so that this sync is about these bytes.
        file.Write(scan.UnvouchedOffset, bytes[scan.UnvouchedOffset..end]);
        RepairChain(file, bytes, scan.Cursor);
        WipeCutFrames(file, bytes, segment.Header.Salt, end);
        file.Sync();
        return new SegmentIndex(
            segment.Header.Salt, end, scan.Cursor.Last, scan.Points, null, scan.Checkpoints);
    }

    /// <summary>
    /// Takes their beginnings away from the frames that stand behind the end: should damage hit what is written there
    /// later, a reader that looks for the next valid entry must not find one of a log that never was.
    /// </summary>
    /// <remarks>What stands at the end itself is overwritten by the next write, before anything else.</remarks>
    private static void WipeCutFrames(IDiskFile file, ReadOnlySpan<byte> bytes, ulong salt, int end)
    {
        ReadOnlySpan<byte> zeros = stackalloc byte[BaseEntry.EntrySizeBytes];
        var cursor = new EntryCursor(salt, end, default);
        for (var offset = end + 1; (offset = cursor.FindBase(bytes, offset, bytes.Length)) < bytes.Length; offset++)
        {
            file.Write(offset, zeros);
        }
    }

    /// <summary>
    /// Where only an entry that is cut proves that the last checksum is wrong, it is put right: what comes next has to
    /// prove it too.
    /// </summary>
    private static void RepairChain(IDiskFile file, ReadOnlySpan<byte> bytes, in EntryCursor end)
    {
        var offset = end.Offset - EntryFormat.ChecksumSizeBytes;
        var right = end.LastChecksum(bytes);
        if (right != EntryFormat.ChecksumAt(bytes, offset))
        {
            Span<byte> checksum = stackalloc byte[EntryFormat.ChecksumSizeBytes];
            BinaryPrimitives.WriteUInt32LittleEndian(checksum, right);
            file.Write(offset, checksum);
        }
    }
}
