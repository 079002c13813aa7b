namespace EdgeStream.Analytics;

/// <summary>The JSON columns that are wanted of each stream of a reader.</summary>
internal sealed class StreamColumns
{
    private readonly Dictionary<string, RecordColumns> _columns = new(StringComparer.Ordinal);
    private StreamInput? _last;
    private RecordColumns? _columnsOfLast;

    public void Clear()
    {
        _columns.Clear();
        _last = null;
    }

    /// <summary>Has decoders take part in the one pass over each record of their streams.</summary>
    public void Attach(IEnumerable<RecordDecoder> decoders)
    {
        _last = null;
        foreach (var decoder in decoders)
        {
            var stream = decoder.Source.Input.Stream;
            if (!_columns.TryGetValue(stream, out var columns))
            {
                columns = new RecordColumns();
                _columns.Add(stream, columns);
            }

            decoder.Attach(columns);
        }
    }

    /// <summary>Finds the columns of a record; false if it is not one JSON object, or nobody wants any.</summary>
    public bool TryRead(scoped in MergedRecord record)
    {
        if (!ReferenceEquals(_last, record.Source.Stream))
        {
            _last = record.Source.Stream;
            _columnsOfLast = _columns.GetValueOrDefault(_last.Name);
        }

        return _columnsOfLast is not null && _columnsOfLast.TryRead(record.Record.Data);
    }
}
