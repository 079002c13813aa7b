namespace EdgeStream.Storage;

/// <summary>Reads a segment from a known place to its end: what recovery and index building have in common.</summary>
internal sealed class SegmentScan
{
    private readonly List<IndexPoint> _points;
    private readonly Queue<IndexPoint> _unvouched = new();
    private readonly SequenceNumber _end;
    private readonly bool _isSealed;
    private readonly bool _isEncrypted;
    private readonly UnreadableSectors _unreadable;
    private static readonly UnreadableSectors NothingUnreadable = new();

    private PendingBatch? _pending;
    private SequenceNumber _vouched;
    private int _frameOffset = -1;

    private SegmentScan(
        EntryCursor cursor,
        SegmentIndex? mark,
        SequenceNumber end,
        bool isSealed,
        bool isEncrypted,
        CheckpointMap? checkpointsBefore,
        UnreadableSectors? unreadable)
    {
        _unreadable = unreadable ?? NothingUnreadable;
        Cursor = cursor;
        _points = mark is null ? [] : [.. mark.Points];
        Checkpoints = new CheckpointMap(mark?.Checkpoints ?? checkpointsBefore ?? new CheckpointMap());
        _end = end;
        _isSealed = isSealed;
        _isEncrypted = isEncrypted;
    }

    /// <summary>A cursor behind the last valid entry that was accepted.</summary>
    internal EntryCursor Cursor { get; private set; }

    /// <summary>Records that are missing inside: damaged, and known to have been durable.</summary>
    internal LostRecords Lost { get; } = new();

    /// <summary>Whether entries of the segment itself stand behind the end that was found: a torn write.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>Whether the end is where it is because the device cannot read what stands there.</summary>
    internal bool IsCutByUnreadable { get; private set; }

    /// <summary>Whether the end lies behind numbers of durable records of which nothing is left.</summary>
    internal bool HasKeptNumbers { get; private set; }

    /// <summary>The log's checkpoints at the end.</summary>
    internal CheckpointMap Checkpoints { get; }

    /// <summary>Base entries that were passed, thinned to the index distance.</summary>
    internal IReadOnlyList<IndexPoint> Points => _points;

    /// <summary>Where the frames begin that no later base entry calls durable.</summary>
    internal int UnvouchedOffset =>
        _unvouched.TryPeek(out var frame) ? Math.Min(frame.Offset, Cursor.Offset) : Cursor.Offset;

    /// <summary>Scans a segment to the end of what is valid.</summary>
    /// <param name="segment">The segment's bytes.</param>
    /// <param name="header">Its header.</param>
    /// <param name="mark">A place before which all is known to be durable; null to read from the start.</param>
    /// <param name="end">
    /// The sequence number of the next segment's first record; what has it or more is no part of this one.
    /// </param>
    /// <param name="isSealed">
    /// Whether all of it is known to have been durable, so that any damage is stepped over.
    /// </param>
    /// <param name="checkpointsBefore">The log's checkpoints at the segment's start; null if not known.</param>
    /// <param name="unreadable">
    /// Where zeros stand for what the device cannot read: that had been durable, so it is stepped over. Null for
    /// nowhere.
    /// </param>
    internal static SegmentScan Run(
        ReadOnlySpan<byte> segment,
        in SegmentHeader header,
        SegmentIndex? mark,
        SequenceNumber end,
        bool isSealed,
        CheckpointMap? checkpointsBefore = null,
        UnreadableSectors? unreadable = null)
    {
        var cursor = new EntryCursor(
            header.Salt,
            mark?.EndOffset ?? header.EntriesOffset,
            mark?.LastSequence ?? header.FirstSequence.Previous);
        var isEncrypted = (header.Flags & SegmentFlags.Encrypted) != 0;
        var scan = new SegmentScan(cursor, mark, end, isSealed, isEncrypted, checkpointsBefore, unreadable);
        do
        {
            scan.Advance(segment);
        }
        while (scan.Cursor.Last.Next < end && scan.TryStepOverDamage(segment));
        scan.KeepVouchedNumbers();
        scan.IsCutByUnreadable = scan.IsUnreadableAtCursor(segment);
        scan.CutUnfinishedBatch();
        return scan;
    }

    /// <summary>The index of a whole sealed segment; damaged parts are stepped over.</summary>
    /// <param name="segment">The segment as it was written.</param>
    /// <param name="file">Its file, whose checksum it gets: the same, unless the segment is encrypted.</param>
    /// <param name="header">Its header.</param>
    /// <param name="end">The sequence number of the next segment's first record.</param>
    internal static SegmentIndex BuildIndex(
        ReadOnlySpan<byte> segment, ReadOnlySpan<byte> file, SegmentHeader header, SequenceNumber end)
    {
        var scan = Run(segment, header, null, end, isSealed: true);
        return scan.ToIndex(file, header.Salt, end);
    }

    /// <summary>
    /// The index of the segment that was scanned; with its checksum where nothing is missing, so that the checksum
    /// never stands for damaged bytes.
    /// </summary>
    internal SegmentIndex ToIndex(ReadOnlySpan<byte> file, ulong salt, SequenceNumber end) => new(
        salt,
        Cursor.Offset,
        Cursor.Last,
        Points,
        Lost.Count == 0 && Cursor.Last.Next >= end ? Crc32C.Compute(file[..Cursor.Offset]) : null,
        Checkpoints);

    private void Advance(ReadOnlySpan<byte> segment)
    {
        var cursor = Cursor;
        while (true)
        {
            var step = cursor.TryStepRepairing(segment, segment.Length, out var record);
            if (step is EntryStep.End or EntryStep.Damaged || cursor.Last >= _end || cursor.Base.Sequence >= _end)
            {
                return;
            }

            // A base entry is accepted with what it begins: alone at the end it is part of a torn write.
            if (step == EntryStep.Base || (_isEncrypted && step == EntryStep.Pad && SealedFrame.IsHead(cursor)))
            {
                continue;
            }

            if (cursor.BaseOffset != _frameOffset)
            {
                _frameOffset = cursor.BaseOffset;
                AddFrame(cursor.Base, cursor.BaseOffset);
            }

            if (step == EntryStep.Record)
            {
                NoteLost(record.Sequence);
            }
            else if (step == EntryStep.Batch)
            {
                BeginBatch(cursor, record.Value);
            }

            Cursor = cursor;
            CompleteBatch(cursor.Last);
        }
    }

    /// <summary>Ends the batch that is open, if its last record is behind.</summary>
    private void CompleteBatch(SequenceNumber passed)
    {
        if (_pending is { } batch && passed >= batch.Last)
        {
            BatchEntry.TryReadCheckpoints(batch.Checkpoints, Checkpoints);
            _pending = null;
        }
    }

    /// <summary>
    /// What a later frame calls durable was given out and promised: where none of it can be read, and nothing behind
    /// it either, the log ends behind it, and its numbers are not given out again.
    /// </summary>
    private void KeepVouchedNumbers()
    {
        if (_isSealed || _vouched <= Cursor.Last)
        {
            return;
        }

        HasKeptNumbers = true;
        PassOver(_vouched);
    }

    /// <summary>Takes all records up to one for lost.</summary>
    private void PassOver(SequenceNumber last)
    {
        NoteLost(last.Next);
        var cursor = Cursor;
        cursor.Rewind(cursor.Offset, last);
        Cursor = cursor;
        CompleteBatch(last);
    }

    private void NoteLost(SequenceNumber found)
    {
        if (found > Cursor.Last.Next)
        {
            Lost.Add(Cursor.Last.Next, found.Previous);
        }
    }

    private void BeginBatch(in EntryCursor behind, ReadOnlySpan<byte> body)
    {
        // A batch before this frame was written as a whole, whatever damage has hidden of it since.
        CompleteBatch(behind.Base.Sequence.Previous);
        if (BatchEntry.TryRead(body, out var count, out var checkpoints))
        {
            // After damage before it, the frame's number tells better where its records begin.
            var before = Math.Max(behind.Last.Value, behind.Base.Sequence.Value - 1);
            var last = new SequenceNumber(count == 0 ? behind.Last.Value : before + count);
            _pending = new PendingBatch(Cursor, last, checkpoints.ToArray());
        }
    }

    /// <summary>A batch is whole or absent: where the log ends inside one, it ends before it.</summary>
    private void CutUnfinishedBatch()
    {
        if (_pending is not { } batch || _isSealed)
        {
            return;
        }

        if (IsCutByUnreadable)
        {
            PassOver(batch.Last);
            return;
        }

        Cursor = batch.Before;
        Lost.ForgetAfter(Cursor.Last);
        IsCut = true;
        while (_points.Count > 0 && _points[^1].Offset >= Cursor.Offset)
        {
            _points.RemoveAt(_points.Count - 1);
        }
    }

    private void AddFrame(BaseEntry entry, int offset)
    {
        // Where nothing else is left of them, it tells that numbers before it were given out.
        _vouched = _vouched > entry.DurableSequence ? _vouched : entry.DurableSequence;
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
        var probe = Cursor;
        var resumed = default(EntryCursor?);
        while (true)
        {
            // The first time this passes a base entry that stands before the damage, and nothing else.
            EntryStep step;
            while ((step = probe.TryStepRepairing(segment, segment.Length, out _))
                is not (EntryStep.End or EntryStep.Damaged))
            {
                if (resumed is { } place
                    && probe.Last < _end
                    && ((step == EntryStep.Record && (_isSealed || _unreadable.Meet(Cursor.Offset, place.Offset)))
                        || (!_isSealed && IsVouchedBy(probe, step))))
                {
                    _vouched = _vouched > probe.Base.DurableSequence ? _vouched : probe.Base.DurableSequence;
                    Cursor = place;
                    return true;
                }
            }

            if (!probe.TryResume(segment, segment.Length))
            {
                break;
            }

            resumed ??= probe;
        }

        IsCut = resumed is not null;
        return false;
    }

    /// <summary>
    /// Whether what is damaged behind the cursor had been durable when a later frame was begun: the next record, or,
    /// where no record is missing, the write that the newest record came with.
    /// </summary>
    private bool IsVouchedBy(in EntryCursor later, EntryStep step)
    {
        if (later.Base.DurableSequence > Cursor.Last)
        {
            return true;
        }

        return step == EntryStep.Base
            && later.Base.Sequence == Cursor.Last.Next
            && later.Base.DurableSequence == Cursor.Last;
    }

    /// <summary>Whether what follows the last entry that was accepted cannot be read.</summary>
    private bool IsUnreadableAtCursor(ReadOnlySpan<byte> segment)
    {
        if (_unreadable.Count == 0)
        {
            return false;
        }

        var probe = Cursor;
        while (probe.TryStepRepairing(segment, segment.Length, out _) is not (EntryStep.End or EntryStep.Damaged))
        {
            // What begins a frame and nothing else.
        }

        // The size of an encrypted frame stands in what is not shown.
        var size = _isEncrypted
            ? EntryFormat.FrameStartDistanceBytesMax
            : EntryFormat.BodySizeAt(segment, probe.Offset, segment.Length, out _);
        return _unreadable.Meet(Cursor.Offset, probe.Offset + (long)size + EntryFormat.RecordOverheadBytesMax);
    }

    /// <summary>A batch whose records have not all been seen.</summary>
    private sealed class PendingBatch(in EntryCursor before, SequenceNumber last, byte[] checkpoints)
    {
        /// <summary>The cursor before it.</summary>
        internal EntryCursor Before { get; } = before;

        /// <summary>Its last record.</summary>
        internal SequenceNumber Last => last;

        /// <summary>What is set with it.</summary>
        internal byte[] Checkpoints => checkpoints;
    }
}
