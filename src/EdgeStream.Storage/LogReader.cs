namespace EdgeStream.Storage;

/// <summary>Reads a shard log's acknowledged records in order, without copying, and verifies each.</summary>
/// <remarks>Not thread-safe. Holds a lease on one segment: its file may be evicted, its bytes stay readable.</remarks>
public sealed class LogReader : IDisposable
{
    private readonly ShardLog _log;
    private Segment? _segment;
    private MappedRegion? _region;
    private EntryCursor _cursor;
    private SequenceNumber _segmentEnd;
    private SequenceNumber _newestKnown;
    private SequenceNumber _fruitlessAt;
    private long _skippedRecords;

    internal LogReader(ShardLog log, SequenceNumber from)
    {
        _log = log;
        NextSequence = from < SequenceNumber.First ? SequenceNumber.First : from;
    }

    /// <summary>The sequence number that the next record has, unless that one is gone.</summary>
    public SequenceNumber NextSequence { get; private set; }

    /// <summary>Records passed over since the reader was opened: evicted before they were read, or damaged.</summary>
    public long SkippedRecords => Volatile.Read(ref _skippedRecords);

    /// <summary>
    /// Reads the next record that is visible; its spans stay valid until the next call or <see cref="Dispose"/>.
    /// </summary>
    public bool TryRead(out LogRecord record)
    {
        while (NextSequence <= _newestKnown || NextSequence <= (_newestKnown = _log.NewestSequence))
        {
            if (_segment is null && !TryEnterSegment())
            {
                break;
            }

            var step = _cursor.TryAdvance(_region!.Bytes, _segment!.VisibleEnd, out record);
            if (step == EntryStep.Record && record.Sequence < _segmentEnd)
            {
                if (record.Sequence < NextSequence)
                {
                    continue;
                }

                CountDamaged(record.Sequence);
                NextSequence = record.Sequence.Next;
                return true;
            }

            if (!TryLeaveOrResume())
            {
                break;
            }
        }

        _fruitlessAt = _newestKnown;
        record = default;
        return false;
    }

    /// <summary>Completes when <see cref="TryRead"/> may find a record that it did not find before.</summary>
    public Task WhenReadable() =>
        _log.WhenVisible(NextSequence > _fruitlessAt ? NextSequence : _fruitlessAt.Next);

    /// <inheritdoc/>
    public void Dispose() => LeaveSegment();

    internal static SequenceNumber FindByArrivalTime(ShardLog log, Timestamp time)
    {
        var segments = log.Segments;
        var at = segments.Length - 1;
        while (at > 0 && segments[at].Header.Created > time)
        {
            at--;
        }

        using var reader = new LogReader(log, segments[at].FirstSequence);
        if (reader.TryEnterSegment())
        {
            reader.SeekPoint(point => point.ArrivalTime < time);
        }

        while (reader.TryRead(out var record))
        {
            if (record.ArrivalTime >= time)
            {
                return record.Sequence;
            }
        }

        return log.NewestSequence.Next;
    }

    private bool TryEnterSegment()
    {
        var segments = _log.Segments;
        if (NextSequence < segments[0].FirstSequence)
        {
            Skip(segments[0].FirstSequence.Value - NextSequence.Value);
            NextSequence = segments[0].FirstSequence;
        }

        var at = segments.Length - 1;
        while (segments[at].FirstSequence > NextSequence)
        {
            at--;
        }

        while (!TryAcquire(segments[at]))
        {
            // Evicted at this moment, or gone for good: what follows is read, what is missing is counted then.
            if (++at == segments.Length)
            {
                return false;
            }
        }

        _segmentEnd = at + 1 < segments.Length ? segments[at + 1].FirstSequence : new SequenceNumber(long.MaxValue);
        var header = _segment!.Header;
        _cursor = new EntryCursor(header.Salt, header.EntriesOffset, header.FirstSequence.Previous);
        var target = NextSequence;
        SeekPoint(point => point.Sequence <= target);
        return true;
    }

    /// <summary>Takes the lease; false when the segment's file is not there any more.</summary>
    private bool TryAcquire(Segment segment)
    {
        try
        {
            _region = segment.Acquire();
            _segment = segment;
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private void SeekPoint(Func<IndexPoint, bool> isBefore)
    {
        var points = _log.ActivePoints(_segment!) ?? _segment!.Index(_region!, _segmentEnd).Points;
        var low = 0;
        var high = points.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (isBefore(points[middle]))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low > 0)
        {
            var point = points[low - 1];
            _cursor = new EntryCursor(_segment!.Header.Salt, point.Offset, point.Sequence.Previous);
            NextSequence = NextSequence < point.Sequence ? point.Sequence : NextSequence;
        }
    }

    /// <summary>Behind a segment's last record goes to the next one, behind damage to the next valid entry.</summary>
    /// <returns>False when there is nothing to read for now.</returns>
    private bool TryLeaveOrResume()
    {
        var next = NextSegment();
        var isComplete = next is not null && _cursor.Last.Next >= next.FirstSequence;
        if (!isComplete && _cursor.TryResume(_region!.Bytes, _segment!.VisibleEnd))
        {
            return true;
        }

        if (next is null)
        {
            return false;
        }

        LeaveSegment();
        CountDamaged(next.FirstSequence);
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

    private void CountDamaged(SequenceNumber found)
    {
        var count = found.Value - NextSequence.Value;
        if (count > 0)
        {
            Skip(count);
            NextSequence = found;
        }
    }

    private void Skip(long count) => Volatile.Write(ref _skippedRecords, _skippedRecords + count);

    private void LeaveSegment()
    {
        _region = null;
        _segment?.Release();
        _segment = null;
    }
}
