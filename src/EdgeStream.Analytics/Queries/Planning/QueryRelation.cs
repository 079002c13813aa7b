namespace EdgeStream.Analytics;

/// <summary>A query in parentheses.</summary>
internal sealed class QueryRelation(PlannedQuery query) : Relation
{
    public override IReadOnlyList<SchemaColumn> StarColumns => query.Columns;

    public override int ColumnCount => query.Columns.Count;

    public override ColumnUse? Find(ColumnName name) => StreamRelation.FindIn(query.Columns, name);

    public override ColumnUse StarColumn(int index) => StreamRelation.At(query.Columns, index);

    public override void Connect(QueryContext context, RowSink sink) => query.Connect(context, sink);
}
