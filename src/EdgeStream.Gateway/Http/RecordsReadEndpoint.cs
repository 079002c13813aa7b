using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary><c>GET /api/streams/{name}/records</c>: reads from a position and, if asked, waits for what is not there
/// yet.</summary>
/// <remarks>Records come in the order of their shard; several shards are read in turn, parents to their end before
/// their children. An answer holds at most 8 MiB of data.</remarks>
internal static class RecordsReadEndpoint
{
    private const int LimitDefault = 100;
    private const int LimitMax = 10_000;
    private const int WaitSecondsMax = 30;
    private const int DataBytesMax = 8 << 20;
    private const int GapCountMax = 1000;

    /// <summary>Answers the request.</summary>
    public static async Task HandleAsync(HttpContext context, GatewayParts parts, DataStream stream)
    {
        var query = context.Request.Query;
        var limit = Number(query["limit"], "limit", LimitDefault, 1, LimitMax);
        var waitSeconds = Number(query["waitSeconds"], "waitSeconds", 0, 0, WaitSecondsMax);
        var seen = stream.Shards;
        var shards = ShardsOf(stream, query["shard"]);
        var positions = RecordCursor.Parse(query["from"].FirstOrDefault() ?? "trim-horizon", shards, seen);

        var readers = new List<ShardReader>(shards.Count);
        try
        {
            for (var index = 0; index < shards.Count; index++)
            {
                readers.Add(shards[index].OpenReader(positions[index]));
            }

            var body = new ArrayBufferWriter<byte>();
            var hasRecords = Fill(body, stream, readers, limit);
            if (!hasRecords && waitSeconds > 0)
            {
                var waitTime = TimeSpan.FromSeconds(waitSeconds);
                await WaitAsync(
                    stream.WhenShardsChange(seen), readers, waitTime, parts, context.RequestAborted);
                body.ResetWrittenCount();
                Fill(body, stream, readers, limit);
            }

            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentLength = body.WrittenCount;
            await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }
    }

    private static IReadOnlyList<Shard> ShardsOf(DataStream stream, string? id)
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

    private static bool Fill(ArrayBufferWriter<byte> body, DataStream stream, List<ShardReader> readers, int limit)
    {
        using var writer = new Utf8JsonWriter(body, JsonReply.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("stream", stream.Name);
        writer.WriteStartArray("records");
        var gaps = new List<(Shard Shard, LogGap Gap)>();
        var left = limit;
        for (var index = 0; index < readers.Count && left > 0; index++)
        {
            if (HasUnreadParent(readers, readers[index].Shard))
            {
                continue;
            }

            // Each shard gets its share of what is left, so that a busy one does not starve those after it.
            var share = Math.Max(1, left / (readers.Count - index));
            left -= WriteShard(writer, body, readers[index], share, gaps);
        }

        writer.WriteEndArray();
        if (gaps.Count > 0)
        {
            WriteGaps(writer, gaps);
        }

        writer.WriteString("next", RecordCursor.Format(readers));
        writer.WriteEndObject();
        return left < limit || gaps.Count > 0;
    }

    /// <summary>A shard's records come after all of its parents' records.</summary>
    private static bool HasUnreadParent(List<ShardReader> readers, Shard shard)
    {
        foreach (var reader in readers)
        {
            if (shard.IsChildOf(reader.Shard) && !reader.IsAtEnd)
            {
                return true;
            }
        }

        return false;
    }

    private static int WriteShard(
        Utf8JsonWriter writer,
        ArrayBufferWriter<byte> body,
        ShardReader reader,
        int count,
        List<(Shard Shard, LogGap Gap)> gaps)
    {
        var written = 0;
        while (written < count && body.WrittenCount < DataBytesMax && gaps.Count < GapCountMax)
        {
            var step = reader.Read(out var record);
            if (step == LogReadStep.None)
            {
                break;
            }

            if (step == LogReadStep.Gap)
            {
                gaps.Add((reader.Shard, reader.Gap));
                continue;
            }

            RecordJson.Write(writer, reader.Shard, record);
            writer.Flush();
            written++;
        }

        return written;
    }

    private static void WriteGaps(Utf8JsonWriter writer, List<(Shard Shard, LogGap Gap)> gaps)
    {
        writer.WriteStartArray("gaps");
        foreach (var (shard, gap) in gaps)
        {
            writer.WriteStartObject();
            GapJson.WriteMembers(writer, shard, gap);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static async Task WaitAsync(
        Task shardsChange, List<ShardReader> readers, TimeSpan limit, GatewayParts parts, CancellationToken aborted)
    {
        using var timeout = new CancellationTokenSource(limit, parts.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, aborted, parts.Stopping);
        var waits = readers.Where(reader => !reader.IsAtEnd)
            .Select(reader => reader.WaitAsync(stop.Token).AsTask()).ToArray();
        var change = shardsChange.WaitAsync(stop.Token);
        await Task.WhenAny([.. waits, change]);
        await stop.CancelAsync();
        foreach (var wait in waits.Append(change))
        {
            // The others end by cancellation; each must be over before its reader is used again.
            await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
