namespace EdgeStream.Analytics;

/// <summary>WINDOWED BY STAGGER: a window for each key that opens with the key's first row and closes a fixed time
/// later.</summary>
internal sealed class StaggerAggregation(QueryContext context, Grouping grouping, long rangeMicroseconds, RowSink next)
    : KeyWindowAggregation(context, grouping, next)
{
    public override void Take(RowBuffer row)
    {
        var group = AddTo(Groups, row, out var isNew);
        if (isNew)
        {
            Groups.TimeOf(group) = row.Rowtime;
            Groups.EndOf(group) = row.Rowtime + rangeMicroseconds;
            KeepBound(Groups);
            Context.Clock.Schedule(NextDeadline);
        }
    }
}
