using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Aggregations with a window of each key's own: groups stand in the order of their ends.</summary>
internal abstract class KeyWindowAggregation(QueryContext context, Grouping grouping, RowSink next)
    : GroupingOperator(context, grouping, next)
{
    public override long NextDeadline => Groups.Count == 0 ? long.MaxValue : Groups.EndOf(Groups.First);

    public override long SizeBytes => Groups.SizeBytes;

    public override int Count => Groups.Count;

    protected GroupTable Groups { get; } = new(grouping.Functions);

    public override void Fire(long deadline)
    {
        while (NextDeadline <= deadline)
        {
            var group = Groups.First;
            Close(Groups, group, Groups.TimeOf(group), Groups.EndOf(group));
        }
    }

    public override void Save(ByteBuffer output) => Groups.Save(output);

    public override void Load(ref StateReader reader) => Groups.Load(ref reader);
}
