using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Windows of one size that begin at a fixed distance and overlap: TUMBLE, where the distance is the size, and
/// HOP.</summary>
/// <remarks>A row is counted in every window that it lies in: at most <see cref="WindowsMax"/>.</remarks>
internal sealed class HoppingAggregation(
    QueryContext context, Grouping grouping, long slideMicroseconds, long sizeMicroseconds, RowSink next)
    : GroupingOperator(context, grouping, next)
{
    /// <summary>How many windows may be open at a time.</summary>
    public const int WindowsMax = 256;

    private readonly List<Window> _open = [];
    private readonly Stack<GroupTable> _free = [];

    public override long NextDeadline => _open.Count == 0 ? long.MaxValue : _open[0].Start + sizeMicroseconds;

    public override long SizeBytes
    {
        get
        {
            long size = 0;
            foreach (var window in _open)
            {
                size += window.Groups.SizeBytes;
            }

            return size;
        }
    }

    public override int Count
    {
        get
        {
            var count = 0;
            foreach (var window in _open)
            {
                count += window.Groups.Count;
            }

            return count;
        }
    }

    public override void Take(RowBuffer row)
    {
        var newest = Floor(row.Rowtime, slideMicroseconds);
        var first = newest - ((sizeMicroseconds - 1 - (row.Rowtime - newest)) / slideMicroseconds * slideMicroseconds);
        for (var start = first; start <= newest && row.Rowtime - start < sizeMicroseconds; start += slideMicroseconds)
        {
            var groups = GroupsOf(start);
            var group = AddTo(groups, row, out var isNew);
            if (isNew)
            {
                groups.TimeOf(group) = row.Rowtime;
                KeepBound(groups);
            }
        }
    }

    public override void Fire(long deadline)
    {
        while (NextDeadline <= deadline)
        {
            var (start, groups) = _open[0];
            _open.RemoveAt(0);
            CloseAll(groups, start, start + sizeMicroseconds);
            _free.Push(groups);
        }
    }

    public override void Save(ByteBuffer output)
    {
        output.AppendInt32(_open.Count);
        foreach (var (start, groups) in _open)
        {
            output.AppendInt64(start);
            groups.Save(output);
        }
    }

    public override void Load(ref StateReader reader)
    {
        var count = reader.ReadInt32();
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            GroupsOf(reader.ReadInt64()).Load(ref reader);
        }
    }

    private static long Floor(long time, long unit) => time - (((time % unit) + unit) % unit);

    /// <summary>The groups of a window, which is made in the order of starts.</summary>
    private GroupTable GroupsOf(long start)
    {
        var index = _open.Count;
        while (index > 0 && _open[index - 1].Start >= start)
        {
            index--;
        }

        if (index < _open.Count && _open[index].Start == start)
        {
            return _open[index].Groups;
        }

        var groups = _free.TryPop(out var free) ? free : new GroupTable(Grouping.Functions);
        _open.Insert(index, new Window(start, groups));
        Context.Clock.Schedule(start + sizeMicroseconds);
        return groups;
    }

    private readonly record struct Window(long Start, GroupTable Groups);
}
