using System.Collections.Immutable;

namespace EdgeStream.Storage;

/// <summary>
/// A shard log as opening it would find it, without changing a byte: what recovery concludes, segments, damage,
/// records.
/// </summary>
/// <remarks>
/// Runs the log's own recovery and reader on top of a disk that keeps every change in memory. Of a log that another
/// process is writing to it shows a moment: what is being written at that moment looks like an unfinished write. Not
/// thread-safe. The last segment costs its size in memory when it was not stopped cleanly.
/// </remarks>
public sealed class LogInspection : IDisposable
{
    /// <summary>How often files may vanish under the opening before that is an error.</summary>
    private const int OpenTriesMax = 5;

    private readonly IDisk _disk;
    private readonly OverlayDisk _overlay;
    private readonly Committer _committer;
    private readonly ShardLog _log;

    private LogInspection(IDisk disk, ShardLogOptions options)
    {
        _disk = disk;
        _overlay = new OverlayDisk(disk);
        _committer = new Committer();
        try
        {
            _log = _committer.Open(_overlay, ClockOfNoBoot, options);
            OpeningChanges = _overlay.Changes();
            Segments = Summarize();
        }
        catch
        {
            _committer.Dispose();
            throw;
        }
    }

    /// <summary>What opening reports: everything damaged or cut, one line a finding.</summary>
    public IReadOnlyList<string> Findings => _log.RecoveryFindings;

    /// <summary>What opening changes in the folder.</summary>
    public IReadOnlyList<FileChange> OpeningChanges { get; }

    /// <summary>The segments, oldest first; never one that opening would make.</summary>
    public IReadOnlyList<SegmentSummary> Segments { get; }

    /// <summary>The oldest record; one past the newest where there is none.</summary>
    public SequenceNumber OldestSequence => _log.OldestSequence;

    /// <summary>The newest record.</summary>
    public SequenceNumber NewestSequence => _log.NewestSequence;

    /// <summary>How many segments need which key.</summary>
    public IReadOnlyList<LogKeyUse> KeyUse
    {
        get
        {
            var uses = new List<LogKeyUse>();
            foreach (var segment in _log.Segments)
            {
                if (!_overlay.IsNew(segment.Path))
                {
                    LogKeyUse.Add(uses, segment);
                }
            }

            return uses;
        }
    }

    /// <summary>What is known to be wrong with times, so that a search by time goes by the right ones.</summary>
    public ClockCorrections Corrections
    {
        get => _log.Clock.Corrections;
        set => _log.Clock.Corrections = value;
    }

    /// <summary>Bytes that the segment files take, with the spares, what was set aside, and what was evicted and cannot
    /// be removed.</summary>
    public long SizeBytes => _log.SizeBytes;

    /// <summary>Files that openings have set aside as damaged, this one among them.</summary>
    public SetAsideFiles SetAside => _log.SetAside;

    /// <summary>Bytes of log that are in use.</summary>
    public long UsedBytes => _log.UsedBytes;

    /// <summary>
    /// Whether the device cannot read all of the newest segment: the log goes on in another, and nothing marks the end
    /// of this one.
    /// </summary>
    internal bool IsLastUnreadable => _log.Segments[^1] is { AvoidsMapping: true } or { IsUnknown: true };

    /// <summary>
    /// Where the segment ends that appends would go to; null where opening would make one, or cannot read its last.
    /// </summary>
    internal NewestEnd? NewestEnd
    {
        get
        {
            var newest = _log.Segments[^1];
            if (_overlay.IsNew(newest.Path) || newest.IsCompressed || newest.IsLocked || IsLastUnreadable)
            {
                return null;
            }

            var index = new SegmentIndex(
                newest.Header.Salt, newest.VisibleEnd, NewestSequence, _log.ActiveSegment.Points);
            var isUnfinished = Findings.Any(finding => finding.StartsWith(
                newest.Path + TailRecovery.UnfinishedWrite, StringComparison.Ordinal));
            return new NewestEnd(newest.Path, newest.Header, newest.SizeBytes, index, isUnfinished);
        }
    }

    /// <summary>The log under the inspection, to read a state from.</summary>
    internal ShardLog Log => _log;

    /// <summary>
    /// A clock whose boot is none that a gateway counts, so that nothing made with it is mistaken for this boot's.
    /// </summary>
    internal static LogClock ClockOfNoBoot => new(TimeProvider.System, 0);

    /// <summary>Options of a log that nothing is appended to: no file is made ready for more.</summary>
    internal static ShardLogOptions OptionsOf(string folder, LogEncryption? encryption) =>
        new() { Folder = folder, SpareSegmentsMax = 0, Encryption = encryption };

    /// <summary>Opens a shard's folder for looking.</summary>
    /// <param name="disk">Where it is; only read. <see cref="ReadOnlyDisk"/> for the real one.</param>
    /// <param name="folder">The shard's folder, or the state's.</param>
    /// <param name="encryption">The keys of encrypted segments; null when there are none.</param>
    /// <exception cref="IOException">
    /// A file cannot be read, is of another version of the format, or needs a key that is not given.
    /// </exception>
    public static LogInspection Open(IDisk disk, string folder, LogEncryption? encryption = null)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new LogInspection(disk, OptionsOf(folder, encryption));
            }
            catch (FileNotFoundException) when (tries < OpenTriesMax)
            {
                // A running gateway has let an old segment go between the listing and the reading.
            }
        }
    }

    /// <summary>Looks whether all keys are there that a log's segments need; changes nothing.</summary>
    /// <exception cref="EncryptionKeyException">A segment is encrypted with a key that is not given.</exception>
    public static void CheckKeys(IDisk disk, string folder, LogEncryption? encryption) =>
        SegmentKeys.Check(disk, folder, encryption);

    /// <summary>Reads the log as the gateway's state: all entries whose key starts with a prefix, by key.</summary>
    /// <exception cref="InvalidDataException">A record is not of the state's format.</exception>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> ListState(string prefix) =>
        StateStore.Load(_log).List(prefix);

    /// <summary>Opens a reader at a sequence number, or at the oldest record if that one is gone.</summary>
    public LogReader OpenReader(SequenceNumber from) => _log.OpenReader(from);

    /// <summary>The first record that arrived at or after a time; one past the newest if none did.</summary>
    public SequenceNumber FindByArrivalTime(Timestamp time) => _log.FindByArrivalTime(time);

    /// <summary>
    /// Whether the files in which a record would be are others by now: a running gateway begins segments, compresses
    /// them, lets them go and uses their files again. Then what was read there says nothing; open it again.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public bool HasChanged(SequenceNumber sequence)
    {
        var segments = _log.Segments;
        var at = segments.Length - 1;
        while (at > 0 && segments[at].FirstSequence > sequence)
        {
            at--;
        }

        return HasChanged(segments[at]) || HasMoreThan(segments);
    }

    /// <summary>Reads the log as the gateway's state and says what is wrong with it; null when nothing is.</summary>
    public string? CheckState()
    {
        try
        {
            var state = StateStore.Load(_log);
            return state.SkippedRecords == 0 ? null : $"The state misses {state.SkippedRecords} damaged records.";
        }
        catch (InvalidDataException error)
        {
            return error.Message;
        }
    }

    /// <summary>Reads a whole segment and checks every entry, and its index against it.</summary>
    /// <remarks>
    /// Of a compressed segment it checks the entries as they were written, and tells their offsets there.
    /// </remarks>
    /// <param name="segment">One of <see cref="Segments"/>.</param>
    /// <param name="onFrame">Shown every valid frame, in order; null for none.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public SegmentReport Verify(SegmentSummary segment, Action<FrameSummary>? onFrame = null)
    {
        var opened = Find(segment);
        if (opened.IsLocked || (opened.IsCompressed && opened.ReadTable() is null))
        {
            var all = new LogDamage(segment.Path, 0, segment.SizeBytes, segment.FirstSequence, segment.LastSequence);
            return new SegmentReport(segment, segment.Index, 0, 0, 0, [all]);
        }

        var region = opened.Acquire();
        try
        {
            return Verify(segment, opened, region, onFrame);
        }
        finally
        {
            opened.Release(region);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _committer.Close(_log);
        _committer.Dispose();
    }

    /// <summary>
    /// The keys, with one for new segments where the log's newest segment is encrypted: what stood in it must not come
    /// to stand beside it as it is.
    /// </summary>
    /// <param name="keys">The keys that it was opened with.</param>
    internal LogEncryption? KeysForMore(LogEncryption? keys)
    {
        if (keys is not { Current: null, Keys.Count: > 0 })
        {
            return keys;
        }

        var segments = _log.Segments;
        var mustEncrypt = false;
        for (var i = segments.Length - 1; i >= 0; i--)
        {
            if (_overlay.IsNew(segments[i].Path))
            {
                continue;
            }

            if (segments[i].Cipher is { } cipher)
            {
                return new LogEncryption(keys.Keys, keys.Find(cipher.KeyId));
            }

            // Of one that is locked any key is better than none; an older segment may say a better one.
            if (!segments[i].IsLocked && !segments[i].IsUnknown)
            {
                break;
            }

            mustEncrypt = true;
        }

        return mustEncrypt ? new LogEncryption(keys.Keys, keys.Keys[0]) : keys;
    }

    /// <summary>Reads a segment by calls from now on: the device cannot read all of it.</summary>
    internal void AvoidMapping(SegmentSummary segment) => Find(segment).AvoidMapping();

    /// <summary>
    /// The bytes of a segment's index as they should be; null while not all of the segment can be read.
    /// </summary>
    internal (string Path, byte[] Content)? BuildIndex(SegmentSummary segment)
    {
        var opened = Find(segment);
        if (opened.IsLocked || opened.AvoidsMapping)
        {
            return null;
        }

        var region = opened.Acquire();
        try
        {
            var index = SegmentScan.BuildIndex(
                region.ToReadable(), region.FileBytes, opened.Header, segment.LastSequence.Next);
            return (opened.IndexPath, index.ToBytes(opened.Cipher));
        }
        finally
        {
            opened.Release(region);
        }
    }

    private SegmentReport Verify(
        SegmentSummary segment, Segment opened, MappedRegion region, Action<FrameSummary>? onFrame)
    {
        var bytes = region.ToReadable();
        var index = opened.IsCompressed
            ? null
            : SegmentIndex.TryRead(
                IndexFile.TryReadBytes(_disk, opened.IndexPath, out _), opened.Header.Salt);
        var check = new IndexCheck(index?.Points ?? []);
        var end = segment.IsLast ? Math.Min(opened.VisibleEnd, bytes.Length) : bytes.Length;
        var walk = new SegmentWalk(
            segment.Path, bytes[..end], opened.Header, segment.LastSequence.Next, segment.IsLast);
        walk.Run(frame =>
        {
            check.Pass(frame);
            onFrame?.Invoke(frame);
        });
        var isIndexWrong = index is not null && walk.Damage.Count == 0
            && (check.IsWrong(walk.EndOffset) || !IsChecksumRight(index, region.FileBytes));
        return new SegmentReport(
            segment,
            isIndexWrong ? IndexState.Wrong : segment.Index,
            walk.Records,
            walk.Frames,
            walk.EndOffset,
            walk.Damage);
    }

    private static bool IsChecksumRight(SegmentIndex index, ReadOnlySpan<byte> segment) =>
        index.SegmentChecksum is not { } checksum
        || (index.EndOffset <= segment.Length && Crc32C.Compute(segment[..index.EndOffset]) == checksum);

    private bool HasChanged(Segment segment)
    {
        if (_overlay.IsNew(segment.Path))
        {
            return false;
        }

        try
        {
            using var file = _disk.Open(segment.Path);
            return SegmentFile.ReadHeader(file, out var header) == SegmentHeaderStatus.Valid
                && (header.Salt != segment.Header.Salt || header.Flags != segment.Header.Flags);
        }
        catch (FileNotFoundException)
        {
            return true;
        }
    }

    /// <summary>Whether there is a segment among those that were found which was not found then; files before them had
    /// been evicted.</summary>
    private bool HasMoreThan(ImmutableArray<Segment> segments)
    {
        foreach (var name in _disk.List(Path.GetDirectoryName(segments[0].Path)!))
        {
            if (SegmentFile.TryParseName(name, out var first)
                && first >= segments[0].FirstSequence
                && first < segments[^1].FirstSequence
                && !segments.Any(segment => segment.FirstSequence == first))
            {
                return true;
            }
        }

        return false;
    }

    private Segment Find(SegmentSummary summary)
    {
        foreach (var segment in _log.Segments)
        {
            if (segment.Path == summary.Path)
            {
                return segment;
            }
        }

        throw new ArgumentException($"{summary.Path} is no segment of this log.", nameof(summary));
    }

    private List<SegmentSummary> Summarize()
    {
        var summaries = new List<SegmentSummary>();
        var segments = _log.Segments;
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i + 1 == segments.Length;
            if (!_overlay.IsNew(segments[i].Path))
            {
                var last = isLast ? NewestSequence : segments[i + 1].FirstSequence.Previous;
                summaries.Add(Summarize(segments[i], last, isLast));
            }
        }

        return summaries;
    }

    private SegmentSummary Summarize(Segment segment, SequenceNumber last, bool isLast)
    {
        using var file = _disk.Open(segment.Path);
        var content = IndexFile.TryReadBytes(_disk, segment.IndexPath, out var isIndexReadable);
        var index = content is null || segment.IsCompressed ? null : SegmentIndex.TryRead(content, segment.Header.Salt);
        return new SegmentSummary
        {
            Path = segment.Path,
            FirstSequence = segment.FirstSequence,
            LastSequence = last,
            Created = segment.Header.Created,
            BootOrdinal = segment.Header.BootOrdinal,
            Salt = segment.Header.Salt,
            FormatVersion = segment.Header.Version,
            KeyName = segment.Cipher?.KeyName,
            SizeBytes = file.SizeBytes,
            UsedBytes = isLast ? segment.VisibleEnd : index?.EndOffset ?? file.SizeBytes,
            IsHeaderValid = SegmentFile.ReadHeader(file, out _) == SegmentHeaderStatus.Valid,
            IsLast = isLast,
            Index = index switch
            {
                { IsMark: true } => IndexState.Mark,
                not null => IndexState.Valid,

                // A compressed segment's table is its index.
                _ when segment.IsCompressed =>
                    content is null && isIndexReadable ? IndexState.Valid : IndexState.LeftOver,
                _ when content is null && isIndexReadable => IndexState.Missing,

                // Of the empty one that the last segment has replaced.
                _ when isLast && SegmentIndex.TryReadSalt(content) is { } salt && salt != segment.Header.Salt =>
                    IndexState.LeftOver,
                _ => IndexState.Damaged,
            },
        };
    }

    /// <summary>Compares an index's points with the frames that are there.</summary>
    private sealed class IndexCheck(IReadOnlyList<IndexPoint> points)
    {
        private int _next;
        private bool _isContradicted;

        /// <summary>Whether a point before the end is no frame, or another one.</summary>
        internal bool IsWrong(int end) =>
            _isContradicted || (_next < points.Count && points[_next].Offset < end);

        internal void Pass(FrameSummary frame)
        {
            if (_next == points.Count || frame.Offset < points[_next].Offset)
            {
                return;
            }

            var point = points[_next++];
            _isContradicted |= point.Offset != frame.Offset
                || point.Sequence != frame.FirstSequence
                || point.ArrivalTime != frame.WallTime;
        }
    }
}
