using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeStream.Gateway.Http;

/// <summary>Writes JSON answers.</summary>
internal static class JsonReply
{
    /// <summary>Characters such as ° stay readable; the answers are JSON and never part of HTML.</summary>
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true,
    };

    /// <summary>Answers with what <paramref name="write"/> writes.</summary>
    public static async Task WriteAsync<TState>(
        HttpContext context, int status, TState state, Action<Utf8JsonWriter, TState> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var writer = new Utf8JsonWriter(context.Response.BodyWriter, WriterOptions);
        await using (writer.ConfigureAwait(false))
        {
            write(writer, state);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Answers with <c>{"error":{"code","message","hint"}}</c>, and <c>detail</c>, <c>line</c>, <c>column</c>
    /// and <c>length</c> where a text of SQL is wrong.</summary>
    public static Task WriteErrorAsync(HttpContext context, ApiError error) =>
        WriteAsync(context, error.Status, error, static (writer, e) =>
        {
            writer.WriteStartObject();
            WriteError(writer, e);
            writer.WriteEndObject();
        });

    /// <summary>Writes the member <c>error</c> of an open object.</summary>
    public static void WriteError(Utf8JsonWriter writer, ApiError error)
    {
        writer.WriteStartObject("error");
        writer.WriteString("code", error.Code);
        writer.WriteString("message", error.Message);
        writer.WriteString("hint", error.Hint);
        if (error.Sql is { } sql)
        {
            writer.WriteString("detail", sql.Detail);
            writer.WriteNumber("line", sql.Line);
            writer.WriteNumber("column", sql.Column);
            writer.WriteNumber("length", sql.Length);
        }

        writer.WriteEndObject();
    }
}
