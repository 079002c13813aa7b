using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// How everything that belongs to a stream is kept in the gateway's state: one JSON object, its members frozen by
/// tests.
/// </summary>
/// <remarks>
/// Version 2. Version 1 had the definition alone, whose shards never changed; it is read for ever. A program that
/// knows no version refuses it. What a member of version 2 does not say is as in a stream that was just made.
/// </remarks>
internal static class StreamEntryFormat
{
    internal static StateBatch Put(StateBatch batch, StreamEntry entry) =>
        batch.Put(StreamStore.StreamKeyPrefix + entry.Definition.Name, ToBytes(entry));

    internal static byte[] ToBytes(StreamEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", 2);
            StreamDefinitionFormat.WriteMembers(writer, entry.Definition);
            StreamAttributesFormat.WriteMembers(writer, entry.Attributes);
            WriteShards(writer, entry);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">
    /// The bytes are not a stream of a version that this program knows.
    /// </exception>
    internal static StreamEntry Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            var version = root.GetProperty("version").GetInt32();
            return version switch
            {
                1 => StreamEntry.Old(StreamDefinitionFormat.ReadMembers(root)),
                2 => ReadMembers(root),
                _ => throw new InvalidDataException(
                    $"A stream's definition of version {version} is not known to this program."),
            };
        }
        catch (Exception error) when (
            error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("A stream's definition in the gateway's state cannot be read.", error);
        }
    }

    private static StreamEntry ReadMembers(JsonElement root)
    {
        var shards = new List<ShardEntry>();
        foreach (var shard in root.GetProperty("shards").EnumerateArray())
        {
            shards.Add(ReadShard(shard));
        }

        return new StreamEntry
        {
            Definition = StreamDefinitionFormat.ReadMembers(root),
            Attributes = StreamAttributesFormat.ReadMembers(root),
            Shards = shards,
            NextShardIndex = root.GetProperty("nextShard").GetInt32(),
            ScalingTarget = root.TryGetProperty("scalingTarget", out var target) ? target.GetInt32() : null,
            Expired = root.TryGetProperty("expired", out var expired) ? ReadExpired(expired) : default,
        };
    }

    private static void WriteShards(Utf8JsonWriter writer, StreamEntry entry)
    {
        writer.WriteNumber("nextShard", entry.NextShardIndex);
        if (entry.ScalingTarget is { } target)
        {
            writer.WriteNumber("scalingTarget", target);
        }

        writer.WriteStartArray("shards");
        foreach (var shard in entry.Shards)
        {
            WriteShard(writer, shard);
        }

        writer.WriteEndArray();
        if (entry.Expired.AppendedRecords > 0)
        {
            WriteExpired(writer, entry.Expired);
        }
    }

    private static void WriteShard(Utf8JsonWriter writer, ShardEntry shard)
    {
        writer.WriteStartObject();
        writer.WriteNumber("index", shard.Index);
        writer.WriteString("start", shard.StartingHashKey.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("end", shard.EndingHashKey.ToString(CultureInfo.InvariantCulture));
        writer.WriteNumber("createdAt", shard.CreatedAt.UnixMicroseconds);
        if (shard.Parent is { } parent)
        {
            writer.WriteNumber("parent", parent);
        }

        if (shard.AdjacentParent is { } adjacent)
        {
            writer.WriteNumber("adjacentParent", adjacent);
        }

        if (shard.ClosedAt is { } closedAt)
        {
            writer.WriteNumber("closedAt", closedAt.UnixMicroseconds);
        }

        if (shard.Cuts.Count > 0)
        {
            WriteCuts(writer, shard.Cuts);
        }

        writer.WriteEndObject();
    }

    private static void WriteCuts(Utf8JsonWriter writer, ShardCuts cuts)
    {
        if (cuts.Forgotten > 0)
        {
            writer.WriteNumber("forgottenCuts", cuts.Forgotten);
        }

        writer.WriteStartArray("cuts");
        foreach (var end in cuts.Ends)
        {
            writer.WriteNumberValue(end);
        }

        writer.WriteEndArray();
    }

    private static ShardCuts ReadCuts(JsonElement shard)
    {
        if (!shard.TryGetProperty("cuts", out var members))
        {
            return ShardCuts.None;
        }

        var ends = new List<long>();
        foreach (var end in members.EnumerateArray())
        {
            ends.Add(end.GetInt64());
        }

        var forgotten = shard.TryGetProperty("forgottenCuts", out var count) ? count.GetInt32() : 0;
        return new ShardCuts(forgotten, ends);
    }

    private static ShardEntry ReadShard(JsonElement shard) => new(
        shard.GetProperty("index").GetInt32(),
        UInt128.Parse(shard.GetProperty("start").GetString()!, NumberStyles.None, CultureInfo.InvariantCulture),
        UInt128.Parse(shard.GetProperty("end").GetString()!, NumberStyles.None, CultureInfo.InvariantCulture),
        new Timestamp(shard.GetProperty("createdAt").GetInt64()))
    {
        Parent = shard.TryGetProperty("parent", out var parent) ? parent.GetInt32() : null,
        AdjacentParent = shard.TryGetProperty("adjacentParent", out var adjacent) ? adjacent.GetInt32() : null,
        ClosedAt = shard.TryGetProperty("closedAt", out var closedAt) ? new Timestamp(closedAt.GetInt64()) : null,
        Cuts = ReadCuts(shard),
    };

    private static void WriteExpired(Utf8JsonWriter writer, in ExpiredShards expired)
    {
        writer.WriteStartObject("expired");
        writer.WriteNumber("appended", expired.AppendedRecords);
        writer.WriteNumber("lost", expired.LostRecords);
        writer.WriteNumber("age", expired.Evictions.Age);
        writer.WriteNumber("bytes", expired.Evictions.Bytes);
        writer.WriteNumber("budget", expired.Evictions.Budget);
        writer.WriteNumber("diskFull", expired.Evictions.DiskFull);
        writer.WriteNumber("unattributed", expired.Evictions.Unattributed);
        writer.WriteEndObject();
    }

    private static ExpiredShards ReadExpired(JsonElement expired) => new(
        expired.GetProperty("appended").GetInt64(),
        expired.GetProperty("lost").GetInt64(),
        new StreamEvictions(
            expired.GetProperty("age").GetInt64(),
            expired.GetProperty("bytes").GetInt64(),
            expired.GetProperty("budget").GetInt64(),
            expired.GetProperty("diskFull").GetInt64(),
            expired.GetProperty("unattributed").GetInt64()));
}
