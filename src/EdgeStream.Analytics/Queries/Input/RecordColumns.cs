using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The JSON columns that all queries over one stream want: one pass over a record finds them for
/// all.</summary>
internal sealed class RecordColumns
{
    private readonly ColumnSet _set = new();
    private JsonColumns? _columns;

    public int Add(ColumnPath path)
    {
        _columns = null;
        return _set.Add(path);
    }

    /// <summary>Finds the columns; false if the record is not one JSON object.</summary>
    public bool TryRead(ReadOnlySpan<byte> json) => (_columns ??= new JsonColumns(_set)).TryRead(json);

    public SqlValue Get(int slot, ReadOnlySpan<byte> json) => _columns!.Get(slot, json);
}
