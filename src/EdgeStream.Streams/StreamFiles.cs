using System.Globalization;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// Where the shards of a stream have their files, and what becomes of those that no stream has: deleting one ends also
/// over a crash, and files without a definition are kept for the stream that is made under their name again.
/// </summary>
/// <remarks>
/// Not thread-safe; changed by one caller at a time. A deletion that has begun is a key <c>deletions/&lt;name&gt;</c>
/// or
/// <c>deletions/&lt;name&gt;/&lt;shard id&gt;</c> whose value names the shards: <c>=</c> and their indexes, joined by
/// commas, or the number of shards from index 0 on, as it was written where shards never changed. A key
/// <c>making/&lt;name&gt;</c> names those that a split or merge has begun to make in the same way.
/// </remarks>
internal sealed class StreamFiles(IDisk disk, string folder)
{
    /// <summary>What the state's keys of deletions that have begun start with.</summary>
    internal const string DeletionKeyPrefix = "deletions/";

    /// <summary>What the state's keys of shards that are being made start with.</summary>
    internal const string MakingKeyPrefix = "making/";

    /// <summary>The folder of a shard.</summary>
    internal string FolderOf(string name, int index) => Path.Combine(folder, "streams", name, ShardEntry.IdOf(index));

    /// <summary>Whether a stream that is to be made has files already: its definition was lost.</summary>
    internal bool Exist(StreamDefinition definition)
    {
        for (var i = 0; i < definition.ShardCount; i++)
        {
            if (disk.List(FolderOf(definition.Name, i)).Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is to be durable before a stream's files go: nothing of it stays in the state.</summary>
    internal static StateBatch DeletionOf(StateStore state, DataStream stream)
    {
        var batch = new StateBatch()
            .Delete(StreamStore.StreamKeyPrefix + stream.Name)
            .Put(DeletionKeyPrefix + stream.Name, Encoding.ASCII.GetBytes(TextOf(stream.Entry.Shards)));
        EndMaking(batch, stream.Name);
        AddRemovalOfKept(batch, state, stream.Name);
        return batch;
    }

    /// <summary>Notes in a batch that they are gone, or not to go.</summary>
    internal static void EndDeletion(StateBatch batch, string name) => batch.Delete(DeletionKeyPrefix + name);

    /// <summary>Notes in a batch that what the state keeps for a stream's consumers, and of its evictions,
    /// goes.</summary>
    internal static void AddRemovalOfKept(StateBatch batch, StateStore state, string name)
    {
        foreach (var prefix in
            (ReadOnlySpan<string>)
            [
                StreamConsumer.KeyPrefix, ConsumerGroups.KeyPrefix, RecordQueues.KeyPrefix, EvictionLedger.KeyPrefix,
                InheritedProducers.KeyPrefix,
            ])
        {
            foreach (var (key, _) in state.List($"{prefix}{name}/"))
            {
                batch.Delete(key);
            }
        }
    }

    /// <summary>Notes in a batch that one shard's files go.</summary>
    internal static void BeginDeletion(StateBatch batch, string name, ShardEntry shard) =>
        batch.Put($"{DeletionKeyPrefix}{name}/{shard.Id}", Encoding.ASCII.GetBytes(TextOf([shard])));

    /// <summary>Notes in a batch that they are gone.</summary>
    internal static void EndDeletion(StateBatch batch, string name, ShardEntry shard) =>
        batch.Delete($"{DeletionKeyPrefix}{name}/{shard.Id}");

    /// <summary>Notes in a batch that shards with these indexes are being made.</summary>
    internal static void BeginMaking(StateBatch batch, string name, IReadOnlyList<ShardEntry> shards) =>
        batch.Put(MakingKeyPrefix + name, Encoding.ASCII.GetBytes(TextOf(shards)));

    /// <summary>Whether the state says that shards of a stream are being made.</summary>
    internal static bool IsMaking(StateStore state, string name) => state.TryGet(MakingKeyPrefix + name, out _);

    /// <summary>Notes in a batch that they are made, or not to be made.</summary>
    internal static void EndMaking(StateBatch batch, string name) => batch.Delete(MakingKeyPrefix + name);

    /// <summary>The indexes of shards of which files may be there though they were never made: the state says that they
    /// were begun, and the stream has none of them.</summary>
    internal static List<int> Unmade(StateStore state, StreamEntry stream)
    {
        var indexes = state.TryGet(MakingKeyPrefix + stream.Definition.Name, out var value)
            ? IndexesOf(value.Span)
            : [];
        indexes.RemoveAll(index => index < stream.NextShardIndex);
        return indexes;
    }

    /// <summary>Removes the files of all streams and shards whose deletion was durable.</summary>
    internal void FinishDeletions(StateStore state)
    {
        foreach (var (key, value) in state.List(DeletionKeyPrefix))
        {
            var name = key[DeletionKeyPrefix.Length..];
            var slash = name.IndexOf('/');
            foreach (var index in IndexesOf(value.Span))
            {
                Delete(slash < 0 ? name : name[..slash], index);
            }
        }
    }

    /// <summary>Removes the files of a stream whose deletion was durable; does nothing for any other.</summary>
    internal void FinishDeletion(StateStore state, string name)
    {
        if (state.TryGet(DeletionKeyPrefix + name, out var shards))
        {
            foreach (var index in IndexesOf(shards.Span))
            {
                Delete(name, index);
            }
        }
    }

    /// <summary>Removes the files of a stream's shards; no log of them is open.</summary>
    internal void Delete(string name, IReadOnlyList<ShardEntry> shards)
    {
        foreach (var shard in shards)
        {
            Delete(name, shard.Index);
        }
    }

    /// <summary>Whether a shard has files.</summary>
    internal bool Exist(string name, int index) => disk.List(FolderOf(name, index)).Count > 0;

    /// <summary>Removes the files of one shard; its log is not open.</summary>
    internal void Delete(string name, int index)
    {
        var shard = FolderOf(name, index);
        foreach (var file in disk.List(shard))
        {
            disk.Delete(Path.Combine(shard, file));
        }
    }

    private static string TextOf(IReadOnlyList<ShardEntry> shards)
    {
        var text = new StringBuilder("=");
        foreach (var shard in shards)
        {
            text.Append(text.Length > 1 ? "," : "").Append(shard.Index.ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static List<int> IndexesOf(ReadOnlySpan<byte> text)
    {
        var indexes = new List<int>();
        if (!text.StartsWith("="u8))
        {
            var count = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
            for (var index = 0; index < count; index++)
            {
                indexes.Add(index);
            }

            return indexes;
        }

        foreach (var number in Encoding.ASCII.GetString(text[1..]).Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            indexes.Add(int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture));
        }

        return indexes;
    }
}
