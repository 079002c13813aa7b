namespace EdgeStream.Storage;

/// <summary>Opens a shard's folder whatever a crash left in it. The table of cases is in the room's README.</summary>
/// <remarks>
/// Deletes nothing that was promised: only files without records, and those behind a torn end. Fails only for I/O
/// errors, for a key or a library that is missing, and for files of another format version.
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
    private SequenceNumber _setAside;
    private SequenceNumber _nextAfterSetAside;
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
        SegmentKeys.Check(_disk, _options.Folder, _options.Encryption);
        foreach (var name in _disk.List(_options.Folder))
        {
            if (SegmentFile.TryParseName(name, out var first))
            {
                AddSegment(Path.Combine(_options.Folder, name), first);
            }
        }

        SettleUnsynced();
        var isSetAsideLast = _segments.Count == 0 || _setAside > _segments[^1].FirstSequence;
        var isSealedLast = isSetAsideLast || _segments[^1].IsCompressed || _segments[^1].IsLocked;
        foreach (var segment in isSealedLast ? _segments : _segments[..^1])
        {
            segment.Publish(segment.SizeBytes);
            segment.Seal(null, segment.SizeBytes);
        }

        if (!isSealedLast)
        {
            return OpenLast(_segments[^1]);
        }

        var next = _nextAfterSetAside < SequenceNumber.First ? SequenceNumber.First : _nextAfterSetAside;
        return isSetAsideLast ? Begin(next, 0, CheckpointsBefore(_segments.Count)) : BeginBehind(_segments[^1]);
    }

    private void AddSegment(string path, SequenceNumber first)
    {
        using var file = _disk.Open(path);
        if (file.SizeBytes < SegmentHeader.SizeBytes)
        {
            RemoveUnused(path);
            return;
        }

        if (SegmentFile.ReadHeader(file, out var header) == SegmentHeaderStatus.Valid)
        {
            Add(path, header, SegmentFile.ReadBeginning(file), checked((int)file.SizeBytes));
            CheckCompressed(_segments[^1], file);
            return;
        }

        using var region = file.Map();
        switch (SegmentHeader.Read(region.Bytes, out _))
        {
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
        var repaired = bytes[..Math.Min(bytes.Length, SegmentCipher.HeaderSizeBytes)].ToArray();
        if (!HeaderRepair.TryRepair(repaired))
        {
            AddUnrepaired(path, first, bytes);
            return;
        }

        file.Write(0, repaired);
        file.Sync();
        _findings.Add($"{path} had one wrong byte in its header, which its checksum tells: it is put right.");
        SegmentHeader.Read(repaired, out var header);
        Add(path, header, repaired, bytes.Length);
    }

    private void AddUnrepaired(string path, SequenceNumber first, ReadOnlySpan<byte> bytes)
    {
        if (SegmentHeader.TryReadBeforeBlock(bytes, out var beforeBlock))
        {
            Add(path, beforeBlock, bytes, bytes.Length);
        }
        else
        {
            AddHeadless(path, first, bytes);
        }
    }

    private void Add(string path, in SegmentHeader header, ReadOnlySpan<byte> beginning, int sizeBytes)
    {
        var cipher = SegmentKeys.Open(beginning, header, _options.Encryption);
        _segments.Add(new Segment(_disk, path, header, sizeBytes, cipher));
        if (_segments[^1].IsLocked)
        {
            _findings.Add($"{path} is encrypted and cannot be read: the key in its header is damaged. It is kept.");
        }
    }

    /// <summary>A segment whose header is damaged: unused, or kept by the number in its name, or set aside.</summary>
    private void AddHeadless(string path, SequenceNumber first, ReadOnlySpan<byte> bytes)
    {
        if (bytes[SegmentHeader.SizeBytes..].IndexOfAnyExcept((byte)0) < 0)
        {
            RemoveUnused(path);
            return;
        }

        if (SegmentKeys.TryGuessHeader(bytes, first, out var encrypted))
        {
            _findings.Add($"{path} is kept although its header is damaged: it is encrypted, from record {first} on.");
            Add(path, encrypted, bytes, bytes.Length);
            return;
        }

        var salt = SegmentHeader.ReadSalt(bytes);
        var flags = SegmentHeader.Behind(LogWriter.UnsyncedSegmentsMax);
        var header = new SegmentHeader(bytes.Length, first, default, salt, 0, 0, 0, flags);
        var scan = SegmentScan.Run(bytes, header, null, new SequenceNumber(long.MaxValue), isSealed: true);
        if (scan.Cursor.Last >= first)
        {
            _findings.Add(
                $"{path} is kept although its header is damaged: records {first} to {scan.Cursor.Last} are there.");
            _segments.Add(new Segment(_disk, path, header, bytes.Length));
            return;
        }

        // Nothing in it can be read, but its sequence numbers may have been given out: none of them is used again.
        var sizeMax = Math.Max(bytes.Length, _options.SegmentSizeBytes);
        _setAside = first;
        _nextAfterSetAside = new SequenceNumber(first.Value + (sizeMax / EntryFormat.RecordSizeBytesMin));
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
    private void CheckCompressed(Segment segment, IDiskFile file)
    {
        if (!segment.IsCompressed || segment.IsLocked)
        {
            return;
        }

        var table = CompressedTable.TryRead(file, segment.Header);
        if (table is null)
        {
            _findings.Add($"{segment.Path} is compressed and cannot be read: both copies of its table are damaged.");
        }
        else if (!BlockCodec.IsAvailable(table.Codec, _options))
        {
            throw new IOException(
                $"{segment.Path} is compressed with Zstandard, which this machine lacks: install libzstd "
                    + "(libzstd.so.1). Nothing was changed.");
        }
    }

    /// <summary>Goes on behind a last segment that is compressed, or locked: it is never written again.</summary>
    private OpenedShard BeginBehind(Segment segment)
    {
        using var file = _disk.Open(segment.Path);
        var table = segment.IsLocked ? null : CompressedTable.TryRead(file, segment.Header);
        if (table is null)
        {
            // Its sequence numbers were given out: none of them is used again.
            var countMax = segment.Header.SegmentSizeBytes / EntryFormat.RecordSizeBytesMin;
            var next = new SequenceNumber(segment.FirstSequence.Value + countMax);
            return Begin(next, 0, CheckpointsBefore(_segments.Count - 1));
        }

        var entries = BlockWindow.Expand(file, table, segment.Cipher);
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
        var start = new SegmentStart(
            _options.SegmentSizeBytes,
            first,
            first.Previous,
            predecessorChecksum,
            checkpoints,
            _clock,
            _options.Encryption?.Current);
        var spares = new SegmentSpares(_disk, _options.Folder);
        spares.DeleteOtherSizes(start.SizeBytes);
        var begun = spares.Begin(spares.TryTake(start.SizeBytes) ?? spares.Make(start.SizeBytes), start);
        _segments.Add(begun.Segment);
        return new OpenedShard(
            [.. _segments],
            begun.File,
            begun.Points,
            first.Previous,
            begun.Segment.VisibleEnd,
            begun.Chain,
            checkpoints,
            _lost,
            _findings,
            begun.WholeState);
    }

    /// <summary>
    /// A relaxed log may begin segments before the device has all of those before them. Behind the newest one of which
    /// something proves that it got it, the end is to be found; where one is cut, what follows it goes too.
    /// </summary>
    private void SettleUnsynced()
    {
        if (_segments.Count == 0)
        {
            return;
        }

        var at = _segments.Count - 1;
        var oldest = Math.Max(0, at - _segments[at].Header.UnsyncedBefore);
        while (at > oldest && !IsPreviousDurable(_segments[at - 1], _segments[at]))
        {
            at--;
        }

        while (at < _segments.Count - 1 && TrySettle(at))
        {
            at++;
        }

        for (var last = _segments.Count - 1; last > at; last--)
        {
            _findings.Add(
                $"{_segments[last].Path} goes: records before it never reached the device, so none of its own was "
                    + "promised.");
            _disk.Delete(_segments[last].IndexPath);
            _disk.Delete(_segments[last].Path);
            _segments.RemoveAt(last);
        }
    }

    /// <summary>Finds the end of a segment behind which others stand; returns whether it is where they begin.</summary>
    private bool TrySettle(int at)
    {
        var previous = _segments[at];
        using var file = _disk.Open(previous.Path);
        using var region = file.Map();
        var mark = ReadIndex(previous, region.Bytes.Length);
        var tail = new TailRecovery(previous, file, mark, CheckpointsBefore(at));
        var index = tail.Run(_disk, region.Bytes);
        _findings.AddRange(tail.Findings);
        var isWhole = index.LastSequence.Next >= _segments[at + 1].FirstSequence;
        if (isWhole)
        {
            KeepIndex(previous, index with { IsMark = false });
        }

        return isWhole;
    }

    private bool HasSetAsideBetween(SequenceNumber first, SequenceNumber end)
    {
        foreach (var name in _disk.List(_options.Folder))
        {
            if (name.EndsWith(SetAsideSuffix, StringComparison.Ordinal)
                && SegmentFile.TryParseName(name[..^SetAsideSuffix.Length], out var setAside)
                && setAside > first
                && setAside < end)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the device has all of a segment, by what the next one and its own index file say.</summary>
    private bool IsPreviousDurable(Segment previous, Segment last)
    {
        if (last.Header.UnsyncedBefore == 0
            || previous.IsCompressed
            || previous.IsLocked
            || HasSetAsideBetween(previous.FirstSequence, last.FirstSequence)
            || ReadIndex(previous, previous.SizeBytes) is { IsMark: false }
            || ReadIndex(last, last.SizeBytes) is not null)
        {
            return true;
        }

        using var file = _disk.Open(last.Path);
        using var region = file.Map();
        var bytes = region.Bytes;
        var cursor = new EntryCursor(last.Header.Salt, last.Header.EntriesOffset, default);
        var offset = last.Header.EntriesOffset;
        for (; (offset = cursor.FindBase(bytes, offset, bytes.Length)) < bytes.Length; offset++)
        {
            if (BaseEntry.ReadBody(bytes[(offset + 1)..]).DurableSequence >= last.FirstSequence.Previous)
            {
                return true;
            }
        }

        return false;
    }

    private OpenedShard OpenLast(Segment segment)
    {
        var file = _disk.Open(segment.Path);
        try
        {
            using var region = file.Map();
            var index = ReadIndex(segment, region.Bytes.Length);
            if (index is null || index.IsMark)
            {
                var tail = new TailRecovery(segment, file, index, CheckpointsBefore(_segments.Count - 1));
                index = tail.Run(_disk, region.Bytes);
                _lost = tail.Lost;
                _findings.AddRange(tail.Findings);
            }
            else
            {
                // From the first append on it tells a place before which all is durable, and the end no longer.
                KeepIndex(segment, index with { IsMark = true });
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
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes an index file; where there is no room for it, there is none, and none that says less.</summary>
    private void KeepIndex(Segment segment, SegmentIndex index)
    {
        try
        {
            _disk.Replace(segment.IndexPath, index.ToBytes(segment.Cipher));
        }
        catch (DiskFullException)
        {
            _disk.Delete(segment.IndexPath);
        }
    }

    /// <summary>What the index file says of a segment; null where there is none to believe.</summary>
    private SegmentIndex? ReadIndex(Segment segment, int sizeBytes)
    {
        var content = _disk.TryRead(segment.IndexPath);
        var index = content is null ? null : SegmentIndex.TryRead(content, segment.Header.Salt, segment.Cipher);
        return index is not null && index.EndOffset >= segment.Header.EntriesOffset && index.EndOffset <= sizeBytes
            ? index
            : null;
    }

    /// <summary>
    /// The checkpoints at a segment's beginning as the one before it knows them: its own head says the same, unless it
    /// is damaged.
    /// </summary>
    private CheckpointMap CheckpointsBefore(int at)
    {
        var before = at > 0 ? _segments[at - 1] : null;
        var index = before is null ? null : ReadIndex(before, before.Header.SegmentSizeBytes);
        return index is { IsMark: false, Checkpoints: { } checkpoints } ? checkpoints : new CheckpointMap();
    }
}
