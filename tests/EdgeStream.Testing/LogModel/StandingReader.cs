using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>A reader that stays open while its log goes on, and what it must come to next.</summary>
/// <remarks>
/// Records and gaps follow each other without a hole. A segment that goes while the reader is inside is read to its
/// end all the same; behind that the gap says that records were evicted, and how many. What of such a segment the disk
/// failed to read while it was there, it cannot read again.
/// </remarks>
internal sealed class StandingReader(LogReader reader, LogContent content, SimulatedDisk disk, long from)
{
    private readonly long _failedReadsBefore = disk.FailedReadCount;

    /// <summary>Before here it reads evicted records: it was inside their segment when that went.</summary>
    private long _heldUntil;
    private bool _isInside;
    private long _missed;

    private bool HadUnreadable => disk.FailedReadCount > _failedReadsBefore;

    /// <summary>The record that is due.</summary>
    internal long Next { get; private set; } = from;

    /// <summary>Reads on and compares.</summary>
    internal void ReadOn(int stepsMax, long newest)
    {
        for (; stepsMax > 0; stepsMax--)
        {
            switch (reader.Read(out var record))
            {
                case LogReadStep.None:
                    LogContent.Require(Next > newest, $"a reader finds nothing at {Next}, of {newest} visible");
                    return;
                case LogReadStep.Gap:
                    CheckGap(newest);
                    break;
                default:
                    CheckRecord(record, newest);
                    break;
            }
        }
    }

    /// <summary>Segments go.</summary>
    /// <param name="starts">The first record of each segment that there was, oldest first.</param>
    internal void NoteEviction(IReadOnlyList<long> starts)
    {
        var last = Next - 1;
        if (!_isInside || last < starts[0])
        {
            return;
        }

        for (var i = 1; i < starts.Count && _heldUntil <= last; i++)
        {
            _heldUntil = starts[i] > last ? starts[i] : _heldUntil;
        }
    }

    /// <summary>Ends it.</summary>
    internal void Close() => reader.Dispose();

    private void CheckRecord(in LogRecord record, long newest)
    {
        var sequence = record.Sequence.Value;
        LogContent.Require(
            sequence == Next && sequence <= newest, $"a reader comes to {sequence} where {Next} is due");
        LogContent.Require(
            sequence >= content.Oldest || sequence < _heldUntil, $"a reader comes to {sequence}, which was evicted");
        content.Check(record);
        _isInside = true;
        Next++;
    }

    private void CheckGap(long newest)
    {
        var (first, last, reason) = reader.Gap;
        LogContent.Require(
            first.Value == Next && last >= first && last.Value <= newest,
            $"a reader misses {first} to {last} where {Next} is due");
        _isInside = reason != LogGapReason.Evicted;
        if (_isInside)
        {
            content.CheckMissing(HadUnreadable ? Math.Max(Next, content.Oldest) : Next, last.Value + 1);
        }
        else
        {
            LogContent.Require(
                last.Value == content.Oldest - 1, $"{first} to {last} are evicted, the oldest is {content.Oldest}");
            content.CheckMissing(HadUnreadable ? _heldUntil : Next, _heldUntil);
        }

        _missed += reader.Gap.RecordCount;
        LogContent.Require(
            reader.SkippedRecords == _missed, $"a reader counts {reader.SkippedRecords} and has told of {_missed}");
        Next = last.Value + 1;
    }
}
