using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Lets rows pass for which a condition is TRUE.</summary>
internal sealed class Filter(QueryContext context, Expression condition, RowSink next) : RowSink
{
    public override void Take(RowBuffer row)
    {
        if (context.Evaluator.IsTrue(condition, row))
        {
            next.Take(row);
        }
    }
}
