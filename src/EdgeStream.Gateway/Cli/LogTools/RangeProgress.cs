using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>How far the reading of one log's records is, in bytes of log that lie before the next record.</summary>
/// <param name="line">Shows it; its total counts the log's files as a whole.</param>
/// <param name="target">The log.</param>
/// <param name="filesBytes">What the total counts for it.</param>
internal sealed class RangeProgress(ProgressLine line, LogTarget target, long filesBytes)
{
    /// <summary>Records between two looks at the clock.</summary>
    private const int RecordsPerStep = 1_000;

    private IReadOnlyList<SegmentSummary> _segments = [];
    private long _wantedBytes;
    private long _startBytes;
    private long _doneBytes;
    private int _records;

    /// <summary>Begins: what is to be read is known now.</summary>
    /// <param name="segments">The log's segments.</param>
    /// <param name="first">The first record.</param>
    /// <param name="last">The last one; before the first where there is nothing to read.</param>
    public void Begin(IReadOnlyList<SegmentSummary> segments, SequenceNumber first, SequenceNumber last)
    {
        _segments = segments;
        _startBytes = BytesBefore(first);
        _wantedBytes = Math.Max(0, BytesBefore(last.Next) - _startBytes);
        line.Correct(_wantedBytes - filesBytes);
    }

    /// <summary>One record has been read, or a gap was passed.</summary>
    /// <param name="next">What comes next.</param>
    public void Pass(SequenceNumber next)
    {
        if (++_records % RecordsPerStep == 0)
        {
            MoveTo(Math.Min(_wantedBytes, BytesBefore(next) - _startBytes));
        }
    }

    /// <summary>Ends, be it earlier than at the last record.</summary>
    public void End() => MoveTo(_wantedBytes);

    private void MoveTo(long bytes)
    {
        line.Add(Math.Max(0, bytes - _doneBytes), target.Name);
        _doneBytes = Math.Max(bytes, _doneBytes);
    }

    /// <summary>The bytes of the segments before a record, and a share of those of its own.</summary>
    private long BytesBefore(SequenceNumber sequence)
    {
        long bytes = 0;
        foreach (var segment in _segments)
        {
            if (segment.LastSequence >= sequence)
            {
                var records = segment.LastSequence.Value - segment.FirstSequence.Value + 1;
                var before = Math.Max(0, sequence.Value - segment.FirstSequence.Value);
                return bytes + (long)(segment.UsedBytes * ((double)before / records));
            }

            bytes += segment.UsedBytes;
        }

        return bytes;
    }
}
