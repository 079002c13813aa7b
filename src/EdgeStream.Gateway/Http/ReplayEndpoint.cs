using System.Globalization;
using System.Text.Json;
using EdgeStream.Devices;
using EdgeStream.Gateway.Composition;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary><c>POST /api/dead-letter/replay</c>: takes dead letters again, by the routes as they are now, and answers
/// when their records are as durable as their streams promise.</summary>
/// <remarks>Each letter is replayed once, whoever asks how often. An answer is about at most 1,000 letters of one
/// shard.</remarks>
internal static class ReplayEndpoint
{
    /// <summary>Where it is.</summary>
    public const string Path = "/api/dead-letter/replay";

    private const int BodyBytesMax = 4096;
    private const string Shape = "The body is {\"shard\",\"from\",\"to\",\"topic\",\"limit\",\"dryRun\"}, all of which "
        + "may be left out: 'from' is trim-horizon, a number or an ISO 8601 time, 'to' a number or time that is not "
        + "reached, 'topic' a topic filter, 'limit' 1 to 1000.";

    /// <summary>Answers the request.</summary>
    public static async Task HandleAsync(HttpContext context, GatewayParts parts, DataStream stream)
    {
        var request = Parse(await JsonBody.ReadBytesAsync(context, Shape, BodyBytesMax), stream);
        try
        {
            // A client that leaves does not end a replay that has begun.
            var result = await parts.Ingest.ReplayAsync(request, parts.Stopping);
            await JsonReply.WriteAsync(context, StatusCodes.Status200OK, (request, result), Write);
        }
        catch (ArgumentException wrong)
        {
            throw new ApiException(ApiError.Invalid(wrong.Message, Shape));
        }
        catch (IOException failed)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "not_durable",
                $"The replay was cut off: {failed.Message}", "Ask again: what was done is found out. See /health."));
        }
    }

    private static ReplayRequest Parse(ReadOnlyMemory<byte> body, DataStream stream)
    {
        try
        {
            using var document = JsonDocument.Parse(body.IsEmpty ? "{}"u8.ToArray() : body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new ApiException(ApiError.Invalid("The body is no object.", Shape));
            }

            var shard = Text(root, "shard") is { } id
                ? RecordsReadEndpoint.ShardsOf(stream, id)[0]
                : stream.Shards.Count == 1 ? stream.Shards[0]
                : throw new ApiException(ApiError.Invalid(
                    $"The stream has {stream.Shards.Count} shards.",
                    "Name one as 'shard'; GET /api/streams lists them."));
            var to = Text(root, "to") is { } text ? PositionOf(text, "to") : (ShardPosition?)null;
            return new ReplayRequest
            {
                Shard = shard,
                From = Text(root, "from") is { } from and not "trim-horizon"
                    ? PositionOf(from, "from") : ShardPosition.TrimHorizon,
                Before = to is { Kind: ShardPositionKind.AtSequenceNumber } before ? before.Sequence : null,
                Until = to is { Kind: ShardPositionKind.AtTimestamp } until ? until.Time : null,
                TopicFilter = Text(root, "topic"),
                LetterCount = root.TryGetProperty("limit", out var limit) && limit.TryGetInt32(out var count)
                    ? Math.Clamp(count, 1, ReplayRequest.LetterCountMax) : ReplayRequest.LetterCountMax,
                IsDryRun = root.TryGetProperty("dryRun", out var dry) && dry.ValueKind == JsonValueKind.True,
            };
        }
        catch (JsonException error)
        {
            throw new ApiException(ApiError.Invalid($"The body is not JSON: {error.Message}", Shape));
        }
        catch (InvalidOperationException error)
        {
            throw new ApiException(ApiError.Invalid($"A member is of the wrong type: {error.Message}", Shape));
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    private static ShardPosition PositionOf(string text, string name)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return ShardPosition.At(new SequenceNumber(sequence));
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var time)
            ? ShardPosition.AtTime(Timestamp.From(time))
            : throw new ApiException(ApiError.Invalid($"'{name}' is '{text}', which is no position.", Shape));
    }

    private static void Write(Utf8JsonWriter writer, (ReplayRequest Request, ReplayResult Result) answer)
    {
        writer.WriteStartObject();
        writer.WriteString("shard", answer.Request.Shard.Id);
        writer.WriteBoolean("dryRun", answer.Request.IsDryRun);
        writer.WriteStartArray("letters");
        foreach (var letter in answer.Result.Letters)
        {
            writer.WriteStartObject();
            writer.WriteNumber("sequence", letter.Sequence.Value);
            writer.WriteString("topic", letter.Topic);
            writer.WriteString("outcome", NameOf(letter.Outcome));
            writer.WriteString("stream", letter.Stream);
            writer.WriteNumber("records", letter.Records);
            writer.WriteString("reason", letter.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("next", answer.Result.Next.Value.ToString(CultureInfo.InvariantCulture));
        writer.WriteBoolean("atEnd", answer.Result.IsAtEnd);
        writer.WriteString("problem", answer.Result.Problem);
        writer.WriteEndObject();
    }

    /// <summary>The words of the API; frozen.</summary>
    private static string NameOf(ReplayOutcome outcome) => outcome switch
    {
        ReplayOutcome.Replayed => "replayed",
        ReplayOutcome.AlreadyReplayed => "already-replayed",
        ReplayOutcome.StillRefused => "still-refused",
        _ => "not-replayable",
    };
}
