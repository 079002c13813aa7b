namespace EdgeStream.Analytics;

/// <summary>Gives the records of a span of history to one query.</summary>
internal sealed class HistoryReader : IDisposable
{
    private readonly RunningQuery _query;
    private readonly MergedInput _input;
    private readonly Dictionary<string, RecordColumns> _columns = new(StringComparer.Ordinal);
    private readonly long _first;
    private readonly long _end;

    public HistoryReader(RunningQuery query, MergedInput input, long first, long end)
    {
        (_query, _input, _first, _end) = (query, input, first, end);
        foreach (var decoder in query.Decoders)
        {
            if (!_columns.TryGetValue(decoder.Source.Input.Stream, out var columns))
            {
                columns = new RecordColumns();
                _columns.Add(decoder.Source.Input.Stream, columns);
            }

            decoder.Attach(columns);
        }
    }

    public long Records { get; private set; }

    /// <summary>Reads up to a number of records; false when there is none left.</summary>
    public bool Step(int countMax)
    {
        for (var count = 0; count < countMax; count++)
        {
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

            _query.Take(in record, _columns[record.Source.Stream.Name].TryRead(record.Record.Data));
        }

        _query.KeepMemoryBound();
        return true;
    }

    public void Dispose() => _input.Dispose();
}
