namespace EdgeStream.Storage;

/// <summary>Reads a segment from a known place to its end: what recovery and index building have in common.</summary>
internal sealed class SegmentScan
{
    private readonly List<IndexPoint> _points = [];
    private readonly bool _isSealed;

    private SegmentScan(EntryCursor cursor, bool isSealed)
    {
        Cursor = cursor;
        _isSealed = isSealed;
    }

    /// <summary>A cursor behind the last valid entry that was accepted.</summary>
    internal EntryCursor Cursor { get; private set; }

    /// <summary>
    /// Records that are missing inside, by sequence number: damaged, and proven to have been durable.
    /// </summary>
    internal long LostRecords { get; private set; }

    /// <summary>Base entries that were passed, thinned to the index distance.</summary>
    internal IReadOnlyList<IndexPoint> Points => _points;

    /// <summary>Scans a whole segment to the end of what is valid.</summary>
    /// <param name="segment">The segment's bytes.</param>
    /// <param name="first">The sequence number of its first record.</param>
    /// <param name="isSealed">
    /// Whether all of it is known to have been durable, so that any damage is stepped over.
    /// </param>
    internal static SegmentScan Run(ReadOnlySpan<byte> segment, SequenceNumber first, bool isSealed)
    {
        var scan = new SegmentScan(new EntryCursor(SegmentHeader.SizeBytes, first.Previous), isSealed);
        do
        {
            scan.Advance(segment);
        }
        while (scan.TryStepOverDamage(segment));
        return scan;
    }

    /// <summary>The index of a whole segment; damaged parts are stepped over.</summary>
    internal static SegmentIndex BuildIndex(ReadOnlySpan<byte> segment, SegmentHeader header)
    {
        var scan = Run(segment, header.FirstSequence, isSealed: true);
        return new SegmentIndex(header.Salt, scan.Cursor.Offset, scan.Cursor.Last, scan.Points);
    }

    private void Advance(ReadOnlySpan<byte> segment)
    {
        var cursor = Cursor;
        while (true)
        {
            var start = cursor.Offset;
            if (cursor.TryAdvance(segment, segment.Length, out var record) != EntryStep.Record)
            {
                return;
            }

            if (record.Sequence == cursor.Base.Sequence)
            {
                AddPoint(cursor.Base, start);
            }

            LostRecords += record.Sequence.Value - Cursor.Last.Value - 1;
            Cursor = cursor;
        }
    }

    private void AddPoint(BaseEntry entry, int offset)
    {
        if (_points.Count == 0 || offset - _points[^1].Offset >= SegmentIndex.PointDistanceBytes)
        {
            _points.Add(new IndexPoint(entry.Sequence, entry.WallTime, offset));
        }
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
            while (probe.TryAdvance(segment, segment.Length, out _) == EntryStep.Record)
            {
                if (_isSealed || probe.Base.DurableSequence >= damaged)
                {
                    Cursor = resumed.Value;
                    return true;
                }
            }
        }

        return false;
    }
}
