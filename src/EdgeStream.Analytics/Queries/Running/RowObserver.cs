namespace EdgeStream.Analytics;

/// <summary>Hands rows to a callback.</summary>
internal sealed class RowObserver(StreamSchema schema, QueryRowHandler handler) : RowSink
{
    private readonly QueryColumn[] _columns =
        [.. schema.Columns.Select(column => new QueryColumn(column.Name, column.Type))];

    public override void Take(RowBuffer row) => handler(new QueryRow(row, _columns));
}
