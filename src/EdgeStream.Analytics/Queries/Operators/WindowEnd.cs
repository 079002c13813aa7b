using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Finds when expressions of ROWTIME alone take other values than at a time.</summary>
internal sealed class WindowEnd(Evaluator evaluator, IReadOnlyList<Expression> keys, int columnCount)
{
    /// <summary>A window that lasts longer than this, about two years, ends then.</summary>
    private const long LongestMicroseconds = 1L << 46;

    private readonly RowBuffer _row = new(columnCount);
    private readonly ByteBuffer _before = new();
    private readonly ByteBuffer _after = new();

    /// <summary>The least time behind one at which an expression has another value.</summary>
    public long After(long time)
    {
        Evaluate(time, _before);
        long step = 1;
        while (step < LongestMicroseconds && !IsOther(time + step))
        {
            step *= 2;
        }

        // The change lies behind the one and not behind the other.
        var (same, other) = (time + (step / 2), time + step);
        while (other - same > 1)
        {
            var middle = same + ((other - same) / 2);
            if (IsOther(middle))
            {
                other = middle;
            }
            else
            {
                same = middle;
            }
        }

        return other;
    }

    private bool IsOther(long time)
    {
        Evaluate(time, _after);
        return !_after.Written.SequenceEqual(_before.Written);
    }

    private void Evaluate(long time, ByteBuffer output)
    {
        _row.Begin(time);
        output.Clear();
        for (var index = 0; index < keys.Count; index++)
        {
            evaluator.Append(output, keys[index], _row);
        }
    }
}
