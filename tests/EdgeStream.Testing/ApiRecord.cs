using System.Text.Json;

namespace EdgeStream.Testing;

/// <summary>One record as <c>GET /api/streams/{name}/records</c> shows it.</summary>
/// <param name="Shard">The shard's id.</param>
/// <param name="Sequence">The position in the shard.</param>
/// <param name="Key">The partition key.</param>
/// <param name="Data">The data, where it is JSON; otherwise undefined.</param>
/// <param name="Whole">The record's whole JSON.</param>
public sealed record ApiRecord(string Shard, long Sequence, string Key, JsonElement Data, JsonElement Whole)
{
    internal static ApiRecord From(JsonElement json) => new(
        json.GetProperty("shard").GetString()!,
        json.GetProperty("sequence").GetInt64(),
        json.GetProperty("key").GetString()!,
        json.TryGetProperty("data", out var data) ? data : default,
        json);
}
