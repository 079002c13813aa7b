using System.Buffers;
using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Kinesis;

/// <summary>
/// How a delivery stream is kept in the gateway's state, under <c>firehose/&lt;name&gt;</c>: one JSON object, its
/// members frozen by tests. Version 1; times in microseconds since 1970.
/// </summary>
internal static class DeliveryStreamFormat
{
    internal const string KeyPrefix = "firehose/";

    private const int Version = 1;

    internal static StateBatch Put(StateBatch batch, DeliveryStreamRecord record) =>
        batch.Put(KeyPrefix + record.Name, ToBytes(record));

    internal static byte[] ToBytes(DeliveryStreamRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteString("name", record.Name);
            writer.WriteString("id", record.Id);
            writer.WriteNumber("createdAt", record.CreatedAt.UnixMicroseconds);
            WriteNumber(writer, "updatedAt", record.UpdatedAt?.UnixMicroseconds);
            WriteText(writer, "source", record.Source);
            WriteText(writer, "sourceRole", record.SourceRoleArn);
            writer.WriteString("status", record.IsDeleting ? "deleting" : "active");
            writer.WriteNumber("destinationVersion", record.Version);
            WriteNumber(writer, "throughputHint", record.ThroughputHintInMBs);
            WriteText(writer, "keyType", record.KeyType);
            WriteText(writer, "keyArn", record.KeyArn);
            WriteTags(writer, record.Tags);
            DestinationFormat.Write(writer, record.Destination);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not a delivery stream of a known version.</exception>
    internal static DeliveryStreamRecord Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            var version = root.GetProperty("version").GetInt32();
            return version == Version ? ReadMembers(root) : throw new InvalidDataException(
                $"A delivery stream of version {version} is not known to this program.");
        }
        catch (Exception error) when (
            error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("A delivery stream in the gateway's state cannot be read.", error);
        }
    }

    private static DeliveryStreamRecord ReadMembers(JsonElement root) => new()
    {
        Name = root.GetProperty("name").GetString()!,
        Id = root.GetProperty("id").GetString()!,
        CreatedAt = new Timestamp(root.GetProperty("createdAt").GetInt64()),
        UpdatedAt = root.TryGetProperty("updatedAt", out var updated) ? new Timestamp(updated.GetInt64()) : null,
        Source = TextOf(root, "source"),
        SourceRoleArn = TextOf(root, "sourceRole"),
        IsDeleting = TextOf(root, "status") == "deleting",
        Version = root.GetProperty("destinationVersion").GetInt64(),
        ThroughputHintInMBs = root.TryGetProperty("throughputHint", out var hint) ? hint.GetInt32() : null,
        KeyType = TextOf(root, "keyType"),
        KeyArn = TextOf(root, "keyArn"),
        Tags = ReadTags(root),
        Destination = DestinationFormat.Read(root),
    };

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

    private static Dictionary<string, string> ReadTags(JsonElement root)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (root.TryGetProperty("tags", out var members))
        {
            foreach (var tag in members.EnumerateObject())
            {
                tags[tag.Name] = tag.Value.GetString()!;
            }
        }

        return tags;
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    internal static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    internal static string? TextOf(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var member) ? member.GetString() : null;
}
