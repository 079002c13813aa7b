using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Joins two streams: each row that comes on one side meets the rows in the window of the other
/// side.</summary>
/// <remarks>
/// A side without a window holds the rows of the current ROWTIME. Where a side's rows come out without a partner too,
/// such a row does when its window has passed, with the ROWTIME of that moment.
/// </remarks>
internal sealed class WindowJoin : TimedOperator
{
    private readonly QueryContext _context;
    private readonly JoinPlan _plan;
    private readonly JoinSide _left;
    private readonly JoinSide _right;
    private readonly RowBuffer _joined;
    private readonly RowSink _next;

    public WindowJoin(QueryContext context, JoinPlan plan, JoinWindow left, JoinWindow right, RowSink next)
    {
        _context = context;
        _plan = plan;
        _left = new JoinSide(left, plan.LeftColumnCount, plan.LeftKeys, plan.Kind is JoinKind.Left or JoinKind.Full);
        _right = new JoinSide(
            right, plan.RightColumnCount, plan.RightKeys, plan.Kind is JoinKind.Right or JoinKind.Full);
        _joined = new RowBuffer(plan.ColumnCount);
        _next = next;
        Left = new Entrance(this, isLeft: true);
        Right = new Entrance(this, isLeft: false);
    }

    /// <summary>Where the rows of the left side come in.</summary>
    public RowSink Left { get; }

    /// <summary>Where the rows of the right side come in.</summary>
    public RowSink Right { get; }

    public override long NextDeadline => Math.Min(_left.NextDeadline, _right.NextDeadline);

    public override long SizeBytes => _left.Rows.SizeBytes + _right.Rows.SizeBytes;

    public override int Count => _left.Rows.Count + _right.Rows.Count;

    public override void Take(RowBuffer row) => throw new InvalidOperationException("Rows come in by a side.");

    public override void Fire(long deadline)
    {
        // Of both sides the row that is due first comes out first.
        while (NextDeadline <= deadline)
        {
            var isLeft = _left.NextDeadline <= _right.NextDeadline;
            var side = isLeft ? _left : _right;
            var due = side.NextDeadline;
            while (side.Rows.Count > 0 && side.IsOver(due))
            {
                RemoveFirst(side, isLeft, due);
            }
        }
    }

    public override void Save(ByteBuffer output)
    {
        _left.Rows.Save(output);
        _right.Rows.Save(output);
    }

    public override void Load(ref StateReader reader)
    {
        _left.Rows.Load(ref reader);
        _right.Rows.Load(ref reader);
    }

    private void Take(RowBuffer row, bool isLeft)
    {
        var (own, other) = isLeft ? (_left, _right) : (_right, _left);
        while (other.Rows.Count > 0 && other.IsOver(row.Rowtime))
        {
            RemoveFirst(other, !isLeft, row.Rowtime);
        }

        while (own.Rows.Count > 0 && own.IsOver(row.Rowtime, hasNew: true))
        {
            RemoveFirst(own, isLeft, row.Rowtime);
        }

        var hasHash = own.TryHash(_context.Evaluator, row, out var hash);
        var isMatched = false;
        var rows = other.Rows;
        for (var at = rows.First; hasHash && at < rows.End; at = rows.Next(at))
        {
            if (other.IsCandidate(at, hash) && TryJoin(row, other, at, isLeft))
            {
                isMatched = true;
            }
        }

        own.Add(row, hash, hasHash, isMatched);
        KeepBound(own, isLeft, row.Rowtime);
        _context.Clock.Schedule(NextDeadline);
    }

    private bool TryJoin(RowBuffer row, JoinSide other, long at, bool isLeft)
    {
        _joined.Begin(row.Rowtime);
        Place(row, isLeft);
        PlaceSaved(other.RowAt(at), !isLeft);
        if (!_context.Evaluator.IsTrue(_plan.Condition, _joined))
        {
            return false;
        }

        other.MarkMatched(at);
        _next.Take(_joined);
        return true;
    }

    private void Place(RowBuffer row, bool isLeft)
    {
        var at = isLeft ? 0 : _plan.RightStart;
        _joined.ShareFrom(row, at);
        _joined.SetInteger(at + row.ColumnCount, SqlType.Timestamp, row.Rowtime);
    }

    private void PlaceSaved(ReadOnlySpan<byte> row, bool isLeft)
    {
        var (at, count) = isLeft ? (0, _plan.LeftColumnCount) : (_plan.RightStart, _plan.RightColumnCount);
        var reader = new StateReader(row);
        _joined.SetInteger(at + count, SqlType.Timestamp, reader.ReadInt64());
        _joined.LoadColumns(ref reader, at, count);
    }

    private void RemoveFirst(JoinSide side, bool isLeft, long now)
    {
        var first = side.Rows.First;
        if (side.IsPreserved && !side.IsMatched(first))
        {
            _joined.Begin(now);
            PlaceSaved(side.RowAt(first), isLeft);
            var (at, count) = isLeft ? (_plan.RightStart, _plan.RightColumnCount) : (0, _plan.LeftColumnCount);
            for (var slot = at; slot <= at + count; slot++)
            {
                _joined.SetNull(slot);
            }

            side.Rows.RemoveFirst();
            _next.Take(_joined);
            return;
        }

        side.Rows.RemoveFirst();
    }

    private void KeepBound(JoinSide side, bool isLeft, long now)
    {
        if (side.Rows.Count > _context.Limits.RowsMax)
        {
            _context.Errors.Report(
                ErrorNames.RowDropped,
                $"A side of the join holds {_context.Limits.RowsMax} rows, the most it may: the oldest was dropped.",
                now,
                now,
                side.RowAt(side.Rows.First),
                "");
            RemoveFirst(side, isLeft, now);
        }
    }

    private sealed class Entrance(WindowJoin join, bool isLeft) : RowSink
    {
        public override void Take(RowBuffer row) => join.Take(row, isLeft);
    }
}
