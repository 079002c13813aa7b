namespace EdgeStream.Analytics;

/// <summary>A reference table, as a side of a join.</summary>
internal sealed class TableRelation(ReferenceTable table) : Relation
{
    public override IReadOnlyList<SchemaColumn> StarColumns => table.Schema.Columns;

    public override int ColumnCount => table.Schema.Columns.Count;

    public override ColumnUse StarColumn(int index) => StreamRelation.At(table.Schema.Columns, index);

    public override ColumnUse? Find(ColumnName name) =>
        name.IsRowtime ? null : StreamRelation.FindIn(table.Schema.Columns, name);

    public override void Connect(QueryContext context, RowSink sink) =>
        throw new InvalidOperationException("A table gives no rows by itself.");
}
