using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeStream.Sql;

/// <summary>What a record becomes: <c>*, temperature * 1.8 + 32 AS fahrenheit, motor.rpm</c>.</summary>
/// <remarks>
/// <para>Each item is a member of the JSON object that is made. It is named by <c>AS</c>, and a column without one by
/// the last name of its path. <c>*</c> stands for the members of the record, but for those that another item is named
/// like or that <c>EXCEPT (name, …)</c> names.</para>
/// <para>A column goes over byte for byte, objects, arrays and long numbers included; what is missing and what is NULL
/// become <c>null</c>. Timestamps are ISO 8601 in UTC with milliseconds.</para>
/// <para>Immutable, so threads may share it; each writes from its own <see cref="JsonColumns"/>. Writing allocates
/// nothing. At most 256 items.</para>
/// </remarks>
public sealed class SelectList
{
    private const int ItemsMax = 256;
    private const int NoSlot = -1;

    /// <summary>How its output is to be written: text stays readable.</summary>
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly List<Item> _items = [];
    private readonly List<byte[]> _except = [];

    private SelectList(string text) => Text = text;

    /// <summary>The text it was made from.</summary>
    public string Text { get; }

    /// <summary>Parses a list and adds the columns it needs to the set.</summary>
    /// <exception cref="SqlException">The text is no such list, an item has no name, or two have the
    /// same.</exception>
    public static SelectList Parse(string text, ColumnSet columns)
    {
        var list = new SelectList(text);
        var syntaxes = SelectListParser.Parse(text);
        if (syntaxes.Count > ItemsMax)
        {
            throw SqlErrors.At(text, syntaxes[ItemsMax].Token, "The list is too long",
                $"It has {syntaxes.Count} items, at most {ItemsMax} are taken.");
        }

        var binder = new Binder(text, columns);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var syntax in syntaxes)
        {
            var name = syntax.Expression is null ? "*" : NameOf(text, syntax);
            if (!names.Add(name))
            {
                throw SqlErrors.At(text, syntax.Alias ?? syntax.Token, $"Two items are named {name}", null,
                    "Give one of them another name by AS.");
            }

            list.Add(syntax, name, binder);
        }

        return list;
    }

    /// <summary>Writes the object that a record becomes.</summary>
    /// <param name="columns">The record's columns, already read.</param>
    /// <param name="json">The bytes they were read from.</param>
    /// <param name="partitionKey">The value of PARTITION_KEY, in UTF-8.</param>
    /// <param name="rowtimeUnixMicroseconds">The value of ROWTIME: the record's event time.</param>
    /// <param name="writer">Takes the object; made with <see cref="WriterOptions"/>.</param>
    public void Write(
        JsonColumns columns, ReadOnlySpan<byte> json, ReadOnlySpan<byte> partitionKey, long rowtimeUnixMicroseconds,
        Utf8JsonWriter writer)
    {
        var row = new Row
        {
            Columns = columns,
            Json = json,
            PartitionKey = partitionKey,
            RowtimeUnixMicroseconds = rowtimeUnixMicroseconds,
        };
        writer.WriteStartObject();
        foreach (var item in _items)
        {
            if (item.Expression is null)
            {
                WriteMembers(json, writer);
                continue;
            }

            writer.WritePropertyName(item.Name);
            if (item.Slot != NoSlot && columns.GetRaw(item.Slot, json) is { IsEmpty: false } raw)
            {
                writer.WriteRawValue(raw, skipInputValidation: true);
            }
            else
            {
                columns.Scratch.ForgetResults();
                Write(item.Expression.Evaluate(in row), item.Expression, columns.Scratch, writer);
            }
        }

        writer.WriteEndObject();
    }

    private static string NameOf(string text, SelectItemSyntax syntax) => syntax switch
    {
        { Alias: { } alias } => alias.Value,
        { Expression: NameSyntax name } => name.Parts[^1].Value,
        _ => throw SqlErrors.At(text, syntax.Token, "An item that is computed needs a name", null,
            "Put AS and a name behind it: temperature * 1.8 + 32 AS fahrenheit."),
    };

    private void Add(SelectItemSyntax syntax, string name, Binder binder)
    {
        if (syntax.Expression is null)
        {
            _items.Add(new Item(default, null, NoSlot));
            _except.AddRange(syntax.Except.Select(token => Encoding.UTF8.GetBytes(token.Value)));
            return;
        }

        var expression = binder.Bind(syntax.Expression);
        var encoded = JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        _items.Add(new Item(encoded, expression, (expression as ColumnExpression)?.Slot ?? NoSlot));
        _except.Add(Encoding.UTF8.GetBytes(name));
    }

    /// <summary>The star. What is copied is valid: the columns were read from it.</summary>
    private void WriteMembers(ReadOnlySpan<byte> json, Utf8JsonWriter writer)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isExcepted = IsExcepted(ref reader);
            if (!isExcepted)
            {
                WriteName(ref reader, writer);
            }

            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!isExcepted)
            {
                writer.WriteRawValue(json[start..(int)reader.BytesConsumed], skipInputValidation: true);
            }
        }
    }

    private bool IsExcepted(ref Utf8JsonReader reader)
    {
        foreach (var name in _except)
        {
            if (reader.ValueTextEquals(name))
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteName(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        if (reader.ValueIsEscaped)
        {
            writer.WritePropertyName(reader.GetString()!);
        }
        else
        {
            writer.WritePropertyName(reader.ValueSpan);
        }
    }

    private static void Write(
        SqlValue value, Expression expression, Scratch scratch, Utf8JsonWriter writer)
    {
        switch (value.Type)
        {
            case SqlType.Integer:
                writer.WriteNumberValue(value.Integer);
                break;
            case SqlType.Double:
                writer.WriteNumberValue(value.Number);
                break;
            case SqlType.Boolean:
                writer.WriteBooleanValue(value.Boolean);
                break;
            case SqlType.Decimal:
                writer.WriteRawValue(TextCasting.Write(in value, null, scratch), skipInputValidation: true);
                break;
            case SqlType.Text when expression.IsJson:
                writer.WriteRawValue(value.Text, skipInputValidation: true);
                break;
            case SqlType.Text:
                writer.WriteStringValue(value.Text);
                break;
            case SqlType.Timestamp:
                WriteTime(value.Integer, writer);
                break;
            case SqlType.Null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteStringValue(TextCasting.Write(in value, expression.DataType, scratch));
                break;
        }
    }

    /// <summary>Times outside the years 1 to 9999 are written as the nearest inside.</summary>
    private static void WriteTime(long unixMicroseconds, Utf8JsonWriter writer)
    {
        Span<byte> text = stackalloc byte[24];
        var microseconds = Math.Clamp(
            unixMicroseconds,
            (DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
            (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        var time = DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
        time.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }

    private readonly record struct Item(JsonEncodedText Name, Expression? Expression, int Slot);
}
