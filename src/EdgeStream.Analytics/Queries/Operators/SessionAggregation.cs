using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>SESSION: a window for each key that lasts until no row of the key has come for a gap.</summary>
internal sealed class SessionAggregation(QueryContext context, Grouping grouping, long gapMicroseconds, RowSink next)
    : GroupingOperator(context, grouping, next)
{
    private readonly GroupTable _groups = new(grouping.Functions);

    /// <summary>Groups stand in the order of their last row, which is that of their ends.</summary>
    public override long NextDeadline => _groups.Count == 0 ? long.MaxValue : _groups.EndOf(_groups.First);

    public override long SizeBytes => _groups.SizeBytes;

    public override int Count => _groups.Count;

    public override void Take(RowBuffer row)
    {
        var group = AddTo(_groups, row, out var isNew);
        _groups.EndOf(group) = row.Rowtime + gapMicroseconds;
        if (isNew)
        {
            _groups.TimeOf(group) = row.Rowtime;
            KeepBound(_groups);
        }
        else
        {
            _groups.MoveToEnd(group);
        }

        Context.Clock.Schedule(NextDeadline);
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
