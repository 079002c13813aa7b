using System.Text;
using EdgeStream.Sql;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Makes rows of the records of one stream for one query.</summary>
/// <remarks>A record that is no row, or has a value that does not fit its column, goes to the query's error stream.
/// Allocates nothing for a record that becomes a row, but for lines that a regular expression takes apart.</remarks>
internal sealed class RecordDecoder
{
    private readonly QueryContext _context;
    private readonly SourceStream _source;
    private readonly RowBuffer _row;
    private readonly RecordFields? _fields;
    private readonly int[][] _slots;
    private RecordColumns _columns = new();

    public RecordDecoder(QueryContext context, SourceStream source)
    {
        _context = context;
        _source = source;
        _row = new RowBuffer(source.Columns.Count);
        _fields = source.Input.Format == InputFormat.Json ? null : new RecordFields(source.Input);
        _slots = new int[source.Columns.Count][];
    }

    public SourceStream Source => _source;

    /// <summary>Takes part in the one pass over each record.</summary>
    public void Attach(RecordColumns columns)
    {
        _columns = columns;
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            var paths = _source.Columns[slot].Paths;
            _slots[slot] = _fields is null ? [.. paths.Select(columns.Add)] : [];
        }
    }

    /// <summary>The row of a record; null, and reported, if it is none.</summary>
    /// <param name="record">The record.</param>
    /// <param name="rowtime">Its ROWTIME.</param>
    /// <param name="shard">Where it comes from.</param>
    /// <param name="isJson">Whether the pass over it found a JSON object.</param>
    public RowBuffer? Decode(scoped in StreamRecord record, long rowtime, Shard shard, bool isJson)
    {
        _row.Begin(rowtime);
        if (_fields is null ? !isJson : !_fields.TryRead(record.Data))
        {
            Report(ErrorNames.Parse, $"The record is no {Format()}.", in record, rowtime);
            return null;
        }

        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (!TrySet(slot, in record, shard))
            {
                return null;
            }
        }

        return _row;
    }

    /// <summary>Reports a record that is older than its input allows.</summary>
    /// <param name="record">The record.</param>
    /// <param name="watermark">What its shard has come to: it is the same whenever the record is read.</param>
    public void ReportLate(scoped in StreamRecord record, long watermark) => _context.Errors.Report(
        ErrorNames.Late,
        $"The reading comes too late: more than {_source.Input.Lateness} behind the newest one of its shard, "
        + $"or behind a silence of the shard of more than {_source.Input.IdleTimeout}.",
        watermark,
        record.EventTime.UnixMicroseconds,
        record.Data,
        "");

    private bool TrySet(int slot, scoped in StreamRecord record, Shard shard)
    {
        var column = _source.Columns[slot];
        switch (column.Origin)
        {
            case ColumnOrigin.ArrivalTime:
                _row.SetInteger(slot, SqlType.Timestamp, record.ArrivalTime.UnixMicroseconds);
                return true;
            case ColumnOrigin.EventTime:
                _row.SetInteger(slot, SqlType.Timestamp, record.EventTime.UnixMicroseconds);
                return true;
            case ColumnOrigin.PartitionKey:
                _row.Set(slot, SqlValue.Of(record.PartitionKey));
                return true;
            case ColumnOrigin.ShardId:
                _row.Set(slot, SqlValue.Of(Encoding.ASCII.GetBytes(shard.Id)));
                return true;
            case ColumnOrigin.SequenceNumber:
                _row.SetInteger(slot, SqlType.Integer, record.Sequence.Value);
                return true;
        }

        var value = ValueOf(slot, column, record.Data);
        if (_context.Evaluator.TryConvert(_row, slot, in value, column.Type, null))
        {
            return true;
        }

        var text = new StringBuilder();
        RowText.Append(text, in value);
        Report(
            ErrorNames.Coercion, $"'{text}' does not fit into column {column.Name} {column.Type}.", in record,
            _row.Rowtime);
        return false;
    }

    private SqlValue ValueOf(int slot, SourceColumn column, ReadOnlySpan<byte> data)
    {
        if (_fields is not null)
        {
            return column.Position < _fields.Count && _fields[column.Position] is { IsEmpty: false } field
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

    private string Format() => _source.Input.Format switch
    {
        InputFormat.Csv => "line of fields",
        InputFormat.Regex => "line of the input's pattern",
        _ => "JSON object",
    };

    private void Report(string name, string message, scoped in StreamRecord record, long rowtime) =>
        _context.Errors.Report(name, message, Math.Max(_context.Clock.Now, rowtime), rowtime, record.Data, "");
}
