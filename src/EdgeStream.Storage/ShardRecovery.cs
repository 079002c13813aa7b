namespace EdgeStream.Storage;

/// <summary>Opens a shard's folder whatever a crash left in it. The table of cases is in the room's README.</summary>
/// <remarks>
/// Deletes nothing that was promised: only files without records, those behind a torn end, and what had been evicted
/// and could not be deleted then. Fails only for I/O errors other than sectors that cannot be read, for a key or a
/// library that is missing, and for files of another format version.
/// </remarks>
internal sealed class ShardRecovery
{
    private readonly IDisk _disk;
    private readonly LogClock _clock;
    private readonly ShardLogOptions _options;
    private readonly FoundSegments _found;
    private readonly LostRecords _lost = new();

    private ShardRecovery(IDisk disk, LogClock clock, ShardLogOptions options)
    {
        _disk = disk;
        _clock = clock;
        _options = options;
        SegmentKeys.Check(disk, options.Folder, options.Encryption);
        _found = new FoundSegments(disk, options);
    }

    private List<Segment> Segments => _found.Segments;

    private List<string> Findings => _found.Findings;

    /// <summary>Opens or makes the shard.</summary>
    internal static OpenedShard Open(IDisk disk, LogClock clock, ShardLogOptions options) =>
        new ShardRecovery(disk, clock, options).Open();

    private OpenedShard Open()
    {
        var opened = OpenFound();
        var kept = new List<Segment>();
        IOException? failure = null;
        foreach (var segment in _found.Evicted)
        {
            try
            {
                segment.DeleteFiles();
            }
            catch (IOException error)
            {
                kept.Add(segment);
                failure = error;
            }
        }

        return opened with { Horizon = _found.Horizon, Evicted = kept, EvictedFailure = failure };
    }

    private OpenedShard OpenFound()
    {
        var isSetAsideLast = Segments.Count == 0 || _found.SetAside > Segments[^1].FirstSequence;
        SettleUnsynced(isSetAsideLast);
        var isSealedLast = isSetAsideLast || Segments[^1].IsCompressed || Segments[^1].IsLocked;
        foreach (var segment in isSealedLast ? Segments : Segments[..^1])
        {
            segment.Publish(segment.SizeBytes);
            segment.Seal(null, segment.SizeBytes);
        }

        if (!isSealedLast)
        {
            return OpenLast(Segments[^1]);
        }

        SequenceNumber[] starts = [SequenceNumber.First, _found.NextAfterSetAside, _found.Horizon];
        var next = starts.Max();
        return isSetAsideLast ? Begin(next, 0, CheckpointsBefore(Segments.Count)) : BeginBehind(Segments[^1]);
    }

    /// <summary>Goes on behind a last segment that is compressed, or locked: it is never written again.</summary>
    private OpenedShard BeginBehind(Segment segment)
    {
        using var file = _disk.Open(segment.Path);
        var table = segment.IsLocked ? null : CompressedTable.TryRead(file, segment.Header);
        if (table is null)
        {
            // Its sequence numbers were given out: none of them is used again.
            var newest = FoundSegments.NewestOf(segment.FirstSequence, segment.Header.SegmentSizeBytes);
            return Begin(newest.Next, 0, CheckpointsBefore(Segments.Count - 1));
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
        _ = spares.TryDeleteOtherSizes(start.SizeBytes);
        var begun = spares.Begin(spares.TryTake(start.SizeBytes) ?? spares.Make(start.SizeBytes), start);
        Segments.Add(begun.Segment);
        return new OpenedShard(
            [.. Segments],
            begun.File,
            begun.Points,
            first.Previous,
            begun.Segment.VisibleEnd,
            begun.Chain,
            checkpoints,
            _lost,
            Findings,
            begun.WholeState);
    }

    /// <summary>
    /// A relaxed log may begin segments before the device has all of those before them. Behind the newest one of which
    /// something proves that it got it, the end is to be found; where one is cut, what follows it goes too.
    /// </summary>
    /// <param name="isBeforeSetAside">Whether the last segment stands before one that was set aside.</param>
    private void SettleUnsynced(bool isBeforeSetAside)
    {
        if (Segments.Count == 0)
        {
            return;
        }

        if (!_found.IsHorizonClear)
        {
            Findings.Add(
                $"What {Path.Combine(_options.Folder, TrimHorizon.FileName)} says cannot be read: evicted records may "
                    + "be back, and what is missing before a segment may have been evicted.");
            return;
        }

        var at = Segments.Count - 1;
        var oldest = Math.Max(0, at - Segments[at].Header.UnsyncedBefore);
        while (at > oldest && !IsPreviousDurable(Segments[at - 1], Segments[at]))
        {
            at--;
        }

        var end = isBeforeSetAside ? Segments.Count : Segments.Count - 1;
        while (at < end && TrySettle(at))
        {
            at++;
        }

        for (var last = Segments.Count - 1; last > at; last--)
        {
            Findings.Add(
                $"{Segments[last].Path} goes: records before it never reached the device, so none of its own was "
                    + "promised.");
            _disk.Delete(Segments[last].IndexPath);
            _disk.Delete(Segments[last].Path);
            Segments.RemoveAt(last);
        }
    }

    /// <summary>Finds the end of a segment behind which others stand; returns whether it is where they begin.</summary>
    private bool TrySettle(int at)
    {
        var segment = Segments[at];
        if (FindEnd(segment, at) is not { } index)
        {
            return true;
        }

        var isWhole = at + 1 == Segments.Count || index.LastSequence.Next >= Segments[at + 1].FirstSequence;
        if (isWhole)
        {
            // Where there is no room for it the mark stays, and the end is found again.
            IndexFile.TryKeep(_disk, segment, index with { IsMark = false });
        }

        return isWhole;
    }

    /// <summary>
    /// Finds the end of a segment that is not written again and that the device may not have all of; null where its end
    /// is where the next one begins: what cannot be read had been durable.
    /// </summary>
    private SegmentIndex? FindEnd(Segment segment, int at)
    {
        var mark = IndexFile.Read(_disk, segment, segment.SizeBytes, out _);
        if (segment.IsCompressed || segment.IsLocked || segment.AvoidsMapping || mark is { IsMark: false })
        {
            return null;
        }

        using var file = _disk.Open(segment.Path);
        using var image = SegmentImage.Of(file, PlaceBefore(mark));
        if (!image.IsWhole)
        {
            TellUnreadable(segment, image);
            return null;
        }

        var tail = new TailRecovery(segment, file, mark, CheckpointsBefore(at));
        var index = tail.Run(_disk, image);
        Findings.AddRange(tail.Findings);
        _lost.Add(tail.Lost);
        return index;
    }

    /// <summary>Whether the device has all of a segment, by what the next one and its own index file say.</summary>
    private bool IsPreviousDurable(Segment previous, Segment last)
    {
        if (last.Header.UnsyncedBefore == 0
            || previous.IsCompressed
            || last.IsCompressed
            || previous.IsLocked
            || _found.HasSetAsideBetween(previous.FirstSequence, last.FirstSequence)
            || IndexFile.Read(_disk, previous, previous.SizeBytes, out _) is { IsMark: false }
            || IndexFile.Read(_disk, last, last.SizeBytes, out _) is not null)
        {
            return true;
        }

        using var file = _disk.Open(last.Path);
        using var image = SegmentImage.Of(file);
        var bytes = image.Bytes;
        var cursor = new EntryCursor(last.Header.Salt, last.Header.EntriesOffset, default);
        var offset = last.Header.EntriesOffset;
        for (; (offset = cursor.FindBase(bytes, offset, bytes.Length)) < bytes.Length; offset++)
        {
            if (BaseEntry.ReadBody(bytes[(offset + 1)..]).DurableSequence >= last.FirstSequence.Previous)
            {
                return true;
            }
        }

        // Nothing goes because the device has failed to read what may prove it.
        return !image.IsWhole;
    }

    private OpenedShard OpenLast(Segment segment)
    {
        var file = _disk.Open(segment.Path);
        try
        {
            var index = IndexFile.Read(_disk, segment, (int)file.SizeBytes, out var isIndexReadable);
            if (index is { IsMark: false })
            {
                return OpenStopped(segment, file, index);
            }

            // What lost numbers a mark keeps nobody knows where it cannot be read.
            var newest = FoundSegments.NewestOf(
                segment.FirstSequence, Math.Max(segment.SizeBytes, _options.SegmentSizeBytes));
            return segment.IsUnknown
                ? OpenUnknown(segment, file, newest)
                : OpenTorn(segment, file, index, isIndexReadable ? default : newest);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a segment that was being written when the process or the machine stopped.</summary>
    private OpenedShard OpenTorn(Segment segment, IDiskFile file, SegmentIndex? mark, SequenceNumber taken)
    {
        using var image = SegmentImage.Of(file, PlaceBefore(mark));
        if (!image.IsWhole)
        {
            TellUnreadable(segment, image);
        }

        var tail = new TailRecovery(segment, file, mark, CheckpointsBefore(Segments.Count - 1), taken);
        var index = tail.Run(_disk, image);
        Findings.AddRange(tail.Findings);
        _lost.Add(tail.Lost);
        var chain = EntryFormat.ChecksumAt(image.Bytes, index.EndOffset - EntryFormat.ChecksumSizeBytes);
        return Opened(segment, file, index, chain, isFull: segment.AvoidsMapping);
    }

    /// <summary>Opens a segment of which nothing can be told now: the log goes on behind all that it can have held.
    /// </summary>
    private OpenedShard OpenUnknown(Segment segment, IDiskFile file, SequenceNumber newest)
    {
        var checkpoints = CheckpointsBefore(Segments.Count - 1);
        var index = new SegmentIndex(
            segment.Header.Salt, segment.Header.EntriesOffset, newest, [], null, checkpoints, IsMark: true);
        return Opened(segment, file, index, 0, isFull: true);
    }

    /// <summary>Opens a segment whose end a clean stop has noted, and takes the note back before anything is appended.
    /// </summary>
    private OpenedShard OpenStopped(Segment segment, IDiskFile file, SegmentIndex index)
    {
        Span<byte> checksum = stackalloc byte[EntryFormat.ChecksumSizeBytes];
        checksum.Clear();
        if (SectorRead.Fill(file.Read, index.EndOffset - checksum.Length, checksum) is not null)
        {
            Findings.Add($"{segment.Path} cannot be read at its end: the log goes on in a new segment.");
            segment.AvoidMapping();
        }

        var chain = EntryFormat.ChecksumAt(checksum, 0);
        if (segment.AvoidsMapping)
        {
            return Opened(segment, file, index, chain, isFull: true) with { WasClosed = true };
        }

        // From the first append on it tells a place before which all is durable, and the end no longer.
        if (IndexFile.TryKeep(_disk, segment, index with { IsMark = true }))
        {
            return Opened(segment, file, index, chain, isFull: false) with { WasClosed = true };
        }

        // The disk is full. What the index knows and the entries do not, such as numbers of lost records, is written
        // where there is room: behind the end. Where there is none, nothing is appended, and the index stays right.
        var frame = CheckpointFrame.Lay(
            index.LastSequence.Next, index.LastSequence, index.Checkpoints ?? new CheckpointMap(), _clock, chain,
            segment.Header.Salt, segment.Cipher);
        if (!segment.Header.IsAppendable || index.EndOffset + frame.Bytes.Length > file.SizeBytes)
        {
            return Opened(segment, file, index, chain, isFull: true) with { WasClosed = true };
        }

        file.Write(index.EndOffset, frame.Bytes);
        file.Sync();
        _disk.Delete(segment.IndexPath);
        var end = index.EndOffset + frame.Bytes.Length;
        return Opened(segment, file, index with { EndOffset = end }, frame.Chain, isFull: false) with
        {
            WasClosed = true,
        };
    }

    /// <param name="segment">The last segment.</param>
    /// <param name="file">Its file.</param>
    /// <param name="index">What is in it.</param>
    /// <param name="chain">The checksum of its last entry.</param>
    /// <param name="isFull">Whether the next record begins a new segment.</param>
    private OpenedShard Opened(Segment segment, IDiskFile file, SegmentIndex index, uint chain, bool isFull)
    {
        segment.Publish(index.EndOffset);
        return new OpenedShard(
            [.. Segments],
            file,
            index.Points,
            index.LastSequence,
            isFull ? Math.Max(segment.SizeBytes, index.EndOffset) : index.EndOffset,
            chain,
            index.Checkpoints ?? new CheckpointMap(),
            _lost,
            Findings);
    }

    private void TellUnreadable(Segment segment, SegmentImage image)
    {
        segment.AvoidMapping();
        Findings.Add($"{segment.Path}: the device cannot read {image.Unreadable.Count} sectors of 4 KiB, the first at "
            + $"byte {image.Unreadable.First}. All else of it is kept, and nothing is written to it again.");
    }

    /// <summary>Where reading begins behind a mark: at the checksum that the chain goes on from.</summary>
    private static int PlaceBefore(SegmentIndex? mark) =>
        mark is null ? 0 : mark.EndOffset - EntryFormat.ChecksumSizeBytes;

    /// <summary>
    /// The checkpoints at a segment's beginning as the one before it knows them: its own head says the same, unless it
    /// is damaged.
    /// </summary>
    private CheckpointMap CheckpointsBefore(int at)
    {
        var before = at > 0 ? Segments[at - 1] : null;
        var index = before is null
            ? null
            : IndexFile.Read(_disk, before, before.Header.SegmentSizeBytes, out _);
        return index is { IsMark: false, Checkpoints: { } checkpoints } ? checkpoints : new CheckpointMap();
    }
}
