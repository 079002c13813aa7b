using System.Text;
using EdgeStream.Sql;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>The row that a record of a stream is under one schema, made once for all queries that declare the stream
/// alike.</summary>
/// <remarks>Allocates nothing for a record that becomes a row, but for lines that a regular expression takes
/// apart.</remarks>
internal sealed class TypedRow
{
    /// <summary>All columns have their values.</summary>
    public const int Complete = -1;

    /// <summary>The record is nothing of the input's format.</summary>
    public const int Unreadable = -2;

    private readonly QueryInput _input;
    private readonly SourceColumn[] _wanted;
    private readonly RecordColumns _columns;
    private readonly RecordFields? _fields;
    private readonly int[][] _slots;
    private readonly Evaluator _evaluator = new();
    private Shard? _shard;
    private byte[] _shardId = [];
    private long _record;
    private int _outcome;

    public TypedRow(QueryInput input, SourceColumn[] wanted, RecordColumns columns)
    {
        _input = input;
        _wanted = wanted;
        _columns = columns;
        _fields = input.Format == InputFormat.Json ? null : new RecordFields(input);
        _slots = Array.ConvertAll(
            wanted, column => _fields is null ? column.Paths.Select(columns.Add).ToArray() : []);
        Row = new RowBuffer(wanted.Length);
    }

    /// <summary>The row; valid until the next record.</summary>
    public RowBuffer Row { get; }

    /// <summary>Whether records become the same rows by another declaration.</summary>
    public bool IsOf(QueryInput input, SourceColumn[] wanted)
    {
        if (_input.Format != input.Format || _input.FieldDelimiter != input.FieldDelimiter
            || _input.Pattern != input.Pattern || _wanted.Length != wanted.Length)
        {
            return false;
        }

        for (var slot = 0; slot < wanted.Length; slot++)
        {
            var (own, other) = (_wanted[slot], wanted[slot]);
            if (own.Type != other.Type || own.Origin != other.Origin || own.Position != other.Position
                || !own.Paths.SequenceEqual(other.Paths))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes the row of the record that the columns were read of, unless it is made.</summary>
    /// <returns><see cref="Complete"/>, <see cref="Unreadable"/>, or the column whose value does not fit.</returns>
    public int Fill(scoped in StreamRecord record, long rowtime, Shard shard, bool isJson)
    {
        if (_record != _columns.Record)
        {
            _record = _columns.Record;
            Row.Begin(rowtime);
            _outcome = (_fields is null ? isJson : _fields.TryRead(record.Data))
                ? FillColumns(in record, shard)
                : Unreadable;
        }

        return _outcome;
    }

    /// <summary>What the record has for a column, before it was changed into the column's type.</summary>
    public SqlValue ValueOf(int slot, ReadOnlySpan<byte> data)
    {
        if (_fields is not null)
        {
            var position = _wanted[slot].Position;
            return position < _fields.Count && _fields[position] is { IsEmpty: false } field
                ? SqlValue.Of(field)
                : SqlValue.Null;
        }

        foreach (var path in _slots[slot])
        {
            var value = _columns.Get(path, data);
            if (!value.IsNull)
            {
                return value;
            }
        }

        return SqlValue.Null;
    }

    private int FillColumns(scoped in StreamRecord record, Shard shard)
    {
        for (var slot = 0; slot < _wanted.Length; slot++)
        {
            var column = _wanted[slot];
            if (column.Origin != ColumnOrigin.Data)
            {
                SetBuiltIn(slot, column.Origin, in record, shard);
                continue;
            }

            var value = ValueOf(slot, record.Data);
            if (!_evaluator.TryConvert(Row, slot, in value, column.Type, null))
            {
                return slot;
            }
        }

        return Complete;
    }

    private void SetBuiltIn(int slot, ColumnOrigin origin, scoped in StreamRecord record, Shard shard)
    {
        switch (origin)
        {
            case ColumnOrigin.ArrivalTime:
                Row.SetInteger(slot, SqlType.Timestamp, record.ArrivalTime.UnixMicroseconds);
                break;
            case ColumnOrigin.EventTime:
                Row.SetInteger(slot, SqlType.Timestamp, record.EventTime.UnixMicroseconds);
                break;
            case ColumnOrigin.PartitionKey:
                Row.Set(slot, SqlValue.Of(record.PartitionKey));
                break;
            case ColumnOrigin.ShardId:
                if (_shard != shard)
                {
                    (_shard, _shardId) = (shard, Encoding.ASCII.GetBytes(shard.Id));
                }

                Row.Set(slot, SqlValue.Of(_shardId.AsSpan()));
                break;
            default:
                Row.SetInteger(slot, SqlType.Integer, record.Sequence.Value);
                break;
        }
    }
}
