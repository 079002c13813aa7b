using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Finds a value of a record: <c>{key}</c>, <c>{stream}</c>, <c>{shard}</c>, or a member of its data by its
/// path,
/// such as <c>motor.rpm</c>.</summary>
internal static class RecordPath
{
    /// <summary>The value's text; null where there is none, and for lists and objects.</summary>
    public static string? TextOf(DeliveredRecord record, JsonElement data, string path)
    {
        switch (path)
        {
            case "{key}":
                return record.Key;
            case "{stream}":
                return record.Stream;
            case "{shard}":
                return record.Shard;
        }

        return Find(data, path) is { } value && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            or JsonValueKind.True or JsonValueKind.False ? value.ToString() : null;
    }

    /// <summary>The member at a path; null where there is none.</summary>
    public static JsonElement? Find(JsonElement data, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty(name, out data))
            {
                return null;
            }
        }

        return data;
    }

    /// <summary>Replaces <c>{delivery}</c>, <c>{stream}</c>, <c>{shard}</c> and <c>{key}</c>.</summary>
    public static string Fill(string template, string delivery, DeliveredRecord record) => template
        .Replace("{delivery}", delivery, StringComparison.Ordinal)
        .Replace("{stream}", record.Stream, StringComparison.Ordinal)
        .Replace("{shard}", record.Shard, StringComparison.Ordinal)
        .Replace("{key}", record.Key, StringComparison.Ordinal);
}
