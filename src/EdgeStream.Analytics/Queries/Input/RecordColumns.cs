using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The JSON columns that all queries over one stream want: one pass over a record finds them for
/// all.</summary>
internal sealed class RecordColumns
{
    private readonly ColumnSet _set = new();
    private readonly List<TypedRow> _rows = [];
    private JsonColumns? _columns;

    /// <summary>Which record was read last: a number that only grows.</summary>
    public long Record { get; private set; }

    public int Add(ColumnPath path)
    {
        _columns = null;
        return _set.Add(path);
    }

    /// <summary>The row of each record under a declaration, shared by all who have the same.</summary>
    public TypedRow RowOf(QueryInput input, SourceColumn[] wanted)
    {
        var row = _rows.Find(other => other.IsOf(input, wanted));
        if (row is null)
        {
            row = new TypedRow(input, wanted, this);
            _rows.Add(row);
        }

        return row;
    }

    /// <summary>Finds the columns; false if the record is not one JSON object.</summary>
    public bool TryRead(ReadOnlySpan<byte> json)
    {
        Record++;
        return (_columns ??= new JsonColumns(_set)).TryRead(json);
    }

    public SqlValue Get(int slot, ReadOnlySpan<byte> json) => _columns!.Get(slot, json);
}
