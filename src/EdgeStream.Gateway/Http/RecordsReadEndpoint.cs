using System.Buffers;
using System.Globalization;
using EdgeStream.Gateway.Composition;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary><c>GET /api/streams/{name}/records</c>: reads from a position and, if asked, waits for what is not there
/// yet.</summary>
/// <remarks>Records come in the order of their shard; several shards are read in turn, parents to their end before
/// their children. An answer holds at most 8 MiB of data. One of a single partition key has passed at most 10,000
/// records, so that it may be empty before the end: its <c>next</c> goes on behind them.</remarks>
internal static class RecordsReadEndpoint
{
    private const int LimitDefault = 100;
    private const int LimitMax = 10_000;
    private const int WaitSecondsMax = 30;
    private const int DataBytesMax = 8 << 20;

    /// <summary>Answers the request.</summary>
    public static async Task HandleAsync(HttpContext context, GatewayParts parts, DataStream stream)
    {
        var query = context.Request.Query;
        var limit = Number(query["limit"], "limit", LimitDefault, 1, LimitMax);
        var waitSeconds = Number(query["waitSeconds"], "waitSeconds", 0, 0, WaitSecondsMax);
        var seen = stream.Shards;
        var shards = ShardsOf(stream, query["shard"]);
        var positions = RecordCursor.Parse(query["from"].FirstOrDefault() ?? "trim-horizon", shards, seen);
        using var reading = new RecordReading(stream, shards, positions, query["key"]);
        var body = await ReadAsync(
            context, parts, reading, stream.WhenShardsChange(seen), limit, TimeSpan.FromSeconds(waitSeconds));
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    /// <summary>Fills a page, and as long as there is nothing to tell, but no longer than the client waits, fills it
    /// again when more has come.</summary>
    private static async Task<ArrayBufferWriter<byte>> ReadAsync(
        HttpContext context,
        GatewayParts parts,
        RecordReading reading,
        Task shardsChange,
        int limit,
        TimeSpan waitTime)
    {
        var began = parts.Time.GetTimestamp();
        var body = new ArrayBufferWriter<byte>();
        var page = reading.Fill(body, limit, DataBytesMax);
        while (page.IsEmpty && waitTime - parts.Time.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
        {
            // Where only records of other keys were there, more of them are passed before there is anything to wait
            // for; where none has come, the shards have changed or the time is over.
            var hasPassed = page.Looked > 0;
            if (!hasPassed)
            {
                await reading.WaitAsync(shardsChange, left, parts, context.RequestAborted);
            }

            context.RequestAborted.ThrowIfCancellationRequested();
            body.ResetWrittenCount();
            page = reading.Fill(body, limit, DataBytesMax);
            if (!hasPassed && page.Looked == 0)
            {
                break;
            }
        }

        return body;
    }

    /// <summary>The shards that are asked for: one, or all.</summary>
    /// <exception cref="ApiException">There is none of that id.</exception>
    public static IReadOnlyList<Shard> ShardsOf(DataStream stream, string? id)
    {
        if (string.IsNullOrEmpty(id))
        {
            return stream.Shards;
        }

        var shard = stream.Shards.FirstOrDefault(shard => shard.Id == id);
        return shard is not null
            ? [shard]
            : throw new ApiException(new ApiError(
                StatusCodes.Status404NotFound, "shard_not_found", $"The stream '{stream.Name}' has no shard '{id}'.",
                $"Shards: {string.Join(", ", stream.Shards.Select(s => s.Id))}."));
    }

    private static int Number(string? text, string name, int defaultValue, int minimum, int maximum)
    {
        if (string.IsNullOrEmpty(text))
        {
            return defaultValue;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= minimum && value <= maximum
                ? value
                : throw new ApiException(ApiError.Invalid(
                    $"{name}={text} is not allowed.", $"Allowed: a whole number from {minimum} to {maximum}."));
    }
}
