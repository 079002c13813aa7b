namespace EdgeStream.Analytics;

/// <summary>The rows that a table function gives.</summary>
internal sealed class FunctionRelation(PlannedQuery cursor, TableFunction function) : Relation
{
    public override IReadOnlyList<SchemaColumn> StarColumns => function.Columns;

    public override int ColumnCount => function.Columns.Count;

    public override ColumnUse StarColumn(int index) => StreamRelation.At(function.Columns, index);

    public override ColumnUse? Find(ColumnName name) => StreamRelation.FindIn(function.Columns, name);

    public override void Connect(QueryContext context, RowSink sink) =>
        cursor.Connect(context, context.Add(new TableFunctionOperator(context, function, sink)));
}
