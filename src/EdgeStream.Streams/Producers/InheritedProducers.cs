using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What the shards that a split or merge makes know of their parents' producers, kept in the state.</summary>
/// <remarks>It becomes durable in the step that makes the children count, and goes when they have children.</remarks>
internal static class InheritedProducers
{
    internal const string KeyPrefix = "producers/";

    internal static string KeyOf(string stream, string shardId) => $"{KeyPrefix}{stream}/{shardId}";

    /// <summary>The producers of a shard that is opened.</summary>
    /// <param name="state">What its parents left to it.</param>
    /// <param name="stream">The stream's name.</param>
    /// <param name="entry">The shard.</param>
    /// <param name="log">Its log.</param>
    internal static ProducerTable TableOf(StateStore state, string stream, ShardEntry entry, ShardLog log) =>
        new(log, entry, () => Find(state, KeyOf(stream, entry.Id)));

    /// <summary>Notes in a batch what the children of shards that take nothing any more know.</summary>
    internal static void Add(StateBatch batch, DataStream stream, Shard[] parents, List<Shard> children)
    {
        var producers = ProducerTable.Merge(
            Array.ConvertAll(parents, static parent => parent.Producers), stream);
        foreach (var parent in parents)
        {
            batch.Delete(KeyOf(stream.Name, parent.Id));
        }

        foreach (var child in producers is null ? [] : children)
        {
            batch.Put(KeyOf(stream.Name, child.Id), producers);
        }
    }

    private static ReadOnlyMemory<byte> Find(StateStore state, string key) =>
        state.TryGet(key, out var value) ? value : default;
}
