using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>The members of a stream's entry that Kinesis's API sets, their names frozen by a test.</summary>
internal static class StreamAttributesFormat
{
    internal static void WriteMembers(Utf8JsonWriter writer, StreamAttributes attributes)
    {
        writer.WriteNumber("id", attributes.Id);
        writer.WriteNumber("createdAt", attributes.CreatedAt.UnixMicroseconds);
        writer.WriteString("mode", attributes.Mode == StreamMode.Provisioned ? "provisioned" : "on-demand");
        writer.WriteNumber("recordSizeBytesMax", attributes.RecordSizeBytesMax);
        WriteTags(writer, attributes.Tags);
        if (attributes.ShardMetrics != ShardLevelMetrics.None)
        {
            writer.WriteNumber("shardMetrics", (int)attributes.ShardMetrics);
        }

        WriteText(writer, "encryptionKey", attributes.EncryptionKeyId);
        WriteText(writer, "policy", attributes.ResourcePolicy);
        if (attributes.WarmThroughputMiBps is { } throughput)
        {
            writer.WriteNumber("warmThroughputMiBps", throughput);
        }

        if (attributes.Distribution == RecordDistribution.Even)
        {
            writer.WriteString("distribution", "even");
        }

        if (attributes.Consumers.Count > 0)
        {
            WriteConsumers(writer, attributes.Consumers);
        }
    }

    internal static StreamAttributes ReadMembers(JsonElement root) => new()
    {
        Id = root.GetProperty("id").GetInt64(),
        CreatedAt = new Timestamp(root.GetProperty("createdAt").GetInt64()),
        Mode = TextOf(root, "mode") == "provisioned" ? StreamMode.Provisioned : StreamMode.OnDemand,
        RecordSizeBytesMax = root.GetProperty("recordSizeBytesMax").GetInt32(),
        Tags = ReadTags(root),
        ShardMetrics = root.TryGetProperty("shardMetrics", out var metrics)
            ? (ShardLevelMetrics)metrics.GetInt32() : ShardLevelMetrics.None,
        EncryptionKeyId = TextOf(root, "encryptionKey"),
        ResourcePolicy = TextOf(root, "policy"),
        WarmThroughputMiBps = root.TryGetProperty("warmThroughputMiBps", out var throughput)
            ? throughput.GetInt32() : null,
        Distribution = TextOf(root, "distribution") == "even"
            ? RecordDistribution.Even : RecordDistribution.PartitionKey,
        Consumers = ReadConsumers(root),
    };

    private static void WriteConsumers(Utf8JsonWriter writer, IReadOnlyList<RegisteredConsumer> consumers)
    {
        writer.WriteStartArray("consumers");
        foreach (var consumer in consumers)
        {
            writer.WriteStartObject();
            writer.WriteString("name", consumer.Name);
            writer.WriteNumber("createdAt", consumer.CreatedAt.UnixMicroseconds);
            WriteTags(writer, consumer.Tags);
            WriteText(writer, "policy", consumer.ResourcePolicy);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static IReadOnlyList<RegisteredConsumer> ReadConsumers(JsonElement root)
    {
        var consumers = new List<RegisteredConsumer>();
        if (root.TryGetProperty("consumers", out var members))
        {
            foreach (var consumer in members.EnumerateArray())
            {
                consumers.Add(new RegisteredConsumer
                {
                    Name = consumer.GetProperty("name").GetString()!,
                    CreatedAt = new Timestamp(consumer.GetProperty("createdAt").GetInt64()),
                    Tags = ReadTags(consumer),
                    ResourcePolicy = TextOf(consumer, "policy"),
                });
            }
        }

        return consumers;
    }

    private static void WriteTags(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("tags");
        foreach (var (key, value) in tags)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    private static IReadOnlyDictionary<string, string> ReadTags(JsonElement owner)
    {
        if (!owner.TryGetProperty("tags", out var members))
        {
            return StreamAttributes.NoTags;
        }

        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in members.EnumerateObject())
        {
            tags[tag.Name] = tag.Value.GetString()!;
        }

        return tags;
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) ? member.GetString() : null;
}
