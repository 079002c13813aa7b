using System.Text.Json;

namespace EdgeStream.Sql;

/// <summary>JSON_VALUE, and a field of a record that a function made: a number, text or boolean inside a JSON text;
/// NULL where there is none, or an object or array.</summary>
internal sealed class JsonValueExpression(Expression operand, JsonPath path) : Expression(null)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var json = operand.EvaluateJson(in row);
        if (json.IsEmpty)
        {
            return SqlValue.Null;
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            return path.TryFind(ref reader) ? Scalar(ref reader, json, row.Scratch) : SqlValue.Null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return SqlValue.Null;
        }
    }

    private static SqlValue Scalar(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json, Scratch scratch)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False:
                return SqlValue.Of(reader.TokenType == JsonTokenType.True);
            case JsonTokenType.Number when reader.TryGetInt64(out var integer):
                return SqlValue.OfInteger(integer);
            case JsonTokenType.Number:
                return reader.TryGetDouble(out var number) ? SqlValue.Of(number) : SqlValue.Null;
            case JsonTokenType.String when !reader.ValueIsEscaped:
                return SqlValue.Of(json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length));
            case JsonTokenType.String:
                var start = scratch.Length;
                scratch.Unescape(ref reader);
                return SqlValue.Of(scratch.Since(start));
            default:
                return SqlValue.Null;
        }
    }
}

/// <summary>JSON_QUERY: an object or array inside a JSON text, as it stands there; NULL where there is none.</summary>
internal sealed class JsonQueryExpression(Expression operand, JsonPath path) : Expression(SqlType.Text)
{
    public override bool IsJson => true;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var json = operand.EvaluateJson(in row);
        if (json.IsEmpty)
        {
            return SqlValue.Null;
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            if (!path.TryFind(ref reader)
                || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            {
                return SqlValue.Null;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return SqlValue.Of(json[start..(int)reader.BytesConsumed]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return SqlValue.Null;
        }
    }
}

/// <summary>JSON_EXISTS: whether a path leads to a value, <c>null</c> included; unknown for NULL.</summary>
internal sealed class JsonExistsExpression(Expression operand, JsonPath path) : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var json = operand.EvaluateJson(in row);
        if (json.IsEmpty)
        {
            return SqlValue.Null;
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            return SqlValue.Of(path.TryFind(ref reader));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return SqlValue.Of(false);
        }
    }
}
