namespace EdgeStream.Storage;

/// <summary>Walks one segment entry by entry and notes every frame and every place that is not valid.</summary>
internal ref struct SegmentWalk
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _path;
    private readonly SequenceNumber _end;
    private readonly bool _isLast;
    private readonly List<LogDamage> _damage = [];
    private EntryCursor _cursor;
    private SequenceNumber _last;
    private FrameSummary? _frame;
    private int _goodEnd;
    private int _damageStart = -1;
    private int _damageEnd;

    /// <summary>Prepares for a segment.</summary>
    /// <param name="path">The file, for what is noted.</param>
    /// <param name="bytes">Its content, up to where the log may reach.</param>
    /// <param name="header">Its header.</param>
    /// <param name="end">The first sequence number that is no longer in it: all before it should be.</param>
    /// <param name="isLast">Whether all of the bytes are the log's, also those behind the last record.</param>
    internal SegmentWalk(
        string path, ReadOnlySpan<byte> bytes, in SegmentHeader header, SequenceNumber end, bool isLast)
    {
        _path = path;
        _bytes = bytes;
        _end = end;
        _isLast = isLast;
        _goodEnd = header.EntriesOffset;
        _last = header.FirstSequence.Previous;
        _cursor = new EntryCursor(header.Salt, header.EntriesOffset, _last);
    }

    /// <summary>What is not valid, in order.</summary>
    internal readonly IReadOnlyList<LogDamage> Damage => _damage;

    internal long Records { get; private set; }

    internal long Frames { get; private set; }

    /// <summary>Where the last valid entry ends.</summary>
    internal readonly int EndOffset => _goodEnd;

    /// <summary>Walks to the end; every frame is shown when the next one or the end is known.</summary>
    internal void Run(Action<FrameSummary>? onFrame)
    {
        while (_last.Next < _end || (_isLast && _goodEnd < _bytes.Length))
        {
            var start = _cursor.Offset;
            var step = _cursor.TryStep(_bytes, _bytes.Length, out var record);
            var isMended = step == EntryStep.Damaged;
            step = isMended ? _cursor.TryStepRepairing(_bytes, _bytes.Length, out record) : step;
            if (step is EntryStep.End or EntryStep.Damaged)
            {
                if (!_cursor.TryResume(_bytes, _bytes.Length))
                {
                    break;
                }

                continue;
            }

            if (_cursor.Last >= _end || (!_isLast && _cursor.Base.Sequence >= _end))
            {
                break;
            }

            if (isMended)
            {
                // A reader puts such a byte right for itself: it is damaged, and costs no record.
                NoteMended(start - EntryFormat.ChecksumSizeBytes);
            }

            PassTo(start, step, record.Sequence);
            if (step == EntryStep.Base)
            {
                Show(onFrame);
                Begin();
            }
        }

        Show(onFrame);
        NoteEnd();
    }

    /// <summary>Takes a valid entry; what lies between it and the one before is damaged.</summary>
    private void PassTo(int start, EntryStep step, SequenceNumber sequence)
    {
        if (start > _goodEnd)
        {
            _damageStart = _damageStart < 0 ? _goodEnd : _damageStart;
            _damageEnd = start;
        }

        _goodEnd = _cursor.Offset;
        if (step != EntryStep.Record)
        {
            return;
        }

        if (_damageStart >= 0 || sequence > _last.Next)
        {
            NoteDamage(_damageStart < 0 ? start : _damageStart, Math.Max(_damageEnd, _damageStart), sequence);
        }

        Records++;
        _last = sequence;
        if (_frame is not null)
        {
            _frame.Records++;
        }
    }

    /// <summary>One wrong checksum shows in two entries and is one damage.</summary>
    private readonly void NoteMended(int start)
    {
        if (_damage.Count > 0 && _damage[^1].LostRecords == 0 && _damage[^1].EndOffset > start)
        {
            start = (int)_damage[^1].Offset;
            _damage.RemoveAt(_damage.Count - 1);
        }

        _damage.Add(new LogDamage(_path, start, _cursor.Offset, _last.Next, _last));
    }

    private void NoteDamage(int start, int end, SequenceNumber next)
    {
        _damage.Add(new LogDamage(_path, start, end, _last.Next, next.Previous));
        _damageStart = -1;
    }

    private void Begin()
    {
        Frames++;
        var entry = _cursor.Base;
        _frame = new FrameSummary(
            _cursor.BaseOffset,
            entry.Sequence,
            entry.WallTime,
            entry.MonotonicMicroseconds,
            entry.BootOrdinal,
            entry.DurableSequence);
    }

    private readonly void Show(Action<FrameSummary>? onFrame)
    {
        if (_frame is not null && onFrame is not null)
        {
            _frame.SizeBytes = Math.Max(_goodEnd, _cursor.BaseOffset) - _frame.Offset;
            onFrame(_frame);
        }
    }

    /// <summary>What is missing at the end: records, or, where all of the bytes are the log's, entries.</summary>
    private void NoteEnd()
    {
        if (_last.Next < _end || (_isLast && _goodEnd < _bytes.Length))
        {
            NoteDamage(_damageStart < 0 ? _goodEnd : _damageStart, _bytes.Length, _end);
        }
        else if (_damageStart >= 0)
        {
            NoteDamage(_damageStart, _damageEnd, _last.Next);
        }
    }
}
