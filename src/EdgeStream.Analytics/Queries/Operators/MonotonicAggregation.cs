using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>GROUP BY with keys that the query says are MONOTONIC: all groups close when a row brings another value of
/// one of these, with the ROWTIME of that row, or when a key of ROWTIME alone takes another value.</summary>
/// <remarks>Saved as: start 8 bytes, end 8, length 4 and bytes of the keys' values, groups.</remarks>
internal sealed class MonotonicAggregation(
    QueryContext context,
    Grouping grouping,
    IReadOnlyList<Expression> monotonicKeys,
    IReadOnlyList<Expression> windowKeys,
    int inputColumnCount,
    RowSink next)
    : GroupingOperator(context, grouping, next)
{
    private readonly GroupTable _groups = new(grouping.Functions);
    private readonly WindowEnd? _windowEnd =
        windowKeys.Count == 0 ? null : new WindowEnd(context.Evaluator, windowKeys, inputColumnCount);
    private readonly ByteBuffer _open = new();
    private readonly ByteBuffer _current = new();
    private long _start;
    private long _end = long.MaxValue;

    public override long NextDeadline => _end;

    public override long SizeBytes => _groups.SizeBytes + _open.Length;

    public override int Count => _groups.Count;

    public override void Take(RowBuffer row)
    {
        _current.Clear();
        for (var index = 0; index < monotonicKeys.Count; index++)
        {
            Context.Evaluator.Append(_current, monotonicKeys[index], row);
        }

        if (_groups.Count > 0 && !_current.Written.SequenceEqual(_open.Written))
        {
            CloseAll(row.Rowtime);
        }

        if (_groups.Count == 0)
        {
            _open.Clear();
            _open.Append(_current.Written);
            _start = row.Rowtime;
            _end = _windowEnd?.After(row.Rowtime) ?? long.MaxValue;
            Context.Clock.Schedule(_end);
        }

        var group = AddTo(_groups, row, out var isNew);
        if (isNew)
        {
            _groups.TimeOf(group) = row.Rowtime;
            KeepBound(_groups);
        }
    }

    public override void Fire(long deadline) => CloseAll(_end);

    public override void Save(ByteBuffer output)
    {
        output.AppendInt64(_start);
        output.AppendInt64(_end);
        output.AppendInt32(_open.Length);
        output.Append(_open.Written);
        _groups.Save(output);
    }

    public override void Load(ref StateReader reader)
    {
        _start = reader.ReadInt64();
        _end = reader.ReadInt64();
        _open.Clear();
        _open.Append(reader.ReadBytes(reader.ReadInt32()));
        _groups.Load(ref reader);
    }

    private void CloseAll(long end)
    {
        CloseAll(_groups, _start, end);
        _end = long.MaxValue;
    }
}
