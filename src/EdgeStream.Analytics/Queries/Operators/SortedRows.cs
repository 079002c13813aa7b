using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>ORDER BY: holds the rows while the leading expression stays the same, then gives them on in
/// order.</summary>
/// <remarks>A row of the input is the columns that go on, and behind them the values to sort by.</remarks>
internal sealed class SortedRows : TimedOperator
{
    private readonly QueryContext _context;
    private readonly int _columnCount;
    private readonly bool[] _isDescending;
    private readonly WindowEnd _windowEnd;
    private readonly RowSink _next;
    private readonly RowBuffer _output;
    private readonly ByteBuffer _entry = new();
    private readonly List<byte[]> _rows = [];
    private long _end = long.MaxValue;
    private long _sizeBytes;

    /// <summary>Sorts by the columns behind the first ones; the leading one is an expression of ROWTIME.</summary>
    public SortedRows(
        QueryContext context,
        int columnCount,
        IReadOnlyList<bool> isDescending,
        Expression leading,
        int inputColumnCount,
        RowSink next)
    {
        _context = context;
        _columnCount = columnCount;
        _isDescending = [.. isDescending];
        _windowEnd = new WindowEnd(context.Evaluator, [leading], inputColumnCount);
        _next = next;
        _output = new RowBuffer(columnCount);
    }

    public override long NextDeadline => _end;

    public override long SizeBytes => _sizeBytes;

    public override int Count => _rows.Count;

    public override void Take(RowBuffer row)
    {
        if (_rows.Count == 0)
        {
            _end = _windowEnd.After(row.Rowtime);
            _context.Clock.Schedule(_end);
        }

        if (_rows.Count == _context.Limits.RowsMax)
        {
            _context.Errors.Report(
                ErrorNames.RowDropped,
                $"ORDER BY holds {_rows.Count} rows, the most it may: the oldest one was dropped.",
                row.Rowtime,
                row.Rowtime,
                _rows[0],
                "");
            _rows.RemoveAt(0);
        }

        _entry.Clear();
        row.Save(_entry);
        _rows.Add(_entry.Written.ToArray());
        _sizeBytes += _entry.Length;
    }

    public override void Fire(long deadline)
    {
        // The order of arrival decides between equals.
        var sorted = new List<byte[]>(_rows.Count);
        sorted.AddRange(_rows.Select((row, index) => (row, index))
            .Order(Comparer<(byte[] Row, int Index)>.Create(
                (left, right) => Compare(left.Row, right.Row) is var order and not 0
                    ? order
                    : left.Index.CompareTo(right.Index)))
            .Select(pair => pair.Item1));
        _rows.Clear();
        _sizeBytes = 0;
        _end = long.MaxValue;
        foreach (var row in sorted)
        {
            var reader = new StateReader(row);
            _output.Begin(reader.ReadInt64());
            _output.LoadColumns(ref reader, 0, _columnCount);
            _next.Take(_output);
        }
    }

    public override void Save(ByteBuffer output)
    {
        output.AppendInt64(_end);
        output.AppendInt32(_rows.Count);
        foreach (var row in _rows)
        {
            output.AppendInt32(row.Length);
            output.Append(row);
        }
    }

    public override void Load(ref StateReader reader)
    {
        _end = reader.ReadInt64();
        var count = reader.ReadInt32();
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            _rows.Add(reader.ReadBytes(reader.ReadInt32()).ToArray());
            _sizeBytes += _rows[^1].Length;
        }
    }

    /// <summary>NULLs come first; values that cannot be compared count as equal.</summary>
    private int Compare(byte[] left, byte[] right)
    {
        var first = KeysOf(left);
        var second = KeysOf(right);
        foreach (var isDescending in _isDescending)
        {
            var one = first.ReadValue();
            var other = second.ReadValue();
            var order = one.IsNull || other.IsNull
                ? other.IsNull.CompareTo(one.IsNull)
                : Comparison.TryCompare(in one, in other, out var compared) ? compared : 0;
            if (order != 0)
            {
                return isDescending ? -order : order;
            }
        }

        return 0;
    }

    private StateReader KeysOf(byte[] row)
    {
        var reader = new StateReader(row);
        reader.ReadInt64();
        for (var slot = 0; slot < _columnCount; slot++)
        {
            reader.ReadValue();
        }

        return reader;
    }
}
