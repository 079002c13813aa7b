using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary>Records that are missing, as the API tells them: by shard and numbers, as the records are.</summary>
internal static class GapJson
{
    /// <summary>What the API calls a reason.</summary>
    public static string Name(LogGapReason reason) => reason == LogGapReason.Evicted ? "evicted" : "damaged";

    /// <summary>Writes the members of a gap into the object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, Shard shard, LogGap gap)
    {
        writer.WriteString("shard", shard.Id);
        writer.WriteNumber("first", gap.First.Value);
        writer.WriteNumber("last", gap.Last.Value);
        writer.WriteString("reason", Name(gap.Reason));
    }
}
