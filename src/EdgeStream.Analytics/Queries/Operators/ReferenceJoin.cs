using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Joins each row with the rows of a table that is in memory.</summary>
internal sealed class ReferenceJoin(QueryContext context, JoinPlan plan, ReferenceTable table, RowSink next) : RowSink
{
    private readonly RowBuffer _joined = new(plan.ColumnCount);
    private readonly RowBuffer _right = new(plan.RightColumnCount);
    private readonly ByteBuffer _key = new();
    private readonly Dictionary<int, List<int>> _index = [];
    private int _indexedVersion = -1;

    public override void Take(RowBuffer row)
    {
        if (_indexedVersion != table.Version)
        {
            BuildIndex();
        }

        _joined.Begin(row.Rowtime);
        _joined.CopyFrom(row);
        _joined.SetInteger(plan.LeftColumnCount, SqlType.Timestamp, row.Rowtime);
        _joined.SetInteger(plan.ColumnCount - 1, SqlType.Timestamp, row.Rowtime);
        if (!Match(row) && plan.Kind == JoinKind.Left)
        {
            for (var slot = 0; slot < plan.RightColumnCount; slot++)
            {
                _joined.SetNull(plan.RightStart + slot);
            }

            next.Take(_joined);
        }
    }

    private bool Match(RowBuffer row)
    {
        var isMatched = false;
        if (plan.LeftKeys.Count == 0)
        {
            for (var index = 0; index < table.Count; index++)
            {
                isMatched |= TryJoin(index);
            }
        }
        else if (TryHash(plan.LeftKeys, row, out var hash) && _index.TryGetValue(hash, out var candidates))
        {
            foreach (var index in candidates)
            {
                isMatched |= TryJoin(index);
            }
        }

        return isMatched;
    }

    private bool TryJoin(int index)
    {
        var reader = new StateReader(table[index]);
        _joined.LoadColumns(ref reader, plan.RightStart, plan.RightColumnCount);
        if (!context.Evaluator.IsTrue(plan.Condition, _joined))
        {
            return false;
        }

        next.Take(_joined);
        return true;
    }

    private void BuildIndex()
    {
        _index.Clear();
        _indexedVersion = table.Version;
        for (var index = 0; index < table.Count && plan.RightKeys.Count > 0; index++)
        {
            var reader = new StateReader(table[index]);
            _right.Begin(0);
            _right.LoadColumns(ref reader, 0, plan.RightColumnCount);
            if (!TryHash(plan.RightKeys, _right, out var hash))
            {
                continue;
            }

            if (!_index.TryGetValue(hash, out var rows))
            {
                rows = [];
                _index.Add(hash, rows);
            }

            rows.Add(index);
        }
    }

    private bool TryHash(IReadOnlyList<Expression> keys, RowBuffer row, out int hash) =>
        context.Evaluator.TryHash(keys, row, _key, out hash);
}
