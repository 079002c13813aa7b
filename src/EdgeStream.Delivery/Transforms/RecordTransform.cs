using System.Buffers;
using System.Text.Json;
using EdgeStream.Sql;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Filters and makes records by SQL expressions.</summary>
/// <remarks>The same record becomes the same bytes every time. Not thread-safe; allocates nothing per record.</remarks>
internal sealed class RecordTransform
{
    /// <summary>Why data that is no JSON object, or not of Unicode text, fails.</summary>
    public static readonly RejectionCause NoObject = RejectionCause.Of(
        RejectionReason.InvalidData, "Transform.NotJson",
        "The data is no JSON object of Unicode text: nothing can be selected from it.");

    private readonly JsonColumns _columns;
    private readonly SqlExpression? _where;
    private readonly SelectList? _select;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly Utf8JsonWriter _writer;

    /// <summary>Prepares the expressions of a definition that is valid.</summary>
    public RecordTransform(TransformDefinition definition)
    {
        var columns = new ColumnSet();
        _where = definition.Where is { } where ? SqlExpression.ParseCondition(where, columns) : null;
        _select = definition.Select is { } select ? SelectList.Parse(select, columns) : null;
        _columns = new JsonColumns(columns);
        _writer = new Utf8JsonWriter(_output, SelectList.WriterOptions);
    }

    /// <summary>Whether a record goes out, and what its data is then; valid until the next call.</summary>
    public TransformOutcome Apply(scoped in StreamRecord record, out ReadOnlySpan<byte> data)
    {
        data = record.Data;
        var isObject = _columns.TryRead(data);
        var rowtime = record.EventTime.UnixMicroseconds;
        if (_where is not null && !_where.IsTrue(_columns, data, record.PartitionKey, rowtime))
        {
            return TransformOutcome.Dropped;
        }

        if (_select is null)
        {
            return TransformOutcome.Ok;
        }

        if (!isObject)
        {
            return TransformOutcome.Failed;
        }

        _output.ResetWrittenCount();
        _writer.Reset();
        try
        {
            _select.Write(_columns, data, record.PartitionKey, rowtime, _writer);
            _writer.Flush();
        }
        catch (InvalidOperationException)
        {
            // A member's name has an escape that is no Unicode character, such as a lone surrogate.
            return TransformOutcome.Failed;
        }

        data = _output.WrittenSpan;
        return TransformOutcome.Ok;
    }
}
