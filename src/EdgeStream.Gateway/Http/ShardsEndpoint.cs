using System.Globalization;
using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary><c>POST /api/streams/{name}/shards</c>: splits, merges or scales, and answers with the shards when it is
/// durable.</summary>
/// <remarks>Records go on to be taken and read meanwhile. A client that leaves does not end a change that has
/// begun.</remarks>
internal static class ShardsEndpoint
{
    private const int BodyBytesMax = 4096;
    private const string Shape = "The body is {\"shards\":4}, {\"split\":\"shardId-000000000000\"}, with \"at\":\"<hash"
        + " key>\" if it is not the middle, or {\"merge\":[\"shardId-000000000000\",\"shardId-000000000001\"]}.";

    /// <summary>Answers the request.</summary>
    public static async Task HandleAsync(HttpContext context, GatewayParts parts, DataStream stream)
    {
        using var body = await JsonBody.ReadAsync(context, Shape, BodyBytesMax);
        try
        {
            await ChangeAsync(parts.Store, stream, body.RootElement);
        }
        catch (ReshardException refused)
        {
            throw new ApiException(ErrorOf(refused));
        }
        catch (IOException failed)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "not_durable",
                $"The shards are as they were: {failed.Message}", "See /health."));
        }

        await JsonReply.WriteAsync(context, StatusCodes.Status200OK, stream, Write);
    }

    private static ValueTask ChangeAsync(StreamStore store, DataStream stream, JsonElement body)
    {
        if (body.TryGetProperty("shards", out var count) && count.TryGetNumber(out var target))
        {
            return store.UpdateShardCountAsync(stream.Name, target);
        }

        if (body.TryGetProperty("split", out var split) && split.ValueKind == JsonValueKind.String)
        {
            return store.SplitShardAsync(stream.Name, split.GetString()!, PlaceOf(stream, split, body));
        }

        if (body.TryGetProperty("merge", out var merge)
            && merge.ValueKind == JsonValueKind.Array
            && merge.GetArrayLength() == 2
            && merge[0].ValueKind == JsonValueKind.String
            && merge[1].ValueKind == JsonValueKind.String)
        {
            return store.MergeShardsAsync(stream.Name, merge[0].GetString()!, merge[1].GetString()!);
        }

        throw new ApiException(ApiError.Invalid("The body says neither to split nor to merge nor to scale.", Shape));
    }

    private static bool TryGetNumber(this JsonElement element, out int number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out number);
    }

    /// <summary>The hash key that begins the upper part; the middle where none is said.</summary>
    private static UInt128 PlaceOf(DataStream stream, JsonElement split, JsonElement body)
    {
        if (body.TryGetProperty("at", out var at))
        {
            return at.ValueKind == JsonValueKind.String
                && UInt128.TryParse(at.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var key)
                ? key
                : throw new ApiException(ApiError.Invalid("'at' is no hash key: a text of decimal digits.", Shape));
        }

        return stream.TryGetShard(split.GetString()!, out var shard)
            ? shard.StartingHashKey + ((shard.EndingHashKey - shard.StartingHashKey) / 2) + 1
            : UInt128.Zero;
    }

    private static ApiError ErrorOf(ReshardException refused) => refused.Refusal switch
    {
        ReshardRefusal.NoStream or ReshardRefusal.NoShard => new ApiError(
            StatusCodes.Status404NotFound, "shard_not_found", refused.Message, "GET /api/streams lists the shards."),
        ReshardRefusal.NotOpen => new ApiError(
            StatusCodes.Status409Conflict, "shard_closed", refused.Message, "GET /api/streams lists the shards."),
        _ => ApiError.Invalid(refused.Message, Shape),
    };

    private static void Write(Utf8JsonWriter writer, DataStream stream)
    {
        writer.WriteStartObject();
        writer.WriteString("stream", stream.Name);
        writer.WriteStartArray("shards");
        foreach (var shard in stream.Shards)
        {
            writer.WriteStartObject();
            StreamsJson.WritePlace(writer, shard);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
