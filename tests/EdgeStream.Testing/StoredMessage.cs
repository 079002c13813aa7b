using System.Text.Json;

namespace EdgeStream.Testing;

/// <summary>A message of a <see cref="KeyedPublisher"/> as a stream or a delivered file holds it: no more than an audit
/// needs, since there are millions.</summary>
/// <param name="Shard">The shard's id.</param>
/// <param name="Sequence">The position in the shard.</param>
/// <param name="Key">The partition key, which is the message's topic.</param>
/// <param name="Number">The message's number among those of its topic.</param>
public readonly record struct StoredMessage(string Shard, long Sequence, string Key, int Number)
{
    /// <summary>Takes it out of a record's JSON; equal texts become one object.</summary>
    public static StoredMessage From(JsonElement record) => new(
        string.Intern(record.GetProperty("shard").GetString()!),
        record.GetProperty("sequence").GetInt64(),
        string.Intern(record.GetProperty("key").GetString()!),
        record.GetProperty("data").GetProperty("number").GetInt32());
}
