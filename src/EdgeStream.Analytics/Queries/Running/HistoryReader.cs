namespace EdgeStream.Analytics;

/// <summary>Gives the records of a span of history to one query.</summary>
internal sealed class HistoryReader : IDisposable
{
    private readonly RunningQuery _query;
    private readonly MergedInput _input;
    private readonly StreamColumns _columns = new();
    private readonly long _first;
    private readonly long _end;

    public HistoryReader(RunningQuery query, MergedInput input, long first, long end)
    {
        (_query, _input, _first, _end) = (query, input, first, end);
        _columns.Attach(query.Decoders);
    }

    public long Records { get; private set; }

    /// <summary>Reads up to a number of records, or until the receiver has had enough for now; false when there is none
    /// left.</summary>
    public bool Step(int countMax, IRowReceiver receiver)
    {
        for (var count = 0; count < countMax; count++)
        {
            if ((count & 63) == 63 && (!receiver.HasRoom || receiver.IsDone))
            {
                return true;
            }

            var step = _input.Read(out var record);
            if (step is InputStep.End or InputStep.Waiting || (step == InputStep.Record && record.Rowtime >= _end))
            {
                return false;
            }

            if (record.Rowtime < _first)
            {
                continue;
            }

            Records++;
            if (step == InputStep.Late)
            {
                _query.ReportLate(in record);
                continue;
            }

            _query.Take(in record, _columns.TryRead(in record));
        }

        return true;
    }

    public void Dispose() => _input.Dispose();
}
