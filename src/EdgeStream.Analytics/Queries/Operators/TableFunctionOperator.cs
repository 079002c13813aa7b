using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Gives the rows of a query to a table function, and its rows on.</summary>
internal sealed class TableFunctionOperator(QueryContext context, TableFunction function, RowSink next) : TimedOperator
{
    public override long NextDeadline => function.NextDeadline;

    public override long SizeBytes => function.SizeBytes;

    public override int Count => 1;

    public override void Take(RowBuffer row)
    {
        function.Take(row, next);
        context.Clock.Schedule(function.NextDeadline);
    }

    public override void Fire(long deadline) => function.Fire(deadline, next);

    public override void Save(ByteBuffer output) => function.Save(output);

    public override void Load(ref StateReader reader) => function.Load(ref reader);
}
