namespace EdgeStream.Analytics;

/// <summary>One pass over each record for all decoders of a query that read its stream.</summary>
internal sealed class RecordColumnsOfStreams
{
    private readonly Dictionary<string, RecordColumns> _columns = new(StringComparer.Ordinal);

    public RecordColumnsOfStreams(IEnumerable<RecordDecoder> decoders)
    {
        foreach (var decoder in decoders)
        {
            if (!_columns.TryGetValue(decoder.Source.Input.Stream, out var columns))
            {
                columns = new RecordColumns();
                _columns.Add(decoder.Source.Input.Stream, columns);
            }

            decoder.Attach(columns);
        }
    }

    /// <summary>Finds the columns of a record; whether it is a JSON object.</summary>
    public bool TryRead(scoped in MergedRecord record) =>
        _columns[record.Source.Stream.Name].TryRead(record.Record.Data);
}
