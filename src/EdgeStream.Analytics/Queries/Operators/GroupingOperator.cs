using System.Text;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The common part of aggregations: finds a row's group, and makes a row of a group.</summary>
internal abstract class GroupingOperator(QueryContext context, Grouping grouping, RowSink next) : TimedOperator
{
    private readonly ByteBuffer _key = new();
    private readonly RowBuffer _output = new(grouping.ColumnCount);
    private readonly ByteBuffer?[] _held = new ByteBuffer?[grouping.Keys.Length];

    protected QueryContext Context => context;

    protected Grouping Grouping => grouping;

    /// <summary>Adds a row to its group; the group, and whether the row has begun it.</summary>
    protected int AddTo(GroupTable groups, RowBuffer row, out bool isNew)
    {
        _key.Clear();
        var keys = grouping.Keys;
        for (var index = 0; index < keys.Length; index++)
        {
            if (_held[index] is { } held)
            {
                _key.Append(held.Written);
            }
            else
            {
                context.Evaluator.Append(_key, keys[index], row);
            }
        }

        var group = groups.FindOrAdd(_key.Written, out isNew);
        groups.Add(group, context.Evaluator, grouping.Arguments, row);
        return group;
    }

    /// <summary>Has the keys that only follow ROWTIME be those of this row, for all rows until it is called
    /// again.</summary>
    protected void HoldTimeKeys(RowBuffer row)
    {
        for (var index = 0; index < _held.Length; index++)
        {
            if (grouping.Keys[index].FollowsRowtime)
            {
                var held = _held[index] ??= new ByteBuffer();
                held.Clear();
                context.Evaluator.Append(held, grouping.Keys[index], row);
            }
        }
    }

    /// <summary>Drops the oldest group where there are more than allowed.</summary>
    protected void KeepBound(GroupTable groups)
    {
        if (groups.Count <= context.Limits.GroupsMax)
        {
            return;
        }

        var oldest = groups.First;
        context.Errors.Report(
            ErrorNames.GroupDropped,
            $"The aggregation holds {context.Limits.GroupsMax} groups, the most it may: the oldest one was dropped.",
            context.Clock.Now,
            groups.TimeOf(oldest),
            Encoding.UTF8.GetBytes(Describe(groups.KeyOf(oldest))),
            "");
        groups.Remove(oldest);
    }

    /// <summary>Gives the group's row on and removes the group.</summary>
    protected void Close(GroupTable groups, int group, long start, long end)
    {
        Fill(groups, group, start, end);
        groups.Remove(group);
        next.Take(_output);
    }

    /// <summary>Gives the rows of all groups on, the oldest first, and removes the groups.</summary>
    protected void CloseAll(GroupTable groups, long start, long end)
    {
        for (var group = groups.First; group >= 0; group = groups.Next(group))
        {
            Fill(groups, group, start, end);
            next.Take(_output);
        }

        groups.RemoveAll();
    }

    private void Fill(GroupTable groups, int group, long start, long end)
    {
        _output.Begin(end);
        var reader = new StateReader(groups.KeyOf(group));
        _output.LoadColumns(ref reader, 0, grouping.Keys.Length);
        var states = groups.StatesOf(group);
        for (var index = 0; index < states.Length; index++)
        {
            _output.Set(grouping.Keys.Length + index, states[index].Result);
        }

        _output.SetInteger(grouping.WindowStartSlot, SqlType.Timestamp, start);
        _output.SetInteger(grouping.WindowStartSlot + 1, SqlType.Timestamp, end);
    }

    private string Describe(ReadOnlySpan<byte> key)
    {
        var reader = new StateReader(key);
        var builder = new StringBuilder();
        for (var index = 0; index < grouping.Keys.Length; index++)
        {
            builder.Append(index == 0 ? "" : ", ");
            RowText.Append(builder, reader.ReadValue());
        }

        return builder.ToString();
    }
}
