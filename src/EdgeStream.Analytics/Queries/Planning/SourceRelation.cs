using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A stream of the gateway that the query reads.</summary>
internal sealed class SourceRelation(SourceStream source) : Relation
{
    public override IReadOnlyList<SchemaColumn> StarColumns => source.StarColumns;

    public override int ColumnCount => source.Columns.Count;

    public override bool IsOpen => !source.IsDeclared;

    public override ColumnUse? Find(ColumnName name)
    {
        if (source.Find(name) is { } index)
        {
            var column = source.Columns[index];
            return new ColumnUse(new CellExpression(index, column.Type), column.Name, $"{index}");
        }

        return name.IsRowtime ? ColumnUse.Rowtime : null;
    }

    public override ColumnUse StarColumn(int index)
    {
        var slot = source.StarSlots[index];
        var column = source.Columns[slot];
        return new ColumnUse(new CellExpression(slot, column.Type), column.Name, $"{slot}");
    }

    public override void Connect(QueryContext context, RowSink sink) => source.Rows.Add(sink);
}
