using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Writes rows as JSON objects: one member a column, in order.</summary>
/// <remarks>Numbers are exact, dates and times are texts as SQL writes them, binaries are in base 64. Allocates
/// nothing.</remarks>
internal sealed class RowJson : IDisposable
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly JsonEncodedText[] _names;
    private readonly ByteBuffer _output;
    private readonly Utf8JsonWriter _writer;

    public RowJson(StreamSchema schema, ByteBuffer output)
    {
        _names = [.. schema.Columns.Select(
            column => JsonEncodedText.Encode(column.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        _output = output;
        _writer = new Utf8JsonWriter(output, Options);
    }

    public void Write(RowBuffer row)
    {
        _writer.Reset(_output);
        _writer.WriteStartObject();
        for (var slot = 0; slot < _names.Length; slot++)
        {
            _writer.WritePropertyName(_names[slot]);
            Write(_writer, row[slot]);
        }

        _writer.WriteEndObject();
        _writer.Flush();
    }

    public void Dispose() => _writer.Dispose();

    /// <summary>Writes one value.</summary>
    public static void Write(Utf8JsonWriter writer, scoped in SqlValue value)
    {
        switch (value.Type)
        {
            case SqlType.Null:
                writer.WriteNullValue();
                break;
            case SqlType.Boolean:
                writer.WriteBooleanValue(value.Boolean);
                break;
            case SqlType.Integer:
                writer.WriteNumberValue(value.Integer);
                break;
            case SqlType.Double:
                writer.WriteNumberValue(value.Number);
                break;
            case SqlType.Decimal:
                writer.WriteNumberValue(RowText.DecimalOf(value.Integer, value.Scale));
                break;
            case SqlType.Text:
                writer.WriteStringValue(value.Text);
                break;
            case SqlType.Binary:
                writer.WriteBase64StringValue(value.Text);
                break;
            case SqlType.Months:
                writer.WriteNumberValue(value.Integer);
                break;
            default:
                WriteTime(writer, value.Type, value.Integer);
                break;
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, SqlType type, long value)
    {
        Span<byte> text = stackalloc byte[RowText.TimeLengthMax];
        writer.WriteStringValue(text[..RowText.FormatTime(type, value, text)]);
    }
}
