namespace EdgeStream.Storage;

/// <summary>Puts right what can be put right in a shard's folder, and nothing else.</summary>
/// <remarks>
/// Of a damaged log it restores single wrong bytes that a frame or a segment hangs on, lets recovery cut what was
/// never acknowledged and set aside what cannot be read, and makes indexes anew. Readable records are never touched.
/// A trial and the real thing are the same code on another disk. Other processes may have the folder open only for
/// <see cref="TryLive"/>.
/// </remarks>
public sealed class LogRepair
{
    /// <summary>How often a trial reads each segment.</summary>
    public const int ReadingsMax = 2;

    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly LogEncryption? _encryption;
    private readonly bool _isLive;
    private readonly Action<string, long>? _onRead;
    private readonly List<string> _steps = [];
    private readonly List<string> _undecided = [];
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);

    private SequenceNumber _synced;

    /// <param name="disk">Where what is wrong is put right.</param>
    /// <param name="folder">The shard's folder.</param>
    /// <param name="encryption">The keys; null when there are none.</param>
    /// <param name="onRead">Told how far it is.</param>
    /// <param name="isLive">Whether the disk shows a folder that another process is writing.</param>
    internal LogRepair(
        IDisk disk,
        string folder,
        LogEncryption? encryption,
        Action<string, long>? onRead,
        bool isLive = false)
    {
        _encryption = encryption;
        _disk = disk;
        _folder = folder;
        _onRead = onRead;
        _isLive = isLive;
    }

    /// <summary>What is done and why, in order.</summary>
    internal IReadOnlyList<string> Steps => _steps;

    /// <summary>What only the process can tell that is writing the log.</summary>
    internal IReadOnlyList<string> Undecided => _undecided;

    /// <summary>What <see cref="Apply"/> would do; changes nothing.</summary>
    /// <param name="disk">Where the folder is; only read.</param>
    /// <param name="folder">The shard's folder.</param>
    /// <param name="encryption">The keys of encrypted segments; null when there are none.</param>
    /// <param name="onRead">
    /// Told a segment's path and size each time it has been read, <see cref="ReadingsMax"/> times at most.
    /// </param>
    /// <exception cref="IOException">
    /// A file cannot be read, is of another version of the format, or needs a key that is not given.
    /// </exception>
    public static RepairReport Try(
        IDisk disk, string folder, LogEncryption? encryption = null, Action<string, long>? onRead = null)
    {
        var overlay = new OverlayDisk(disk);
        var repair = new LogRepair(overlay, folder, encryption, onRead);
        var remaining = repair.Run();
        return new RepairReport(repair._steps, overlay.Changes(), [], remaining);
    }

    /// <summary>
    /// What <see cref="Apply"/> would do if the process that is writing the log stopped cleanly now; changes nothing.
    /// </summary>
    /// <remarks>
    /// What that process writes at this moment is left out, and of what it may still put right itself nothing is
    /// concluded: <see cref="RepairReport.Undecided"/>. Files may come, go, be compressed and be used again meanwhile:
    /// what is to be repaired is what two readings, one after the other, both found; where the first finds nothing
    /// there is no second.
    /// </remarks>
    /// <param name="disk">Where the folder is; only read.</param>
    /// <param name="folder">The shard's folder.</param>
    /// <param name="encryption">The keys of encrypted segments; null when there are none.</param>
    /// <param name="onRead">As for <see cref="Try"/>, for each of the two readings.</param>
    /// <exception cref="IOException">
    /// A file cannot be read, is of another version of the format, needs a key that is not given, or changes faster
    /// than it can be looked at.
    /// </exception>
    public static RepairReport TryLive(
        IDisk disk, string folder, LogEncryption? encryption = null, Action<string, long>? onRead = null) =>
        new LiveTrial(disk, folder, encryption, onRead).Run();

    /// <summary>Repairs; every file that changes is copied before.</summary>
    /// <param name="disk">Where the folder is.</param>
    /// <param name="folder">The shard's folder.</param>
    /// <param name="copySuffix">What the copies' names have behind the files' own; it must be new.</param>
    /// <param name="encryption">The keys of encrypted segments; null when there are none.</param>
    /// <param name="onRead">As for <see cref="Try"/>, for the trial and again for the real thing.</param>
    /// <exception cref="IOException">
    /// A file cannot be read or written; what was changed until then is copied.
    /// </exception>
    public static RepairReport Apply(
        IDisk disk,
        string folder,
        string copySuffix,
        LogEncryption? encryption = null,
        Action<string, long>? onRead = null)
    {
        var planned = Try(disk, folder, encryption, onRead);
        if (planned.Steps.Count == 0)
        {
            return planned;
        }

        var keeping = new KeepingDisk(disk, copySuffix);
        var repair = new LogRepair(keeping, folder, encryption, onRead);
        var remaining = repair.Run();
        return new RepairReport(repair._steps, planned.Changes, keeping.Copies, remaining);
    }

    /// <summary>Does it; returns the damage that stays.</summary>
    internal List<LogDamage> Run()
    {
        SegmentKeys.Check(_disk, _folder, _encryption);
        var segments = ListSegments();
        for (var i = 0; i < segments.Count; i++)
        {
            var end = i + 1 < segments.Count ? segments[i + 1].First : new SequenceNumber(long.MaxValue);
            try
            {
                RepairBytes(segments[i].Path, end);
            }
            catch (FileNotFoundException) when (_isLive)
            {
                // Let go at this moment.
            }
        }

        RecoverIfDue();
        return RebuildIndexes();
    }

    private List<SegmentName> ListSegments()
    {
        var segments = new List<SegmentName>();
        var horizon = TrimHorizon.Read(_disk, _folder, out _);
        foreach (var name in _disk.List(_folder))
        {
            if (SegmentFile.TryParseName(name, out var first) && first >= horizon)
            {
                segments.Add(new SegmentName(Path.Combine(_folder, name), first));
            }
        }

        return segments;
    }

    /// <summary>Header, base entries and checksums in which one byte is wrong.</summary>
    private void RepairBytes(string path, SequenceNumber end)
    {
        using var file = _disk.Open(path);
        using var image = SegmentImage.Of(file);
        _onRead?.Invoke(path, image.Bytes.Length);
        if (!image.IsWhole)
        {
            // Beside what cannot be read nothing is guessed, and nothing written.
            _unreadable.Add(path);
            return;
        }

        if (image.Bytes.Length < SegmentHeader.SizeBytes)
        {
            return;
        }

        var right = new MemoryBlock(image.Bytes.Length);
        try
        {
            image.Bytes.CopyTo(right.Span);
            if (RepairHeader(file, path, right.Span, out var header)
                && (header.Flags & SegmentFlags.Compressed) == 0)
            {
                RepairEntries(file, path, right.Span, header, end);
            }
        }
        finally
        {
            right.Release();
        }
    }

    private bool RepairHeader(IDiskFile file, string path, Span<byte> right, out SegmentHeader header)
    {
        var status = SegmentHeader.Read(right, out header);
        if (status != SegmentHeaderStatus.Damaged)
        {
            return status == SegmentHeaderStatus.Valid;
        }

        var head = right[..Math.Min(right.Length, SegmentCipher.HeaderSizeBytes)];
        var before = head.ToArray();
        if (!HeaderRepair.TryRepair(head))
        {
            return false;
        }

        WriteByte(file, path, before.AsSpan().CommonPrefixLength(right), before, right, "its header");
        return SegmentHeader.Read(right, out header) == SegmentHeaderStatus.Valid;
    }

    private void RepairEntries(
        IDiskFile file, string path, Span<byte> right, in SegmentHeader header, SequenceNumber end)
    {
        var cipher = SegmentKeys.Open(right, header, _encryption);
        var isSealed = end.Value != long.MaxValue;
        var isEncrypted = (header.Flags & SegmentFlags.Encrypted) != 0;
        if (isEncrypted && cipher is null)
        {
            // Only what is encrypted tells where the log ends.
            return;
        }

        using var before = file.Map();
        var cursor = new EntryCursor(header.Salt, header.EntriesOffset, header.FirstSequence.Previous);
        var marked = SegmentIndex.TryRead(
            IndexFile.TryReadBytes(_disk, Path.ChangeExtension(path, ".index"), out _), header.Salt);
        var known = isSealed ? right.Length : Math.Max(marked?.EndOffset ?? 0, EndOf(right, header, cipher));
        while (cursor.Last.Next < end && cursor.Base.Sequence < end)
        {
            var step = cursor.TryStep(right, right.Length, out _);
            if (step is not (EntryStep.End or EntryStep.Damaged))
            {
                // The records of an encrypted frame are not seen here: what is known is where the next ones begin.
                if (step == EntryStep.Sealed && cursor.Base.Sequence.Previous > cursor.Last)
                {
                    cursor.Rewind(cursor.Offset, cursor.Base.Sequence.Previous);
                }

                continue;
            }

            // Behind the end of the log nothing is restored: it is no part of it.
            var isBehind = !isSealed && cursor.Offset >= known;
            if (!isBehind && EntryRepair.TryRepair(right, cursor) is { } offset)
            {
                WriteByte(file, path, offset, before.Bytes, right, "a checksum or the entry that a frame begins with");
                known = Math.Max(known, isSealed ? 0 : EndOf(right, header, cipher));
            }
            else if (isBehind || !cursor.TryResume(right, right.Length))
            {
                return;
            }
        }
    }

    private static int EndOf(ReadOnlySpan<byte> segment, in SegmentHeader header, SegmentCipher? cipher)
    {
        using var readable = ReadableSegment.Of(segment, header, cipher, null);
        return SegmentScan.Run(
            readable.BytesOf(segment), header, null, new SequenceNumber(long.MaxValue), isSealed: false)
            .Cursor.Offset;
    }

    private void WriteByte(
        IDiskFile file, string path, int offset, ReadOnlySpan<byte> before, ReadOnlySpan<byte> right, string where)
    {
        _steps.Add($"{path}: byte {offset} is 0x{before[offset]:X2} and its checksum says 0x{right[offset]:X2}: "
            + $"put right. It is in {where}.");
        file.Write(offset, right.Slice(offset, 1));
        file.Sync();
    }

    /// <summary>Opens and closes the log when opening would put something right: what it does then, it does now.
    /// </summary>
    private void RecoverIfDue()
    {
        LogEncryption? keys;
        using (var inspection = LogInspection.Open(_disk, _folder, _encryption))
        {
            if (inspection.Findings.Count == 0 || !IsChangedByOpening(inspection))
            {
                return;
            }

            keys = inspection.KeysForMore(_encryption);
        }

        using var committer = new Committer();
        var log = committer.Open(_disk, LogInspection.ClockOfNoBoot, LogInspection.OptionsOf(_folder, keys));
        _steps.AddRange(log.RecoveryFindings);
        committer.Close(log);
        if (log.Failure is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    /// <summary>Whether the end of the log is not marked yet, or files are put right or set aside. That what had been
    /// evicted goes is for the next start.</summary>
    private static bool IsChangedByOpening(LogInspection inspection)
    {
        foreach (var change in inspection.OpeningChanges)
        {
            var isEvicted = SegmentFile.TryParseName(Path.GetFileName(change.Path), out var first)
                && first < inspection.OldestSequence;
            if (!isEvicted && !change.Path.EndsWith(".index", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return inspection.Segments.Count > 0
            && inspection.Segments[^1].Index != IndexState.Valid
            && !inspection.IsLastUnreadable;
    }

    private List<LogDamage> RebuildIndexes()
    {
        var remaining = new List<LogDamage>();
        using var inspection = LogInspection.Open(_disk, _folder, _encryption);
        foreach (var segment in inspection.Segments)
        {
            try
            {
                RebuildIndex(inspection, segment, remaining);
            }
            catch (FileNotFoundException) when (_isLive)
            {
                // Let go, or compressed, at this moment.
            }
        }

        return remaining;
    }

    private void RebuildIndex(LogInspection inspection, SegmentSummary segment, List<LogDamage> remaining)
    {
        if (_unreadable.Contains(segment.Path))
        {
            inspection.AvoidMapping(segment);
        }

        var report = inspection.Verify(segment);
        _onRead?.Invoke(segment.Path, segment.SizeBytes);
        remaining.AddRange(report.Damage);
        if (report.Index is IndexState.Valid or IndexState.Mark || segment.IsLast)
        {
            return;
        }

        var path = Path.ChangeExtension(segment.Path, ".index");
        if (_isLive && report.Index is IndexState.Missing or IndexState.LeftOver)
        {
            _undecided.Add(report.Index == IndexState.Missing
                ? $"{path} is missing: it may not have been made yet."
                : $"{path} is left over from before its segment was compressed: it may be about to go.");
        }
        else if (report.Index == IndexState.LeftOver)
        {
            _disk.Delete(path);
            _steps.Add($"{path} is left over from before its segment was compressed: removed.");
        }
        else if (inspection.BuildIndex(segment) is var (_, content))
        {
            if (!_isLive)
            {
                SyncUpTo(segment.FirstSequence);
            }

            _disk.Replace(path, content);
            _steps.Add(report.Index switch
            {
                IndexState.Missing => $"{path} is missing: made anew from its segment.",
                IndexState.Damaged => $"{path} is damaged: made anew from its segment.",
                _ => $"{path} contradicts its segment: made anew from it.",
            });
        }
    }

    /// <summary>Who finds an index takes its segment for durable, and those before it.</summary>
    private void SyncUpTo(SequenceNumber last)
    {
        foreach (var segment in ListSegments())
        {
            if (segment.First <= last && segment.First > _synced)
            {
                using var file = _disk.Open(segment.Path);
                file.Sync();
            }
        }

        _synced = last;
    }

    private sealed record SegmentName(string Path, SequenceNumber First);
}
