using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary><c>PUT</c> and <c>DELETE /api/queries/{name}</c>, <c>POST /api/queries/check</c>: queries that are kept in
/// the data folder. Durable when it is answered.</summary>
internal static class QueryEndpoint
{
    /// <summary>What a body may take: a text of 64 Ki characters, of up to three bytes or an escape each.</summary>
    public const int BodyBytesMax = 256 << 10;

    private const string PutShape = "The body is {\"sql\":\"SELECT STREAM …\",\"enabled\":true,"
        + "\"outputs\":[{\"from\":\"RESULT\",\"stream\":\"averages\",\"key\":\"DEVICE\"}]}; 'enabled' and 'outputs' "
        + "may be left out.";

    private const string CheckShape = "The body is {\"sql\":\"SELECT STREAM …\"}.";

    /// <summary>Makes a query, or replaces the one of the name.</summary>
    public static async Task PutAsync(HttpContext context, GatewayParts parts, string name)
    {
        using var body = await JsonBody.ReadAsync(context, PutShape, BodyBytesMax);
        var root = body.RootElement;
        JsonBody.RequireMembers(root, PutShape, "sql", "enabled", "outputs");
        var query = new KeptQuery(
            name, SqlOf(root, PutShape), JsonBody.BooleanOf(root, "enabled", PutShape) ?? true, OutputsOf(root));
        var change = await QueryCalls.RunAsync(() => parts.Queries.PutAsync(query, context.RequestAborted));
        if (change == QueryChange.Configured)
        {
            throw new ApiException(Configured(name));
        }

        var listing = parts.Queries.Listings.First(other => other.Status.Name == name);
        await JsonReply.WriteAsync(
            context, change == QueryChange.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK, listing,
            QueriesJson.WriteQuery);
    }

    /// <summary>Forgets one.</summary>
    public static async Task DeleteAsync(HttpContext context, GatewayParts parts, string name)
    {
        switch (await QueryCalls.RunAsync(() => parts.Queries.RemoveAsync(name, context.RequestAborted)))
        {
            case QueryChange.Configured:
                throw new ApiException(Configured(name));
            case QueryChange.NotFound:
                throw new ApiException(new ApiError(
                    StatusCodes.Status404NotFound, "query_not_found", $"There is no query '{name}'.",
                    "GET /api/queries lists them."));
            default:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
        }
    }

    /// <summary>Says what a text would give, and makes nothing of it.</summary>
    public static async Task CheckAsync(HttpContext context, GatewayParts parts)
    {
        using var body = await JsonBody.ReadAsync(context, CheckShape, BodyBytesMax);
        JsonBody.RequireMembers(body.RootElement, CheckShape, "sql");
        var sql = SqlOf(body.RootElement, CheckShape);
        var (statements, columns) = await QueryCalls.RunAsync(() => Task.FromResult(Check(parts, sql)));
        await JsonReply.WriteAsync(
            context, StatusCodes.Status200OK, (statements, columns), static (writer, state) =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("statements", state.statements);
                WriteColumns(writer, state.columns);
                writer.WriteEndObject();
            });
    }

    /// <summary>Writes the member <c>columns</c> of an open object.</summary>
    public static void WriteColumns(Utf8JsonWriter writer, IReadOnlyList<QueryColumn> columns)
    {
        writer.WriteStartArray("columns");
        foreach (var column in columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            writer.WriteString("type", column.Type?.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The text of a body.</summary>
    public static string SqlOf(JsonElement body, string shape)
    {
        var sql = JsonBody.TextOf(body, "sql", shape)
            ?? throw new ApiException(ApiError.Invalid("There is no 'sql'.", shape));
        return sql.Length <= QueryText.LengthMax
            ? sql
            : throw new ApiException(ApiError.Invalid(
                $"'sql' has {sql.Length} characters; it may have {QueryText.LengthMax}.", shape));
    }

    private static (int Statements, IReadOnlyList<QueryColumn> Columns) Check(GatewayParts parts, string sql)
    {
        var definition = parts.Queries.Define("check", sql);
        var streams = QueryEngine.Check(parts.Store, definition);
        return (
            QueryText.CountStatements(sql),
            QueryRun.ResultOf(streams.Keys, definition) is { } result ? streams[result] : []);
    }

    private static List<QueryOutput> OutputsOf(JsonElement body)
    {
        var outputs = new List<QueryOutput>();
        if (!body.TryGetProperty("outputs", out var listed) || listed.ValueKind == JsonValueKind.Null)
        {
            return outputs;
        }

        if (listed.ValueKind != JsonValueKind.Array)
        {
            throw new ApiException(ApiError.Invalid("'outputs' is no array.", PutShape));
        }

        foreach (var output in listed.EnumerateArray())
        {
            if (output.ValueKind != JsonValueKind.Object)
            {
                throw new ApiException(ApiError.Invalid("An output is no object.", PutShape));
            }

            JsonBody.RequireMembers(output, PutShape, "from", "stream", "key");
            outputs.Add(new QueryOutput
            {
                From = JsonBody.TextOf(output, "from", PutShape) ?? "RESULT",
                Stream = JsonBody.TextOf(output, "stream", PutShape)
                    ?? throw new ApiException(ApiError.Invalid("An output names no 'stream'.", PutShape)),
                KeyColumn = JsonBody.TextOf(output, "key", PutShape),
            });
        }

        return outputs;
    }

    private static ApiError Configured(string name) => new(
        StatusCodes.Status409Conflict, "configured_query", $"The query '{name}' belongs to the configuration file.",
        "Change it there and reload, or choose another name.");
}
