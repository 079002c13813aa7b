using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>WINDOWED BY STAGGER: a window for each key that opens with the key's first row and closes a fixed time
/// later.</summary>
internal sealed class StaggerAggregation(QueryContext context, Grouping grouping, long rangeMicroseconds, RowSink next)
    : GroupingOperator(context, grouping, next)
{
    private readonly GroupTable _groups = new(grouping.Functions);

    /// <summary>Groups stand in the order of their first row, which is that of their ends.</summary>
    public override long NextDeadline => _groups.Count == 0 ? long.MaxValue : _groups.EndOf(_groups.First);

    public override long SizeBytes => _groups.SizeBytes;

    public override int Count => _groups.Count;

    public override void Take(RowBuffer row)
    {
        var group = AddTo(_groups, row, out var isNew);
        if (isNew)
        {
            _groups.TimeOf(group) = row.Rowtime;
            _groups.EndOf(group) = row.Rowtime + rangeMicroseconds;
            KeepBound(_groups);
            Context.Clock.Schedule(NextDeadline);
        }
    }

    public override void Fire(long deadline)
    {
        while (NextDeadline <= deadline)
        {
            var group = _groups.First;
            Close(_groups, group, _groups.TimeOf(group), _groups.EndOf(group));
        }
    }

    public override void Save(ByteBuffer output) => _groups.Save(output);

    public override void Load(ref StateReader reader) => _groups.Load(ref reader);
}
