using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>An in-application stream.</summary>
internal sealed class StreamRelation(InApplicationStream stream) : Relation
{
    public override IReadOnlyList<SchemaColumn> StarColumns => stream.Schema.Columns;

    public override int ColumnCount => stream.Schema.Columns.Count;

    public override ColumnUse? Find(ColumnName name) => FindIn(stream.Schema.Columns, name);

    public override void Connect(QueryContext context, RowSink sink) => stream.Add(sink);

    public override ColumnUse StarColumn(int index) => At(stream.Schema.Columns, index);

    public static ColumnUse At(IReadOnlyList<SchemaColumn> columns, int index) =>
        new(new CellExpression(index, columns[index].Type), columns[index].Name, $"{index}");

    /// <summary>Finds a column of fixed ones, or ROWTIME.</summary>
    public static ColumnUse? FindIn(IReadOnlyList<SchemaColumn> columns, ColumnName name)
    {
        var index = name.Count == 1 ? name.FindIn(columns) : -1;
        return index >= 0
            ? At(columns, index)
            : name.IsRowtime ? ColumnUse.Rowtime : null;
    }
}
