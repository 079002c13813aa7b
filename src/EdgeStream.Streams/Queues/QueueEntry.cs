using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What the state keeps of a queue beside its shards: one JSON object, version 1. Frozen.</summary>
internal sealed record QueueEntry(string Name, QueueOptions Options, Timestamp CreatedAt)
{
    private const int Version = 1;

    /// <summary>Tags by key.</summary>
    internal IReadOnlyDictionary<string, string> Tags { get; init; } = StreamAttributes.NoTags;

    /// <summary>The resource policy's text; null without one.</summary>
    internal string? ResourcePolicy { get; init; }

    internal byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteString("name", Name);
            writer.WriteNumber("createdAt", CreatedAt.UnixMicroseconds);
            writer.WriteString("start", WordOf(Options.Start.Kind));
            writer.WriteNumber("startTime", Options.Start.Time.UnixMicroseconds);
            writer.WriteNumber("visibilitySeconds", (long)Options.VisibilityTimeout.TotalSeconds);
            writer.WriteNumber("receivesMax", Options.ReceivesMax ?? 0);
            if (Tags.Count > 0)
            {
                writer.WriteStartObject("tags");
                foreach (var (key, value) in Tags)
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            if (ResourcePolicy is not null)
            {
                writer.WriteString("policy", ResourcePolicy);
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no queue of a version that this program knows.</exception>
    internal static QueueEntry Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != Version)
            {
                throw new InvalidDataException("A queue in the gateway's state is of a version that is not known.");
            }

            var time = new Timestamp(root.GetProperty("startTime").GetInt64());
            return new QueueEntry(
                root.GetProperty("name").GetString()!,
                new QueueOptions
                {
                    Start = root.GetProperty("start").GetString() switch
                    {
                        "latest" => ShardPosition.Latest,
                        "at-timestamp" => ShardPosition.AtTime(time),
                        _ => ShardPosition.TrimHorizon,
                    },
                    VisibilityTimeout = TimeSpan.FromSeconds(root.GetProperty("visibilitySeconds").GetInt64()),
                    ReceivesMax = root.GetProperty("receivesMax").GetInt32() is not 0 and var max ? max : null,
                },
                new Timestamp(root.GetProperty("createdAt").GetInt64()))
            {
                Tags = root.TryGetProperty("tags", out var tags)
                    ? tags.EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString()!)
                    : StreamAttributes.NoTags,
                ResourcePolicy = root.TryGetProperty("policy", out var policy) ? policy.GetString() : null,
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            throw new InvalidDataException($"A queue in the gateway's state cannot be read: {error.Message}");
        }
    }

    private static string WordOf(ShardPositionKind kind) => kind switch
    {
        ShardPositionKind.Latest => "latest",
        ShardPositionKind.AtTimestamp => "at-timestamp",
        _ => "trim-horizon",
    };
}
