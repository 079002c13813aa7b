using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Two sources that are joined: a row has the left columns, their ROWTIME, the right columns and
/// theirs.</summary>
internal sealed class JoinRelation(AliasedRelation left, AliasedRelation right) : Relation
{
    private readonly List<LateColumn> _uses = [];

    public AliasedRelation Left => left;

    public AliasedRelation Right => right;

    public override IReadOnlyList<SchemaColumn> StarColumns =>
        [.. left.Relation.StarColumns, .. right.Relation.StarColumns];

    public override int ColumnCount => left.Relation.ColumnCount + right.Relation.ColumnCount + 2;

    public override ColumnUse? Find(ColumnName name)
    {
        if (left.IsMeantBy(name, out var inLeft))
        {
            return Place(left.Relation.Find(inLeft), isLeft: true);
        }

        if (right.IsMeantBy(name, out var inRight))
        {
            return Place(right.Relation.Find(inRight), isLeft: false);
        }

        if (name.IsRowtime)
        {
            return ColumnUse.Rowtime;
        }

        // Where a side has no schema, a name is its column only if it is none of the other side.
        var second = left.Relation.IsOpen || !right.Relation.IsOpen ? right.Relation.Find(name) : null;
        var first = left.Relation.IsOpen && !right.Relation.IsOpen && second is not null
            ? null
            : left.Relation.Find(name);
        second ??= first is null ? right.Relation.Find(name) : null;
        return first is not null && second is not null
            ? throw SqlErrors.At(name.Text, name.Token, $"{name.Token.Value} is a column of both sources", null,
                "Write the source before it: o.price.")
            : Place(first ?? second, isLeft: first is not null);
    }

    public override ColumnUse StarColumn(int index)
    {
        var leftCount = left.Relation.StarColumns.Count;
        return index < leftCount
            ? Place(left.Relation.StarColumn(index), isLeft: true)!.Value
            : Place(right.Relation.StarColumn(index - leftCount), isLeft: false)!.Value;
    }

    /// <summary>Makes the operator of the join and connects both sides with it.</summary>
    public Action<QueryContext, RowSink>? Connector { get; set; }

    public override void Connect(QueryContext context, RowSink sink)
    {
        PlaceColumns();
        Connector!(context, sink);
    }

    /// <summary>Gives the columns that were named the places that they have now.</summary>
    private void PlaceColumns()
    {
        (left.Relation as JoinRelation)?.PlaceColumns();
        var leftCount = left.Relation.ColumnCount;
        foreach (var use in _uses)
        {
            var start = use.IsLeft ? 0 : leftCount + 1;
            var count = use.IsLeft ? leftCount : right.Relation.ColumnCount;
            use.Placed.Slot = start + (use.Origin?.Slot ?? count);
        }
    }

    /// <summary>Both sides, as <c>alias.*</c> may name one of them; sides of sides included.</summary>
    public IEnumerable<AliasedRelation> Sources()
    {
        foreach (var side in new[] { left, right })
        {
            if (side.Relation is JoinRelation join)
            {
                foreach (var source in join.Sources())
                {
                    yield return source;
                }
            }
            else
            {
                yield return side;
            }
        }
    }

    /// <summary>The ROWTIME of a side that is no join itself stands behind its columns.</summary>
    private ColumnUse? Place(ColumnUse? use, bool isLeft)
    {
        if (use is not { } found)
        {
            return null;
        }

        var placed = new CellExpression(
            0, found.IsRowtime ? SqlDataType.Of(SqlType.Timestamp) : found.Expression.DataType);
        _uses.Add(new LateColumn(placed, found.Expression as CellExpression, isLeft));
        return new ColumnUse(placed, found.Name, $"{(isLeft ? 'l' : 'r')}{found.Id}");
    }

    private sealed record LateColumn(CellExpression Placed, CellExpression? Origin, bool IsLeft);
}
