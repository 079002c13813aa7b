using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/streams</c>.</summary>
internal static class StreamsJson
{
    /// <summary>Writes <c>{"streams":[…]}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartObject();
        WriteList(writer, parts);
        writer.WriteEndObject();
    }

    /// <summary>Writes the member <c>streams</c> of an open object.</summary>
    public static void WriteList(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("streams");
        foreach (var stream in parts.Store.Streams)
        {
            WriteStream(writer, stream, parts);
        }

        writer.WriteEndArray();
    }

    private static void WriteStream(Utf8JsonWriter writer, DataStream stream, GatewayParts parts)
    {
        var rates = parts.Rates;
        var statistics = stream.Statistics;
        var failure = stream.Failure;
        var definition = stream.Definition;
        double recordsPerSecond = 0;
        double bytesPerSecond = 0;
        foreach (var shard in stream.Shards)
        {
            recordsPerSecond += rates.Of(shard).Records.PerSecond;
            bytesPerSecond += rates.Of(shard).Bytes.PerSecond;
        }

        writer.WriteStartObject();
        writer.WriteString("name", stream.Name);
        writer.WriteString("state", failure is not null ? "failed" : stream.IsDiskFull ? "full" : "active");
        writer.WriteString("error", failure?.Message);
        writer.WriteString("durability", definition.Durability.ToString());
        writer.WriteNumber("unsyncedAgeSeconds", Math.Round(stream.UnsyncedAge.TotalSeconds, 3));
        writer.WriteNumber("records", statistics.StoredRecords);
        writer.WriteNumber("bytes", statistics.StoredBytes);
        writer.WriteNumber("appendedRecords", statistics.AppendedRecords);
        writer.WriteNumber("evictedRecords", statistics.EvictedRecords);
        writer.WriteNumber("lostRecords", statistics.LostRecords);
        writer.WriteNumber("duplicateRecords", stream.DuplicateRecords);
        WriteEvictions(writer, stream.Evictions);
        writer.WriteNumber("diskBytes", stream.SizeBytes);
        writer.WriteNumber("protectedBytes", stream.ProtectedBytes);
        writer.WriteString("priority", PriorityWord(definition.Priority));
        writer.WriteString("whenFull", definition.WhenFull == WhenFull.Reject ? "reject" : "drop-oldest");
        writer.WriteRate("recordsPerSecond", recordsPerSecond);
        writer.WriteRate("bytesPerSecond", bytesPerSecond);
        writer.WriteNumber("retentionAgeSeconds", (long)definition.RetentionAge.TotalSeconds);
        writer.WriteNumber("retentionBytes", definition.RetentionBytes);
        WriteScrub(writer, stream.Scrub);
        WriteGroups(writer, parts.Store.Groups.List(stream));
        writer.WriteStartArray("shards");
        foreach (var shard in stream.Shards)
        {
            WriteShard(writer, shard, rates.Of(shard));
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteGroups(Utf8JsonWriter writer, IReadOnlyList<ConsumerGroup> groups)
    {
        writer.WriteStartArray("groups");
        foreach (var group in groups)
        {
            writer.WriteStartObject();
            writer.WriteString("name", group.Name);
            writer.WriteNumber("members", group.MemberCount);
            writer.WriteNumber("pendingRecords", group.PendingRecords);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteScrub(Utf8JsonWriter writer, ScrubStatus scrub)
    {
        writer.WriteStartObject("scrub");
        writer.WriteNumber("checkedBytes", scrub.CheckedBytes);
        writer.WriteNumber("repairedIndexes", scrub.RepairedIndexes);
        writer.WriteString("lastPass", scrub.LastPass?.ToString());
        writer.WriteStartArray("rot");
        foreach (var rot in scrub.Rot)
        {
            writer.WriteStringValue(rot.ToString());
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteEvictions(Utf8JsonWriter writer, in StreamEvictions evictions)
    {
        writer.WriteStartObject("evictions");
        writer.WriteNumber("age", evictions.Age);
        writer.WriteNumber("bytes", evictions.Bytes);
        writer.WriteNumber("budget", evictions.Budget);
        writer.WriteNumber("diskFull", evictions.DiskFull);
        writer.WriteNumber("unattributed", evictions.Unattributed);
        writer.WriteEndObject();
    }

    private static string PriorityWord(StreamPriority priority) => priority switch
    {
        StreamPriority.Low => "low",
        StreamPriority.High => "high",
        _ => "normal",
    };

    private static void WriteShard(Utf8JsonWriter writer, Shard shard, ShardRates rates)
    {
        var statistics = shard.Statistics;
        writer.WriteStartObject();
        WritePlace(writer, shard);
        writer.WriteNumber("oldestSequence", shard.OldestSequence.Value);
        writer.WriteNumber("newestSequence", shard.NewestSequence.Value);
        writer.WriteNumber("records", statistics.StoredRecords);
        writer.WriteNumber("bytes", statistics.StoredBytes);
        writer.WriteRate("recordsPerSecond", rates.Records.PerSecond);
        writer.WriteRate("bytesPerSecond", rates.Bytes.PerSecond);
        writer.WriteEndObject();
    }

    /// <summary>Writes which shard it is, where it comes from and which hash keys it has, into an open
    /// object.</summary>
    public static void WritePlace(Utf8JsonWriter writer, Shard shard)
    {
        writer.WriteString("id", shard.Id);
        writer.WriteString("state", shard.State == ShardState.Open ? "open" : "closed");
        if (shard.ParentShardId is { } parent)
        {
            writer.WriteString("parentShard", parent);
        }

        if (shard.AdjacentParentShardId is { } adjacent)
        {
            writer.WriteString("adjacentParentShard", adjacent);
        }

        writer.WriteString("startingHashKey", JsonNames.HashKey(shard.StartingHashKey));
        writer.WriteString("endingHashKey", JsonNames.HashKey(shard.EndingHashKey));
    }
}
