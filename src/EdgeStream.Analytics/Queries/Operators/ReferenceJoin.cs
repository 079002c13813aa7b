using System.Numerics;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Joins each row with the rows of a table that is in memory.</summary>
internal sealed class ReferenceJoin(QueryContext context, JoinPlan plan, ReferenceTable table, RowSink next) : RowSink
{
    private const int None = -1;

    private readonly RowBuffer _joined = new(plan.ColumnCount);
    private readonly RowBuffer _right = new(plan.RightColumnCount);
    private readonly ByteBuffer _key = new();
    private int[] _heads = [];
    private IndexedRow[] _rows = [];
    private int _indexedVersion = -1;

    public override void Take(RowBuffer row)
    {
        if (_indexedVersion != table.Version)
        {
            BuildIndex();
        }

        _joined.Begin(row.Rowtime);
        _joined.ShareFrom(row);
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
        else if (TryHash(plan.LeftKeys, row, out var hash))
        {
            for (var index = _heads[hash & (_heads.Length - 1)]; index != None; index = _rows[index].Next)
            {
                isMatched |= _rows[index].Hash == hash && TryJoin(index);
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

    /// <summary>From the last row to the first, so that rows of one key are met in the table's order.</summary>
    private void BuildIndex()
    {
        _indexedVersion = table.Version;
        if (plan.RightKeys.Count == 0)
        {
            return;
        }

        _heads = new int[BitOperations.RoundUpToPowerOf2((uint)table.Count + 1)];
        Array.Fill(_heads, None);
        _rows = new IndexedRow[table.Count];
        for (var index = table.Count - 1; index >= 0; index--)
        {
            var reader = new StateReader(table[index]);
            _right.Begin(0);
            _right.LoadColumns(ref reader, 0, plan.RightColumnCount);
            if (TryHash(plan.RightKeys, _right, out var hash))
            {
                ref var head = ref _heads[hash & (_heads.Length - 1)];
                _rows[index] = new IndexedRow(hash, head);
                head = index;
            }
        }
    }

    private bool TryHash(IReadOnlyList<Expression> keys, RowBuffer row, out int hash) =>
        context.Evaluator.TryHash(keys, row, _key, out hash);

    /// <summary>A row of the table by the hash of its key, and the next one with such a hash.</summary>
    private readonly record struct IndexedRow(int Hash, int Next);
}
