using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Makes rows of expressions over rows.</summary>
internal sealed class Projection(QueryContext context, IReadOnlyList<Expression> columns, RowSink next) : RowSink
{
    private readonly RowBuffer _output = new(columns.Count);

    public override void Take(RowBuffer row)
    {
        _output.Begin(row.Rowtime);
        for (var slot = 0; slot < columns.Count; slot++)
        {
            context.Evaluator.Set(_output, slot, columns[slot], row);
        }

        next.Take(_output);
    }
}
