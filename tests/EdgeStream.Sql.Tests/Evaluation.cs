using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Sql.Tests;

/// <summary>Evaluates a text over one record and writes the result as the expression files do.</summary>
internal static class Evaluation
{
    public static string Of(string expression, string record, string key = "key", DateTimeOffset time = default)
    {
        var columns = new ColumnSet();
        var parsed = SqlExpression.Parse(expression, columns);
        var row = new JsonColumns(columns);
        var json = Encoding.UTF8.GetBytes(record);
        row.TryRead(json);
        var microseconds = (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        return Write(parsed.Evaluate(row, json, Encoding.UTF8.GetBytes(key), microseconds), parsed.ResultType);
    }

    /// <summary>The object that a select list makes of one record.</summary>
    public static string Select(string list, string record, string key = "key", DateTimeOffset time = default)
    {
        var columns = new ColumnSet();
        var parsed = SelectList.Parse(list, columns);
        var row = new JsonColumns(columns);
        var json = Encoding.UTF8.GetBytes(record);
        Assert.True(row.TryRead(json));
        var microseconds = (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, SelectList.WriterOptions);
        parsed.Write(row, json, Encoding.UTF8.GetBytes(key), microseconds, writer);
        writer.Flush();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static string Write(SqlValue value, SqlDataType? type = null) => value.Type switch
    {
        SqlType.Boolean => value.Boolean ? "true" : "false",
        SqlType.Integer => value.Integer.ToString(CultureInfo.InvariantCulture),
        SqlType.Double => value.Number.ToString("R", CultureInfo.InvariantCulture),
        SqlType.Text => $"'{Encoding.UTF8.GetString(value.Text)}'",
        SqlType.Timestamp => DateTimeOffset.UnixEpoch.AddTicks(value.Integer * TimeSpan.TicksPerMicrosecond)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        SqlType.Null => "NULL",
        _ => Encoding.UTF8.GetString(TextCasting.Write(in value, type, new Scratch())),
    };
}
