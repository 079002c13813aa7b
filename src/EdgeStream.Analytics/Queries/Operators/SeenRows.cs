using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The rows that have come in the present window.</summary>
internal sealed class SeenRows(QueryContext context, IReadOnlyList<Expression> windowKeys, int inputColumnCount)
    : TimedOperator
{
    private readonly GroupTable _groups = new([]);
    private readonly WindowEnd _windowEnd = new(context.Evaluator, windowKeys, inputColumnCount);
    private long _end = long.MaxValue;

    public override long NextDeadline => _end;

    public override long SizeBytes => _groups.SizeBytes;

    public override int Count => _groups.Count;

    public override void Take(RowBuffer row) => throw new InvalidOperationException("Rows do not pass here.");

    public bool IsNew(ReadOnlySpan<byte> key, long time)
    {
        if (_groups.Count == 0)
        {
            _end = _windowEnd.After(time);
            context.Clock.Schedule(_end);
        }

        _groups.FindOrAdd(key, out var isNew);
        if (_groups.Count > context.Limits.GroupsMax)
        {
            context.Errors.Report(
                ErrorNames.GroupDropped,
                $"DISTINCT remembers {context.Limits.GroupsMax} rows, the most it may: the oldest may come again.",
                time,
                time,
                _groups.KeyOf(_groups.First),
                "");
            _groups.Remove(_groups.First);
        }

        return isNew;
    }

    public override void Fire(long deadline)
    {
        _groups.RemoveAll();
        _end = long.MaxValue;
    }

    public override void Save(ByteBuffer output)
    {
        output.AppendInt64(_end);
        _groups.Save(output);
    }

    public override void Load(ref StateReader reader)
    {
        _end = reader.ReadInt64();
        _groups.Load(ref reader);
    }
}
