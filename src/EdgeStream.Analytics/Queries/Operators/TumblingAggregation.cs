using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>GROUP BY with expressions of ROWTIME among the keys: all groups close together when one of these takes
/// another value.</summary>
/// <remarks>When that is, is found by asking the expressions themselves, so that any of them that stays the same for a
/// while will do: FLOOR, STEP, or arithmetic. The rows' ROWTIME is the window's end.</remarks>
internal sealed class TumblingAggregation(
    QueryContext context, Grouping grouping, IReadOnlyList<Expression> windowKeys, int inputColumnCount, RowSink next)
    : GroupingOperator(context, grouping, next)
{
    private readonly GroupTable _groups = new(grouping.Functions);
    private readonly WindowEnd _windowEnd = new(context.Evaluator, windowKeys, inputColumnCount);
    private long _start;
    private long _end = long.MaxValue;
    private long _heldUntil = long.MinValue;

    public override long NextDeadline => _end;

    public override long SizeBytes => _groups.SizeBytes;

    public override int Count => _groups.Count;

    public override void Take(RowBuffer row)
    {
        if (_groups.Count == 0)
        {
            _start = row.Rowtime;
            _end = _windowEnd.After(row.Rowtime);
            Context.Clock.Schedule(_end);
        }

        if (_heldUntil != _end || row.Rowtime >= _end)
        {
            // What never goes back and is the same at the window's first and last moment is the same all the while.
            // A window that ends at this moment may give a row to one that has not been closed yet.
            HoldTimeKeys(row);
            _heldUntil = row.Rowtime < _end ? _end : long.MinValue;
        }

        var group = AddTo(_groups, row, out var isNew);
        if (isNew)
        {
            _groups.TimeOf(group) = row.Rowtime;
            KeepBound(_groups);
        }
    }

    public override void Fire(long deadline)
    {
        CloseAll(_groups, _start, _end);
        _end = long.MaxValue;
    }

    public override void Save(ByteBuffer output)
    {
        output.AppendInt64(_start);
        output.AppendInt64(_end);
        _groups.Save(output);
    }

    public override void Load(ref StateReader reader)
    {
        _start = reader.ReadInt64();
        _end = reader.ReadInt64();
        _groups.Load(ref reader);
    }
}
