namespace EdgeStream.Analytics;

/// <summary>SESSION: a window for each key that lasts until no row of the key has come for a gap.</summary>
/// <remarks>A group moves behind the others with each row: they stand in the order of their last rows.</remarks>
internal sealed class SessionAggregation(QueryContext context, Grouping grouping, long gapMicroseconds, RowSink next)
    : KeyWindowAggregation(context, grouping, next)
{
    public override void Take(RowBuffer row)
    {
        var group = AddTo(Groups, row, out var isNew);
        Groups.EndOf(group) = row.Rowtime + gapMicroseconds;
        if (isNew)
        {
            Groups.TimeOf(group) = row.Rowtime;
            KeepBound(Groups);
        }
        else
        {
            Groups.MoveToEnd(group);
        }

        Context.Clock.Schedule(NextDeadline);
    }
}
