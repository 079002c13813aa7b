using System.Collections.Immutable;

namespace EdgeStream.Storage;

/// <summary>Reads a shard log's acknowledged records in order, without copying, and verifies each.</summary>
/// <remarks>
/// Not thread-safe. Holds a lease on one segment: its file may be evicted, its bytes stay readable. Takes no lock that
/// the writer takes, except when it goes from one segment to the next.
/// </remarks>
public sealed unsafe class LogReader : IDisposable
{
    private const int LoadSizeBytesMin = 64 << 10;
    private const int LoadSizeBytesMax = 1 << 20;

    private readonly ShardLog _log;
    private Segment? _segment;
    private MappedRegion? _region;
    private byte* _start;
    private int _sizeBytes;
    private int _end;

    /// <summary>Before here, and from the cursor on, bytes may be looked at: they are loaded, and not behind the
    /// end.</summary>
    private int _loadedEnd;
    private int _populatedEnd;
    private int _loadSizeBytes;
    private int _additionCount;
    private EntryCursor _cursor;
    private SequenceNumber _next;
    private SequenceNumber _segmentEnd;
    private SequenceNumber _newestKnown;
    private SequenceNumber _fruitlessAt;
    private LogGap _gap;
    private long _skippedRecords;

    internal LogReader(ShardLog log, SequenceNumber from)
    {
        _log = log;
        _next = from < SequenceNumber.First ? SequenceNumber.First : from;
    }

    /// <summary>The sequence number that the next record has, unless that one is gone.</summary>
    public SequenceNumber NextSequence => _next;

    /// <summary>Records passed over since the reader was opened: evicted before they were read, or damaged.</summary>
    public long SkippedRecords => Volatile.Read(ref _skippedRecords);

    /// <summary>The newest gap; meaningful after <see cref="Read"/> said <see cref="LogReadStep.Gap"/>.</summary>
    public LogGap Gap => _gap;

    private ReadOnlySpan<byte> Bytes => new(_start, _sizeBytes);

    /// <summary>Reads the next record that is visible, or learns which records are missing before it.</summary>
    /// <remarks>
    /// The spans of a record stay valid until the next call or <see cref="Dispose"/>. Records and gaps together cover
    /// every sequence number, in order, each once. Allocates nothing within a segment.
    /// </remarks>
    public LogReadStep Read(out LogRecord record)
    {
        var (offset, last) = (_cursor.Offset, _cursor.Last);
        if (_next <= _newestKnown && _cursor.TryStep(ref *_start, _loadedEnd, out record) == EntryStep.Record)
        {
            if (record.Sequence == _next && _next < _segmentEnd)
            {
                _next = _next.Next;
                return LogReadStep.Record;
            }

            _cursor.Rewind(offset, last);
        }

        return ReadSlowly(out record);
    }

    /// <summary>
    /// Reads the next record that is visible, passing over what is missing; <see cref="SkippedRecords"/> counts that.
    /// </summary>
    public bool TryRead(out LogRecord record)
    {
        LogReadStep step;
        do
        {
            step = Read(out record);
        }
        while (step == LogReadStep.Gap);
        return step == LogReadStep.Record;
    }

    /// <summary>Completes when <see cref="Read"/> may find something that it did not find before.</summary>
    public Task WhenReadable() => _log.WhenVisible(_next > _fruitlessAt ? _next : _fruitlessAt.Next);

    /// <inheritdoc/>
    public void Dispose() => LeaveSegment();

    internal static SequenceNumber FindByArrivalTime(ShardLog log, Timestamp time)
    {
        var corrections = log.Clock.Corrections;
        var segments = log.Segments;
        var at = segments.Length - 1;
        while (at > 0 && segments[at].Header.CreatedBy(corrections) >= time)
        {
            at--;
        }

        using var reader = new LogReader(log, segments[at].FirstSequence);
        reader._newestKnown = log.NewestSequence;
        // The index has what the clock said, so a segment is read from its beginning where that may be wrong.
        if (reader.TryEnter(segments, at) && corrections.IsEmpty && reader.PointBefore(time) is { } point)
        {
            reader.StartAt(point);
            reader._next = point.Sequence;
        }

        while (reader.TryRead(out var record))
        {
            if (corrections.ArrivalOf(record) >= time)
            {
                return record.Sequence;
            }
        }

        return log.NewestSequence.Next;
    }

    /// <summary>Everything but the next record of the present frame.</summary>
    private LogReadStep ReadSlowly(out LogRecord record)
    {
        while (_next <= _newestKnown || HasMore())
        {
            if (_segment is null)
            {
                var entered = EnterSegment();
                if (entered != LogReadStep.Record)
                {
                    record = default;
                    return entered;
                }
            }

            var (offset, last) = (_cursor.Offset, _cursor.Last);
            var isLoaded = _loadedEnd == _end;
            var step = isLoaded
                ? _cursor.TryStepRepairing(Bytes, _end, out record)
                : _cursor.TryStep(Bytes, _loadedEnd, out record);
            if (step == EntryStep.Record && record.Sequence < _segmentEnd)
            {
                if (record.Sequence == _next)
                {
                    _next = _next.Next;
                    return LogReadStep.Record;
                }

                if (record.Sequence > _next)
                {
                    var found = record.Sequence;
                    _cursor.Rewind(offset, last);
                    record = default;
                    return Report(found, LogGapReason.Damaged);
                }
            }
            else if (step is EntryStep.End or EntryStep.Damaged && !isLoaded)
            {
                LoadMore();
            }
            else if (step <= EntryStep.Damaged && LeaveOrResume())
            {
                record = default;
                return LogReadStep.Gap;
            }
        }

        record = default;
        return LogReadStep.None;
    }

    /// <summary>Looks how far the log has come; the bytes are looked at after that, so they hold all of it.</summary>
    private bool HasMore()
    {
        _newestKnown = _log.NewestSequence;
        SetEnd();
        return _next <= _newestKnown && _newestKnown > _fruitlessAt;
    }

    /// <summary>Goes to the segment of the next record.</summary>
    /// <returns>
    /// Record when it is entered, Gap when the next record is missing, None when no file can be read.
    /// </returns>
    private LogReadStep EnterSegment()
    {
        while (true)
        {
            var segments = _log.Segments;
            if (_next < segments[0].FirstSequence)
            {
                return Report(segments[0].FirstSequence, LogGapReason.Evicted);
            }

            var at = segments.Length - 1;
            while (segments[at].FirstSequence > _next)
            {
                at--;
            }

            if (TryEnter(segments, at))
            {
                if (PointAt(_next) is { } point)
                {
                    StartAt(point);
                }

                return LogReadStep.Record;
            }

            // Evicted at this moment, or gone for good.
            var isEvicted = _log.Segments[0].FirstSequence > segments[at].FirstSequence;
            if (!isEvicted && at + 1 == segments.Length)
            {
                _fruitlessAt = _newestKnown;
                return LogReadStep.None;
            }

            if (!isEvicted)
            {
                return Report(segments[at + 1].FirstSequence, LogGapReason.Damaged);
            }
        }
    }

    /// <summary>Takes the lease and starts at the first entry; false when the file is not there any more.</summary>
    private bool TryEnter(ImmutableArray<Segment> segments, int at)
    {
        var segment = segments[at];
        try
        {
            _region = segment.Acquire();
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        _segment = segment;
        _segmentEnd = at + 1 < segments.Length ? segments[at + 1].FirstSequence : new SequenceNumber(long.MaxValue);
        _start = _region.Address;
        _sizeBytes = checked((int)_region.SizeBytes);
        _additionCount = 0;
        var header = segment.Header;
        StartAt(header.EntriesOffset, header.FirstSequence);
        return true;
    }

    private IndexPoint? PointAt(SequenceNumber sequence) =>
        _log.ActiveSegment is var active && active.Segment == _segment
        ? active.PointAt(sequence)
        : IndexPoint.LastAt(_segment!.Index(_region!, _segmentEnd).Points, sequence);

    private IndexPoint? PointBefore(Timestamp time) =>
        _log.ActiveSegment is var active && active.Segment == _segment
        ? active.PointBefore(time)
        : IndexPoint.LastBefore(_segment!.Index(_region!, _segmentEnd).Points, time);

    private void StartAt(IndexPoint point)
    {
        // A damaged index file may name any place.
        if (point.Offset >= _segment!.Header.EntriesOffset && point.Offset < _end)
        {
            StartAt(point.Offset, point.Sequence);
        }
    }

    private void StartAt(int offset, SequenceNumber sequence)
    {
        _cursor = new EntryCursor(_segment!.Header.Salt, offset, sequence.Previous);

        // The checksum before an entry is part of its own.
        _populatedEnd = offset - EntryFormat.ChecksumSizeBytes;
        _loadSizeBytes = LoadSizeBytesMin;
        SetEnd();
    }

    private void SetEnd()
    {
        _end = _segment is null ? 0 : Math.Min(_segment.VisibleEnd, _sizeBytes);
        _loadedEnd = _region is { IsFile: true } ? Math.Min(_populatedEnd, _end) : _end;
    }

    /// <summary>Has more of the file read before it is looked at: of an entry that is not all there the next part, and
    /// of one that is damaged all, for what is looked for behind it may be anywhere.</summary>
    /// <remarks>Where the device fails, reading goes on in a copy, which has zeros there.</remarks>
    private void LoadMore()
    {
        var length = EntryFormat.BodySizeAt(Bytes, _cursor.Offset, _loadedEnd, out _);
        var isCut = _loadedEnd - _cursor.Offset < VariableInteger.SizeBytesMax || length == 0;
        var end = isCut ? Math.Min(_end, _populatedEnd + _loadSizeBytes) : _end;
        end = Math.Min(_sizeBytes, (end + Environment.SystemPageSize - 1) & ~(Environment.SystemPageSize - 1));
        _loadSizeBytes = Math.Min(_loadSizeBytes * 2, LoadSizeBytesMax);
        if (_region!.TryLoad(_populatedEnd, end))
        {
            _populatedEnd = end;
            SetEnd();
            return;
        }

        try
        {
            var copy = _segment!.AcquireCopy();
            _segment.Release(_region);
            _region = copy;
            _start = copy.Address;
            _sizeBytes = checked((int)copy.SizeBytes);
            _additionCount = 0;
            SetEnd();
        }
        catch (FileNotFoundException)
        {
            // Evicted meanwhile, or compressed: then it is entered anew.
            LeaveSegment();
        }
    }

    /// <summary>Behind damage goes to the next valid entry, behind a segment's last record leaves it.</summary>
    /// <returns>Whether records are missing up to where the next ones are known to be.</returns>
    private bool LeaveOrResume()
    {
        // Of a segment that is complete, what stands behind its last record is nothing.
        var start = _cursor.Offset;
        if (_region!.Window is { } window && _cursor.Last.Next < _segmentEnd && window.TryShow(ref _cursor, _end))
        {
            TryReadAgain(start, _cursor.Offset);
            return false;
        }

        var next = NextSegment();
        var isComplete = next is not null && _cursor.Last.Next >= next.FirstSequence;
        if (!isComplete && _region.Window is null && _cursor.TryResume(Bytes, _end))
        {
            TryReadAgain(start, _cursor.Offset);
            return false;
        }

        if (!isComplete && TryReadAgain(start, _end))
        {
            return false;
        }

        if (next is null)
        {
            // All that is visible stands before the end that was looked at.
            return Report(_newestKnown.Next, LogGapReason.Damaged) == LogReadStep.Gap;
        }

        LeaveSegment();
        var isEvicted = _log.Segments[0].FirstSequence > _next;
        return !isEvicted && Report(next.FirstSequence, LogGapReason.Damaged) == LogReadStep.Gap;
    }

    /// <summary>What seems damaged in a copy may be what it lacks. With what it has got now, reading begins before the
    /// next record again.</summary>
    private bool TryReadAgain(int start, int end)
    {
        var count = _segment!.Complete(_region!, start, end);
        if (count == _additionCount)
        {
            return false;
        }

        _additionCount = count;
        (_region!.Window as FrameWindow)?.Restart();
        StartAt(_segment.Header.EntriesOffset, _segment.FirstSequence);
        if (PointAt(_next) is { } point)
        {
            StartAt(point);
        }

        return true;
    }

    private Segment? NextSegment()
    {
        foreach (var segment in _log.Segments)
        {
            if (segment.FirstSequence > _segment!.FirstSequence)
            {
                return segment;
            }
        }

        return null;
    }

    private LogReadStep Report(SequenceNumber found, LogGapReason reason)
    {
        if (found <= _next)
        {
            return LogReadStep.None;
        }

        _gap = new LogGap(_next, found.Previous, reason);
        _next = found;
        if (reason == LogGapReason.Damaged)
        {
            _log.Lost.Add(_gap.First, _gap.Last);
        }

        Volatile.Write(ref _skippedRecords, _skippedRecords + _gap.RecordCount);
        return LogReadStep.Gap;
    }

    private void LeaveSegment()
    {
        if (_region is not null)
        {
            _segment!.Release(_region);
        }

        _region = null;
        _start = null;
        _sizeBytes = _end = _loadedEnd = 0;
        _cursor = default;
        _segment = null;
    }
}
