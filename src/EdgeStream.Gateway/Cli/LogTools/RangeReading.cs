using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>Reads the records of a range in order and tells what is missing among them, each number once.</summary>
internal sealed class RangeReading(
    LogRange range,
    LogLook look,
    RangeReading.OnRecord onRecord,
    Action<LogGap> onGap,
    RangeProgress? progress = null)
{
    /// <summary>Gaps that follow one another, until the next record says when that was.</summary>
    private readonly List<LogGap> _gaps = [];
    private Timestamp? _timeBefore;
    private SequenceNumber _next;
    private SequenceNumber _last;
    private long _count;

    /// <summary>Takes a record.</summary>
    public delegate void OnRecord(in LogRecord record);

    private bool HasMore => _next <= _last && _count < range.Limit;

    /// <summary>Does it; returns how many records were shown.</summary>
    /// <remarks>Of a running gateway's log it reads what was there at the beginning, as far as it still is.</remarks>
    public long Run()
    {
        _next = Start();
        var newest = look.Log.NewestSequence;
        _last = range.To?.Sequence is { } to && to < newest ? to : newest;
        progress?.Begin(look.Log.Segments, _next, _last);
        var tries = 1;
        while (HasMore)
        {
            var before = _next;
            ReadOn(ref tries);
            tries = _next > before ? 1 : tries + 1;
        }

        TellGaps(null);
        progress?.End();
        return _count;
    }

    /// <summary>Reads to the end, or to a place where files have changed and are looked at again.</summary>
    private void ReadOn(ref int tries)
    {
        using var reader = look.Log.OpenReader(_next);
        while (HasMore)
        {
            switch (reader.Read(out var record))
            {
                case LogReadStep.Record when record.Sequence <= _last:
                    record = look.Right(record);
                    TellGaps(record.ArrivalTime);
                    _timeBefore = record.ArrivalTime;
                    _next = record.Sequence.Next;
                    tries = 1;
                    Take(record);
                    progress?.Pass(_next);
                    break;
                case LogReadStep.Gap when tries < LogLook.TriesMax && look.TryLookAgain(_next):
                    return;
                case LogReadStep.Gap:
                    AddGap(reader.Gap);
                    tries = 1;
                    break;
                default:
                    AddGap(new LogGap(_next, _last, LogGapReason.Damaged));
                    break;
            }
        }
    }

    private void Take(in LogRecord record)
    {
        // Clocks are set back at times, so no record ends a range of time.
        if ((range.From?.Time is not { } from || record.ArrivalTime >= from)
            && (range.To?.Time is not { } to || record.ArrivalTime <= to))
        {
            onRecord(record);
            _count++;
        }
    }

    private void AddGap(LogGap gap)
    {
        var last = gap.Last < _last ? gap.Last : _last;
        _gaps.Add(new LogGap(_next, last, gap.Reason));
        _next = last.Next;
        progress?.Pass(_next);
    }

    /// <summary>Tells the gaps before a record, unless all around them lies outside of the range of time.</summary>
    private void TellGaps(Timestamp? timeBehind)
    {
        foreach (var gap in _gaps)
        {
            if (!IsBefore(timeBehind) && !IsBehind(timeBehind))
            {
                onGap(gap);
            }
        }

        _gaps.Clear();
    }

    private bool IsBefore(Timestamp? timeBehind) => range.From?.Time is { } from
        && timeBehind < from
        && (_timeBefore is not { } before || before < from);

    private bool IsBehind(Timestamp? timeBehind) => range.To?.Time is { } to
        && _timeBefore > to
        && (timeBehind is not { } behind || behind > to);

    private SequenceNumber Start()
    {
        var start = range.From switch
        {
            { Sequence: { } sequence } => sequence,
            { Time: { } time } => SegmentBefore(time),
            _ => look.Log.OldestSequence,
        };
        return start < look.Log.OldestSequence ? look.Log.OldestSequence : start;
    }

    /// <summary>
    /// Where the segment begins that holds what stands before the first record of a time: what is missing there may be
    /// of that time too.
    /// </summary>
    private SequenceNumber SegmentBefore(Timestamp time)
    {
        SequenceNumber before;
        var tries = 1;
        do
        {
            before = look.Log.FindByArrivalTime(time).Previous;
        }
        while (tries++ < LogLook.TriesMax && look.TryLookAgain(before));

        var start = look.Log.OldestSequence;
        foreach (var segment in look.Log.Segments)
        {
            start = segment.FirstSequence <= before ? segment.FirstSequence : start;
        }

        return start;
    }
}
