using System.Collections.Immutable;

namespace EdgeStream.Storage;

/// <summary>The work on one log that nobody waits for.</summary>
/// <remarks>
/// Thread-safe. One piece of work at a time; closing waits for the one that is being done. A kind of work that fails
/// keeps no other from being done, and is tried again: finishing after a second, then after twice as long each time up
/// to a minute, for the last <see cref="UnfinishedCountMax"/> segments; preparing with the next commit; compressing a
/// segment after an hour; checking one after a second, then after twice as long each time up to an hour. What a
/// failed log has not synced is not tried again.
/// </remarks>
internal sealed class LogUpkeep
{
    /// <summary>Each keeps a file open; the oldest goes without an index, which whoever needs it makes again.</summary>
    private const int UnfinishedCountMax = 8;

    private const long RetryMicroseconds = 3_600_000_000;

    private const long FinishRetryMicrosecondsMin = 1_000_000;
    private const long FinishRetryMicrosecondsMax = 60 * FinishRetryMicrosecondsMin;

    /// <summary>Whether there is room is asked again after this time: each try reads the segment.</summary>
    private const long NoRoomMicroseconds = 60_000_000;

    /// <summary>How often is looked whether somebody has taken away what was set aside.</summary>
    private const long LookAsideMicroseconds = 60_000_000;

    private readonly Lock _turn = new();
    private readonly Lock _gate = new();
    private readonly Queue<SealedFile> _unfinished = [];
    private readonly UpkeepFailures _failures = new();

    /// <summary>Segments that are not compressed before a monotonic time, or never.</summary>
    private readonly Dictionary<SequenceNumber, long> _postponed = [];
    private readonly IDisk _disk;
    private readonly LogClock _clock;
    private readonly Upkeep _upkeep;
    private readonly SegmentSpares _spares;
    private readonly LogScrub _scrub;
    private readonly Func<ShardLogOptions> _options;
    private readonly Func<ImmutableArray<Segment>> _segments;
    private Segment? _packed;
    private long _compressAt = long.MinValue;
    private long _finishAt = long.MinValue;
    private long _finishRetryMicroseconds;
    private SetAsideFiles _setAside;
    private long _lookAsideAt;
    private bool _isSpareWanted;
    private bool _isClosed;

    internal LogUpkeep(
        IDisk disk,
        LogClock clock,
        Upkeep upkeep,
        SegmentSpares spares,
        Func<ShardLogOptions> options,
        Func<ImmutableArray<Segment>> segments)
    {
        _disk = disk;
        _clock = clock;
        _upkeep = upkeep;
        _spares = spares;
        _options = options;
        _segments = segments;
        var folder = options().Folder;
        foreach (var name in disk.List(folder))
        {
            if (name.EndsWith(SegmentCompressor.Extension, StringComparison.Ordinal))
            {
                disk.Delete(Path.Combine(folder, name));
            }
        }

        RemoveLeftOverIndexes();
        _setAside = SetAsideFiles.In(disk, folder);
        _lookAsideAt = clock.MonotonicMicroseconds + LookAsideMicroseconds;
        _scrub = new LogScrub(disk, folder, clock);
        upkeep.Add(this);
    }

    /// <summary>What checking the sealed segments found.</summary>
    internal ScrubStatus Scrub => _scrub.StatusFrom(_segments()[0].FirstSequence);

    /// <summary>What fails at present.</summary>
    internal UpkeepFailures Failures => _failures;

    /// <summary>How sealed segments of all logs come to the device.</summary>
    internal PacedWriteBack WriteBack => _upkeep.WriteBack;

    /// <summary>Bytes of a compressed file that is written beside its segment, or is about to be.</summary>
    internal long PackingBytes =>
        Volatile.Read(ref _packed) is { IsCompressed: false } segment ? segment.SizeBytes : 0;

    /// <summary>Files that openings have set aside, as they were found a minute ago at most.</summary>
    internal SetAsideFiles SetAside
    {
        get
        {
            lock (_gate)
            {
                return _setAside;
            }
        }
    }

    /// <summary>Looks again whether what was set aside is still there. Called about once a second.</summary>
    internal void LookAside()
    {
        lock (_gate)
        {
            var now = _clock.MonotonicMicroseconds;
            if (_isClosed || _setAside.Count == 0 || now < _lookAsideAt)
            {
                return;
            }

            _lookAsideAt = now + LookAsideMicroseconds;
        }

        try
        {
            var found = SetAsideFiles.In(_disk, _options().Folder);
            lock (_gate)
            {
                _setAside = found;
            }
        }
        catch (IOException)
        {
            // What was found before is the best that is known; the next minute looks again.
        }
    }

    /// <summary>Takes over a segment that is about to be sealed; <see cref="Continue"/> follows.</summary>
    internal void Finish(SealedFile file)
    {
        lock (_gate)
        {
            _unfinished.Enqueue(file);
        }
    }

    /// <summary>Does whatever is due now that the log has a next segment, whoever made it.</summary>
    internal void Continue()
    {
        _failures.Clear(UpkeepWork.Preparing);
        _upkeep.Signal(this);
    }

    /// <summary>
    /// Asks for a spare when the active segment is half full, so that the next one need not be waited for.
    /// </summary>
    internal void PrepareAhead(int endOffset)
    {
        var wanted = _options();
        if (endOffset > wanted.SegmentSizeBytes / 2
            && wanted.SpareSegmentsMax > 0
            && !_spares.HasReady(wanted.SegmentSizeBytes))
        {
            Volatile.Write(ref _isSpareWanted, true);
            _upkeep.Signal(this);
        }
    }

    /// <summary>Does what is due. Called by the upkeep's thread.</summary>
    internal void DoWork()
    {
        lock (_turn)
        {
            if (_isClosed)
            {
                return;
            }

            FinishSealed(isClosing: false);
            if (Interlocked.Exchange(ref _isSpareWanted, false))
            {
                Try(UpkeepWork.Preparing, Prepare);
            }

            CompressNext();
        }
    }

    /// <summary>Checks the next piece of a sealed segment; returns the bytes read, 0 if nothing is due.</summary>
    internal int CheckNext()
    {
        lock (_turn)
        {
            try
            {
                // What is not synced is not durable: checking would make an index file that says it is.
                var segments = _segments();
                var read = _isClosed || HasUnsynced ? 0 : _scrub.Step(segments);
                if (read > 0 && !_scrub.HasFailed)
                {
                    _failures.Clear(UpkeepWork.Checking);
                }

                return read;
            }
            catch (Exception error)
            {
                _failures.Add(UpkeepWork.Checking, error);
                return 0;
            }
        }
    }

    /// <summary>Begins nothing more from now on; what is being done ends early where it can.</summary>
    internal void Stop()
    {
        Volatile.Write(ref _isClosed, true);
        _upkeep.Remove(this);
    }

    /// <summary>Waits for what is being done, and finishes the segments that were sealed.</summary>
    internal void Close()
    {
        Stop();
        lock (_turn)
        {
            FinishSealed(isClosing: true);
            lock (_gate)
            {
                foreach (var file in _unfinished)
                {
                    file.Dispose();
                }

                _unfinished.Clear();
            }
        }
    }

    /// <summary>What a crash between compressing a segment and removing its index left: it only takes room.</summary>
    private void RemoveLeftOverIndexes()
    {
        try
        {
            foreach (var segment in _segments())
            {
                if (segment.IsCompressed)
                {
                    _disk.Delete(segment.IndexPath);
                }
            }
        }
        catch (IOException)
        {
            // It is ignored wherever it stays.
        }
    }

    private bool HasUnsynced
    {
        get
        {
            lock (_gate)
            {
                foreach (var file in _unfinished)
                {
                    if (!file.IsSynced)
                    {
                        return true;
                    }
                }

                return false;
            }
        }
    }

    private bool Try(UpkeepWork work, Action action)
    {
        try
        {
            action();
            _failures.Clear(work);
            return true;
        }
        catch (Exception error)
        {
            // Whatever it is, this thread serves other logs too.
            _failures.Add(work, error);
            return false;
        }
    }

    private void Prepare()
    {
        var wanted = _options();
        _spares.Prepare(wanted.SegmentSizeBytes, wanted.SpareSegmentsMax, wanted.Space);
    }

    /// <summary>Finishes sealed segments in order, until one cannot be.</summary>
    private void FinishSealed(bool isClosing)
    {
        var now = _clock.MonotonicMicroseconds;
        var isFinished = true;
        while (isFinished)
        {
            SealedFile? file;
            int count;
            lock (_gate)
            {
                count = _unfinished.Count;
                if (!_unfinished.TryPeek(out file))
                {
                    return;
                }
            }

            var isTooEarly = now < _finishAt && count <= UnfinishedCountMax && !isClosing;
            if (isTooEarly || (file.IsHopeless && _failures.Has(UpkeepWork.Finishing)))
            {
                return;
            }

            isFinished = Try(UpkeepWork.Finishing, () => file.Finish(WriteBack));
            _finishRetryMicroseconds = isFinished ? 0 : Math.Clamp(
                2 * _finishRetryMicroseconds, FinishRetryMicrosecondsMin, FinishRetryMicrosecondsMax);
            _finishAt = isFinished ? long.MinValue : now + _finishRetryMicroseconds;
            if (isFinished || count > UnfinishedCountMax)
            {
                file.Dispose();
                lock (_gate)
                {
                    _unfinished.Dequeue();
                }
            }
        }
    }

    /// <summary>
    /// Compresses one sealed segment, if the log wants that, and asks for another turn if there are more.
    /// </summary>
    private void CompressNext()
    {
        var now = _clock.MonotonicMicroseconds;
        if (BlockCodec.Choose(_options()) is not { } codec || now < _compressAt || HasUnsynced)
        {
            // What is compressed counts as durable, and so does what stands before it.
            return;
        }

        var segments = _segments();
        ForgetEvicted(segments[0].FirstSequence);
        for (var i = 0; i < segments.Length - 1; i++)
        {
            var segment = segments[i];
            if (!segment.IsCompressed
                && now >= _postponed.GetValueOrDefault(segment.FirstSequence, long.MinValue))
            {
                Compress(segment, segments[i + 1].FirstSequence, codec, now);
                _upkeep.Signal(this);
                return;
            }
        }
    }

    private void ForgetEvicted(SequenceNumber oldest)
    {
        foreach (var first in _postponed.Keys)
        {
            if (first < oldest)
            {
                _postponed.Remove(first);
            }
        }
    }

    /// <summary>Compresses a segment, or notes when that is tried again.</summary>
    private void Compress(Segment segment, SequenceNumber end, BlockCodecKind codec, long now)
    {
        // Whatever comes next, this segment is not tried again at once.
        _postponed[segment.FirstSequence] = now + RetryMicroseconds;
        Try(UpkeepWork.Compressing, () =>
        {
            try
            {
                if (!SegmentCompressor.TryCompress(
                    new CompressionJob(_disk, segment, end, codec, _options().Encryption, WriteBack),
                    (path, sizeBytes) => CreatePacking(segment, path, sizeBytes),
                    () => Volatile.Read(ref _isClosed),
                    out var rot))
                {
                    _postponed[segment.FirstSequence] = long.MaxValue;
                }

                if (rot is not null)
                {
                    segment.AvoidMapping();
                    _scrub.Report(rot);
                }
            }
            catch (FileNotFoundException)
            {
                // Evicted at this moment.
            }
            catch (DiskFullException)
            {
                _compressAt = now + NoRoomMicroseconds;
                _postponed.Remove(segment.FirstSequence);
            }
            finally
            {
                Volatile.Write(ref _packed, null);
            }
        });
    }

    /// <summary>Makes the file of a compressed segment, where the log may take so much more for a while.</summary>
    /// <exception cref="DiskFullException">There is no room; nothing has changed.</exception>
    private IDiskFile CreatePacking(Segment segment, string path, int sizeBytes)
    {
        void Reserve() => Volatile.Write(ref _packed, segment);
        if (_options().Space is not { } space)
        {
            Reserve();
        }
        else if (!space.TryAdmitAhead(sizeBytes, Reserve))
        {
            throw new DiskFullException($"The disk budget has no room for {path} beside the segment.");
        }

        return _disk.Create(path, sizeBytes);
    }
}
