namespace EdgeStream.Storage;

/// <summary>Puts right what can be put right in a shard's folder, and nothing else.</summary>
/// <remarks>
/// Of a damaged log it restores single wrong bytes that a frame or a segment hangs on, lets recovery cut what was
/// never acknowledged and set aside what cannot be read, and makes indexes anew. Readable records are never touched.
/// A trial and the real thing are the same code on another disk. No other process may have the folder open.
/// </remarks>
public sealed class LogRepair
{
    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly LogEncryption? _encryption;
    private readonly List<string> _steps = [];
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);

    private SequenceNumber _synced;

    private LogRepair(IDisk disk, string folder, LogEncryption? encryption)
    {
        _encryption = encryption;
        _disk = disk;
        _folder = folder;
    }

    /// <summary>What <see cref="Apply"/> would do; changes nothing.</summary>
    /// <param name="disk">Where the folder is; only read.</param>
    /// <param name="folder">The shard's folder.</param>
    /// <param name="encryption">The keys of encrypted segments; null when there are none.</param>
    /// <exception cref="IOException">
    /// A file cannot be read, is of another version of the format, or needs a key that is not given.
    /// </exception>
    public static RepairReport Try(IDisk disk, string folder, LogEncryption? encryption = null)
    {
        var overlay = new OverlayDisk(disk);
        var repair = new LogRepair(overlay, folder, encryption);
        var remaining = repair.Run();
        return new RepairReport(repair._steps, overlay.Changes(), [], remaining);
    }

    /// <summary>Repairs; every file that changes is copied before.</summary>
    /// <param name="disk">Where the folder is.</param>
    /// <param name="folder">The shard's folder.</param>
    /// <param name="copySuffix">What the copies' names have behind the files' own; it must be new.</param>
    /// <param name="encryption">The keys of encrypted segments; null when there are none.</param>
    /// <exception cref="IOException">
    /// A file cannot be read or written; what was changed until then is copied.
    /// </exception>
    public static RepairReport Apply(
        IDisk disk, string folder, string copySuffix, LogEncryption? encryption = null)
    {
        var planned = Try(disk, folder, encryption);
        if (planned.Steps.Count == 0)
        {
            return planned;
        }

        var keeping = new KeepingDisk(disk, copySuffix);
        var repair = new LogRepair(keeping, folder, encryption);
        var remaining = repair.Run();
        return new RepairReport(repair._steps, planned.Changes, keeping.Copies, remaining);
    }

    private List<LogDamage> Run()
    {
        SegmentKeys.Check(_disk, _folder, _encryption);
        var segments = ListSegments();
        for (var i = 0; i < segments.Count; i++)
        {
            var end = i + 1 < segments.Count ? segments[i + 1].First : new SequenceNumber(long.MaxValue);
            RepairBytes(segments[i].Path, end);
        }

        RecoverIfDue();
        return RebuildIndexes();
    }

    private List<SegmentName> ListSegments()
    {
        var segments = new List<SegmentName>();
        foreach (var name in _disk.List(_folder))
        {
            if (SegmentFile.TryParseName(name, out var first))
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

    /// <summary>Whether the end of the log is not marked yet, or files are put right or set aside.</summary>
    private static bool IsChangedByOpening(LogInspection inspection)
    {
        foreach (var change in inspection.OpeningChanges)
        {
            if (!change.Path.EndsWith(".index", StringComparison.Ordinal))
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
            if (_unreadable.Contains(segment.Path))
            {
                inspection.AvoidMapping(segment);
            }

            var report = inspection.Verify(segment);
            remaining.AddRange(report.Damage);
            if (report.Index is IndexState.Valid or IndexState.Mark || segment.IsLast)
            {
                continue;
            }

            if (report.Index == IndexState.LeftOver)
            {
                var leftOver = Path.ChangeExtension(segment.Path, ".index");
                _disk.Delete(leftOver);
                _steps.Add($"{leftOver} is left over from before its segment was compressed: removed.");
                continue;
            }

            if (inspection.BuildIndex(segment) is not var (path, content))
            {
                continue;
            }

            SyncUpTo(segment.FirstSequence);
            _disk.Replace(path, content);
            _steps.Add(report.Index switch
            {
                IndexState.Missing => $"{path} is missing: made anew from its segment.",
                IndexState.Damaged => $"{path} is damaged: made anew from its segment.",
                _ => $"{path} contradicts its segment: made anew from it.",
            });
        }

        return remaining;
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
