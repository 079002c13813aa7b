namespace EdgeStream.Storage;

/// <summary>Reads a segment from a known place to its end: what recovery and index building have in common.</summary>
internal sealed class SegmentScan
{
    private readonly List<IndexPoint> _points = [];
    private readonly Queue<IndexPoint> _unvouched = new();
    private readonly SequenceNumber _end;
    private readonly bool _isSealed;

    private SegmentScan(EntryCursor cursor, SequenceNumber end, bool isSealed)
    {
        Cursor = cursor;
        _end = end;
        _isSealed = isSealed;
    }

    /// <summary>A cursor behind the last valid entry that was accepted.</summary>
    internal EntryCursor Cursor { get; private set; }

    /// <summary>Records that are missing inside, by sequence number: damaged, and known to have been durable.</summary>
    internal long LostRecords { get; private set; }

    /// <summary>Base entries that were passed, thinned to the index distance.</summary>
    internal IReadOnlyList<IndexPoint> Points => _points;

    /// <summary>Where the frames begin that no later base entry calls durable.</summary>
    internal int UnvouchedOffset => _unvouched.TryPeek(out var frame) ? frame.Offset : Cursor.Offset;

    /// <summary>Scans a whole segment to the end of what is valid.</summary>
    /// <param name="segment">The segment's bytes.</param>
    /// <param name="salt">The segment's salt.</param>
    /// <param name="first">The sequence number of its first record.</param>
    /// <param name="end">
    /// The sequence number of the next segment's first record; what has it or more is no part of this one.
    /// </param>
    /// <param name="isSealed">
    /// Whether all of it is known to have been durable, so that any damage is stepped over.
    /// </param>
    internal static SegmentScan Run(
        ReadOnlySpan<byte> segment, ulong salt, SequenceNumber first, SequenceNumber end, bool isSealed)
    {
        var cursor = new EntryCursor(salt, SegmentHeader.SizeBytes, first.Previous);
        var scan = new SegmentScan(cursor, end, isSealed);
        do
        {
            scan.Advance(segment);
        }
        while (scan.Cursor.Last.Next < end && scan.TryStepOverDamage(segment));
        return scan;
    }

    /// <summary>The index of a whole sealed segment; damaged parts are stepped over.</summary>
    internal static SegmentIndex BuildIndex(ReadOnlySpan<byte> segment, SegmentHeader header, SequenceNumber end)
    {
        var scan = Run(segment, header.Salt, header.FirstSequence, end, isSealed: true);
        return new SegmentIndex(header.Salt, scan.Cursor.Offset, scan.Cursor.Last, scan.Points);
    }

    private void Advance(ReadOnlySpan<byte> segment)
    {
        var cursor = Cursor;
        while (true)
        {
            var start = cursor.Offset;
            if (cursor.TryAdvance(segment, segment.Length, out var record) != EntryStep.Record
                || record.Sequence >= _end)
            {
                return;
            }

            if (record.Sequence == cursor.Base.Sequence)
            {
                AddFrame(cursor.Base, start);
            }

            LostRecords += record.Sequence.Value - Cursor.Last.Value - 1;
            Cursor = cursor;
        }
    }

    private void AddFrame(BaseEntry entry, int offset)
    {
        var point = new IndexPoint(entry.Sequence, entry.WallTime, offset);
        if (_points.Count == 0 || offset - _points[^1].Offset >= SegmentIndex.PointDistanceBytes)
        {
            _points.Add(point);
        }

        // A frame is vouched for when the next one begins at or before what is durable by now, or just behind it.
        _unvouched.Enqueue(point);
        while (_unvouched.Count > 1 && NextFrame().Sequence <= entry.DurableSequence.Next)
        {
            _unvouched.Dequeue();
        }
    }

    private IndexPoint NextFrame()
    {
        using var frames = _unvouched.GetEnumerator();
        frames.MoveNext();
        frames.MoveNext();
        return frames.Current;
    }

    /// <summary>
    /// Goes on behind damaged bytes if a later base entry proves that what is damaged had been durable; otherwise
    /// the damage is the torn end of writes that nobody was told about, and the log ends before it.
    /// </summary>
    private bool TryStepOverDamage(ReadOnlySpan<byte> segment)
    {
        var damaged = Cursor.Last.Next;
        var probe = Cursor;
        var resumed = default(EntryCursor?);
        while (probe.TryResume(segment, segment.Length))
        {
            resumed ??= probe;
            while (probe.TryAdvance(segment, segment.Length, out var record) == EntryStep.Record)
            {
                if (record.Sequence < _end && (_isSealed || probe.Base.DurableSequence >= damaged))
                {
                    Cursor = resumed.Value;
                    return true;
                }
            }
        }

        return false;
    }
}
