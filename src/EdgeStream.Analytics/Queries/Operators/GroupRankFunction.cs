using System.Buffers.Binary;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>GROUP_RANK: the rows of each ROWTIME with their ranks.</summary>
/// <remarks>A group comes when a row of another ROWTIME does, or after the idle time, and has that time as ROWTIME:
/// what is behind the function has seen all before it. NULL is less than every value.</remarks>
internal sealed class GroupRankFunction : TableFunction
{
    private const int MicrosecondsPerMillisecond = 1000;

    private readonly SchemaColumn[] _columns;
    private readonly GroupRank _group;
    private readonly int _slot;
    private readonly SqlType _kind;
    private readonly long _idleMicroseconds;
    private readonly RowBuffer _held;
    private readonly RowBuffer _row;
    private readonly ByteBuffer _bytes = new();
    private long _time;

    private GroupRankFunction(TableFunctionCall call)
    {
        var arguments = new FunctionArguments(
            call, 6, "'rankByColumnName'", "'rankOutColumnName'", "sortOrder", "outputOrder", "maxIdle", "outputMax");
        _slot = arguments.Column(0);
        _kind = call.Columns[_slot].Type?.Kind ?? SqlType.Null;
        _columns = arguments.ColumnsWith(
            new SchemaColumn(arguments.Text(1), new SqlDataType(SqlTypeName.Integer)));
        var isDescending = IsDescending(arguments, 2);
        var order = IsDescending(arguments, 3) ? RankOrder.Descending : RankOrder.Ascending;
        var idle = arguments.Whole(4, 0, int.MaxValue);
        _group = new GroupRank(isDescending, order, idle, arguments.Whole(5, 0, int.MaxValue));
        _idleMicroseconds = (long)idle * MicrosecondsPerMillisecond;
        _held = new RowBuffer(call.Columns.Count);
        _row = new RowBuffer(_columns.Length);
    }

    public override IReadOnlyList<SchemaColumn> Columns => _columns;

    public override long NextDeadline =>
        _group.Count > 0 && _idleMicroseconds > 0 ? _time + _idleMicroseconds : long.MaxValue;

    public override long SizeBytes => _group.SizeBytesMax;

    public static GroupRankFunction Make(TableFunctionCall call) => new(call);

    public override void Take(RowBuffer row, RowSink next)
    {
        _bytes.Clear();
        row.Save(_bytes);
        var (key, bytes) = (KeyOf(row[_slot]), _bytes.Written.ToArray());
        if (!_group.TryAdd(row.Rowtime, key, bytes))
        {
            Close(row.Rowtime, next);
            _group.TryAdd(row.Rowtime, key, bytes);
        }

        _time = row.Rowtime;
    }

    public override void Fire(long deadline, RowSink next) => Close(NextDeadline, next);

    public override void Save(ByteBuffer output)
    {
        output.AppendInt64(_time);
        FunctionState.Save(_group, _bytes, output);
    }

    public override void Load(ref StateReader reader)
    {
        _time = reader.ReadInt64();
        FunctionState.Load(_group, ref reader);
    }

    private static bool IsDescending(FunctionArguments arguments, int index)
    {
        var text = arguments.Text(index);
        var isDescending = text.Equals("desc", StringComparison.OrdinalIgnoreCase);
        return isDescending || text.Equals("asc", StringComparison.OrdinalIgnoreCase)
            ? isDescending
            : throw arguments.Wrong(index, "'asc' or 'desc'");
    }

    private void Close(long time, RowSink next)
    {
        foreach (var (bytes, rank) in _group.Close())
        {
            if (!_held.TryLoad(bytes))
            {
                throw new InvalidDataException("A row of GROUP_RANK is not as it was saved.");
            }

            _row.Begin(time);
            _row.ShareFrom(_held);
            _row.SetInteger(_held.ColumnCount, SqlType.Integer, rank);
            next.Take(_row);
        }
    }

    /// <summary>What a value is ranked by. Whole numbers and times keep all their digits where the column has such a
    /// type; other numbers are ranked as doubles.</summary>
    private byte[] KeyOf(scoped in SqlValue value)
    {
        if (value.IsNull)
        {
            return [];
        }

        if (value.Type is SqlType.Text or SqlType.Binary)
        {
            return value.Text.ToArray();
        }

        if (value.IsNumeric && _kind != SqlType.Integer)
        {
            return GroupRank.SortKeyOf(value.Number);
        }

        var key = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(key, value.Integer ^ long.MinValue);
        return key;
    }
}
