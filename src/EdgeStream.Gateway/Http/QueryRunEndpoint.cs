using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Http;

/// <summary><c>POST /api/queries/run</c>: runs a query for one client, over what is stored or what comes from now
/// on.</summary>
/// <remarks>Nothing is saved. As many at once as <see cref="QueryRuns"/> lets; each may hold <see
/// cref="MemoryBytesMax"/> of state beside what <see cref="RowStream"/>
/// holds.</remarks>
internal sealed class QueryRunEndpoint(GatewayParts parts)
{
    /// <summary>How much memory the state of one may take.</summary>
    public const long MemoryBytesMax = 32L << 20;

    private const string Name = "run";

    private const string Shape = "The body is {\"sql\":\"SELECT STREAM …\",\"from\":\"2026-01-31T12:00:00Z\","
        + "\"to\":\"1h\",\"limit\":100,\"stream\":\"AVERAGES\",\"rowtime\":true}, or \"query\":\"<name>\" for 'sql'; "
        + "the others may be left out. 'from' and 'to' are times, or how long ago.";

    /// <summary>Serves the client until the run is over, it leaves, or the gateway stops.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var (definition, options, limit, hasRowtime) = await ReadAsync(context);
        using var run = parts.QueryRuns.TryBegin(options.IsHistory, out var full)
            ?? throw new ApiException(TooMany(full));
        using var rows = new RowStream(context, limit, hasRowtime, parts.Time);
        await RunAsync(context, definition, options, rows);
    }

    private async Task RunAsync(
        HttpContext context, QueryDefinition definition, QueryRunOptions options, RowStream rows)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(parts.Stopping, context.RequestAborted);
        var began = parts.Time.GetTimestamp();
        try
        {
            var result = await QueryRun.RunAsync(parts.Store, definition, options, rows, stop.Token);
            await rows.EndAsync(writer => WriteEnd(writer, rows.Rows, result, began), stop.Token);
        }
        catch (Exception error) when (QueryCalls.ErrorOf(error) is { } refused)
        {
            if (!rows.HasBegun)
            {
                throw new ApiException(refused);
            }

            await EndAsync(rows, refused, context.RequestAborted);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested && rows.HasBegun)
        {
            if (!parts.Stopping.IsCancellationRequested)
            {
                // It takes nothing.
                context.Abort();
                return;
            }

            await EndAsync(
                rows, new ApiError(StatusCodes.Status503ServiceUnavailable, "stopping", "The gateway stops.", ""),
                context.RequestAborted);
        }
    }

    private static Task EndAsync(RowStream rows, ApiError error, CancellationToken cancellationToken) => rows.EndAsync(
        writer =>
        {
            writer.WriteStartObject();
            JsonReply.WriteError(writer, error);
            writer.WriteEndObject();
        },
        cancellationToken);

    private void WriteEnd(Utf8JsonWriter writer, long rows, QueryHistoryResult result, long began)
    {
        writer.WriteStartObject();
        writer.WriteNumber("rows", rows);
        writer.WriteNumber("records", result.Records);
        writer.WriteNumber("elapsedSeconds", Math.Round(parts.Time.GetElapsedTime(began).TotalSeconds, 6));
        writer.WriteNumber("errors", result.Errors);
        writer.WriteString("lastError", result.LastError);
        writer.WriteEndObject();
    }

    private async Task<(QueryDefinition, QueryRunOptions, long Limit, bool HasRowtime)> ReadAsync(HttpContext context)
    {
        using var body = await JsonBody.ReadAsync(context, Shape, QueryEndpoint.BodyBytesMax);
        var root = body.RootElement;
        JsonBody.RequireMembers(root, Shape, "sql", "query", "from", "to", "limit", "stream", "rowtime");
        var query = JsonBody.TextOf(root, "query", Shape);
        var known = query is null ? null : Find(query);
        if (known is not null && root.TryGetProperty("sql", out _))
        {
            throw new ApiException(ApiError.Invalid("There are both 'sql' and 'query'.", Shape));
        }

        var sql = known?.Sql ?? QueryEndpoint.SqlOf(root, Shape);
        var (from, to) = (TimeOf(root, "from"), TimeOf(root, "to"));
        var limit = LimitOf(root);
        var stream = JsonBody.TextOf(root, "stream", Shape);
        var hasRowtime = JsonBody.BooleanOf(root, "rowtime", Shape) ?? false;
        return await QueryCalls.RunAsync(() =>
        {
            var definition = known ?? parts.Queries.Define(Name, sql);
            return Task.FromResult((
                definition with { MemoryBytesMax = MemoryBytesMax },
                new QueryRunOptions
                {
                    Stream = stream,
                    IsHistory = from is not null || to is not null || QueryText.IsOverHistory(sql),
                    From = from,
                    To = to,
                    Time = parts.Time,
                },
                limit,
                hasRowtime));
        });
    }

    private QueryDefinition Find(string name) => parts.Queries.Find(name) ?? throw new ApiException(new ApiError(
        StatusCodes.Status404NotFound, "query_not_found", $"There is no query '{name}'.",
        "GET /api/queries lists them."));

    private Timestamp? TimeOf(JsonElement body, string name) =>
        JsonBody.TextOf(body, name, Shape) is not { } text ? null
        : MomentText.TryParse(text, parts.Time.GetUtcNow(), out var time) ? time
        : throw new ApiException(ApiError.Invalid($"'{name}' cannot be '{text}'; write {MomentText.Allowed}.", Shape));

    private static long LimitOf(JsonElement body)
    {
        if (!body.TryGetProperty("limit", out var limit) || limit.ValueKind == JsonValueKind.Null)
        {
            return long.MaxValue;
        }

        return limit.ValueKind == JsonValueKind.Number && limit.TryGetInt64(out var count) && count > 0
            ? count
            : throw new ApiException(ApiError.Invalid("'limit' is no whole number above 0.", Shape));
    }

    private static ApiError TooMany(string what) => new(
        StatusCodes.Status503ServiceUnavailable, "too_many_runs", $"{what} already.", "End one and try again.");
}
