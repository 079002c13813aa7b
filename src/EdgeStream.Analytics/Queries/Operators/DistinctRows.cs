using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>SELECT DISTINCT: a row comes out if none like it has since the columns of ROWTIME changed.</summary>
internal sealed class DistinctRows(
    QueryContext context, IReadOnlyList<Expression> windowKeys, int inputColumnCount, RowSink next) : RowSink
{
    private readonly SeenRows _seen = context.Add(new SeenRows(context, windowKeys, inputColumnCount));
    private readonly ByteBuffer _key = new();

    /// <summary>Takes the row of the select list; its ROWTIME is that of the row it was made of.</summary>
    public override void Take(RowBuffer row)
    {
        _key.Clear();
        for (var slot = 0; slot < row.ColumnCount; slot++)
        {
            var value = row[slot];
            _key.AppendValue(JoinKey.Plain(in value));
        }

        if (_seen.IsNew(_key.Written, row.Rowtime))
        {
            next.Take(row);
        }
    }
}
