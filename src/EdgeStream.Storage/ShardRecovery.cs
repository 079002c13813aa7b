namespace EdgeStream.Storage;

/// <summary>Opens a shard's folder whatever a crash left in it. The table of cases is in the room's README.</summary>
/// <remarks>
/// Deletes nothing that holds a readable record. Fails only for I/O errors and for files of another format version.
/// </remarks>
internal sealed class ShardRecovery
{
    private readonly IDisk _disk;
    private readonly LogClock _clock;
    private readonly ShardLogOptions _options;
    private readonly List<Segment> _segments = [];
    private readonly List<string> _findings = [];
    private long _lostRecords;

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

        if (_segments.Count == 0)
        {
            return Begin(SequenceNumber.First, 0);
        }

        foreach (var segment in _segments[..^1])
        {
            segment.Publish(segment.SizeBytes);
            segment.Seal(null, segment.SizeBytes);
        }

        return OpenLast(_segments[^1]);
    }

    private void AddSegment(string path, SequenceNumber first)
    {
        using var file = _disk.Open(path);
        using var region = file.Map();
        if (SegmentHeader.TryRead(region.Bytes, out var header, out var reason))
        {
            _segments.Add(new Segment(_disk, path, header, checked((int)file.SizeBytes)));
            return;
        }

        if (reason.Contains("version", StringComparison.Ordinal))
        {
            throw new IOException(
                $"{path} cannot be read: {reason}. Nothing was changed; use the version that wrote it.");
        }

        var scan = SegmentScan.Run(region.Bytes, first, isSealed: true);
        if (scan.Cursor.Last < first)
        {
            // Made, but never written to: the crash came before its header was on disk.
            _findings.Add($"{path} is empty ({reason}); it is made again when it is needed.");
            _disk.Delete(path);
            return;
        }

        _findings.Add($"{path} is kept although {reason}: its records from {first} to {scan.Cursor.Last} are whole.");
        header = new SegmentHeader(checked((int)file.SizeBytes), first, default, 0, 0, 0, 0);
        _segments.Add(new Segment(_disk, path, header, checked((int)file.SizeBytes)));
    }

    private OpenedShard Begin(SequenceNumber first, uint predecessorChecksum)
    {
        var (segment, file, chain) = SegmentFile.Create(
            _disk, _options.Folder, _options.SegmentSizeBytes, first, predecessorChecksum, _clock);
        _segments.Add(segment);
        return new OpenedShard(
            [.. _segments], file, [], first.Previous, SegmentHeader.SizeBytes, chain, _lostRecords, _findings);
    }

    private OpenedShard OpenLast(Segment segment)
    {
        var file = _disk.Open(segment.Path);
        using var region = file.Map();
        var index = CleanIndex(segment, region.Bytes) ?? Recover(segment, file, region.Bytes);
        segment.Publish(index.EndOffset);

        // From the first append on, the index no longer tells the end; gone now, it cannot mislead the next opening.
        _disk.Delete(segment.IndexPath);
        return new OpenedShard(
            [.. _segments],
            file,
            index.Points,
            index.LastSequence,
            index.EndOffset,
            EntryFormat.ChecksumAt(region.Bytes, index.EndOffset - EntryFormat.ChecksumSizeBytes),
            _lostRecords,
            _findings);
    }

    private SegmentIndex? CleanIndex(Segment segment, ReadOnlySpan<byte> bytes)
    {
        var content = _disk.TryRead(segment.IndexPath);
        var index = content is null ? null : SegmentIndex.TryRead(content, segment.Header.Salt);
        return index is not null && index.EndOffset >= SegmentHeader.SizeBytes && index.EndOffset <= bytes.Length
            ? index
            : null;
    }

    private SegmentIndex Recover(Segment segment, IDiskFile file, ReadOnlySpan<byte> bytes)
    {
        var scan = SegmentScan.Run(bytes, segment.FirstSequence, isSealed: false);
        var end = scan.Cursor.Offset;
        if (scan.LostRecords > 0)
        {
            _lostRecords += scan.LostRecords;
            _findings.Add(
                $"{segment.Path} has damage inside: {scan.LostRecords} records cannot be read; the rest is whole.");
        }

        if (end < bytes.Length && bytes[end..].IndexOfAnyExcept((byte)0) >= 0)
        {
            _findings.Add(
                $"{segment.Path} ends with an unfinished write: cut after record {scan.Cursor.Last}, at byte {end}.");
        }

        // What a killed process had handed to the kernel may not be on the device yet; readers see durable records
        // only.
        file.Sync();
        return new SegmentIndex(segment.Header.Salt, end, scan.Cursor.Last, scan.Points);
    }
}
