using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// The members of a stream's entry that say how it is laid out, their names frozen by a test.
/// </summary>
internal static class StreamDefinitionFormat
{
    internal static void WriteMembers(Utf8JsonWriter writer, StreamDefinition definition)
    {
        writer.WriteString("name", definition.Name);
        writer.WriteNumber("shardCount", definition.ShardCount);
        writer.WriteNumber("retentionAgeSeconds", (long)definition.RetentionAge.TotalSeconds);
        writer.WriteNumber("retentionBytes", definition.RetentionBytes);
        writer.WriteString("durability", definition.Durability.ToString());
        writer.WriteNumber("segmentSizeBytes", definition.SegmentSizeBytes);
        writer.WriteString("priority", WordOf(definition.Priority));
        writer.WriteString("whenFull", definition.WhenFull == WhenFull.Reject ? "reject" : "drop-oldest");
        writer.WriteBoolean("protectUndelivered", definition.ProtectUndelivered);
        if (definition.Compression != SegmentCompression.None)
        {
            writer.WriteString("compression", WordOf(definition.Compression));
        }

        WriteDeduplication(writer, definition);
    }

    /// <exception cref="InvalidDataException">The durability is not known to this program.</exception>
    internal static StreamDefinition ReadMembers(JsonElement root)
    {
        var durabilityText = root.GetProperty("durability").GetString()!;
        if (!Durability.TryParse(durabilityText, out var durability))
        {
            throw new InvalidDataException($"The durability '{durabilityText}' is not known to this program.");
        }

        return new StreamDefinition
        {
            Name = root.GetProperty("name").GetString()!,
            ShardCount = root.GetProperty("shardCount").GetInt32(),
            RetentionAge = TimeSpan.FromSeconds(root.GetProperty("retentionAgeSeconds").GetInt64()),
            RetentionBytes = root.GetProperty("retentionBytes").GetInt64(),
            Durability = durability,
            SegmentSizeBytes = root.GetProperty("segmentSizeBytes").GetInt32(),
            Priority = PriorityOf(TextOf(root, "priority", "normal")),
            WhenFull = TextOf(root, "whenFull", "reject") == "drop-oldest" ? WhenFull.DropOldest : WhenFull.Reject,
            ProtectUndelivered =
                !root.TryGetProperty("protectUndelivered", out var protect) || protect.GetBoolean(),
            Compression = root.TryGetProperty("compression", out var compression)
                ? CompressionOf(compression.GetString()) : SegmentCompression.None,
            Deduplication = root.TryGetProperty("deduplication", out var deduplication) && deduplication.GetBoolean(),
            DeduplicationProducersMax = root.TryGetProperty("deduplicationProducers", out var producers)
                ? producers.GetInt32() : StreamDefinition.DeduplicationProducersDefault,
        };
    }

    /// <summary>Only what differs from the defaults, which are those of an entry that knows none of it.</summary>
    private static void WriteDeduplication(Utf8JsonWriter writer, StreamDefinition definition)
    {
        if (definition.Deduplication)
        {
            writer.WriteBoolean("deduplication", true);
        }

        if (definition.DeduplicationProducersMax != StreamDefinition.DeduplicationProducersDefault)
        {
            writer.WriteNumber("deduplicationProducers", definition.DeduplicationProducersMax);
        }
    }

    /// <summary>A member that a definition of an older program does not have.</summary>
    private static string TextOf(JsonElement root, string name, string absent) =>
        root.TryGetProperty(name, out var member) ? member.GetString() ?? absent : absent;

    private static string WordOf(StreamPriority priority) => priority switch
    {
        StreamPriority.Low => "low",
        StreamPriority.High => "high",
        _ => "normal",
    };

    private static StreamPriority PriorityOf(string word) => word switch
    {
        "low" => StreamPriority.Low,
        "high" => StreamPriority.High,
        _ => StreamPriority.Normal,
    };

    private static string WordOf(SegmentCompression compression) =>
        compression == SegmentCompression.Brotli ? "brotli" : "auto";

    private static SegmentCompression CompressionOf(string? word) => word switch
    {
        "brotli" => SegmentCompression.Brotli,
        "auto" => SegmentCompression.Auto,
        _ => SegmentCompression.None,
    };
}
