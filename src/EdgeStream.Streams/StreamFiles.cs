using System.Globalization;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// Where the shards of a stream have their files, and what becomes of those that no stream has: deleting one ends also
/// over a crash, and files without a definition are kept for the stream that is made under their name again.
/// </summary>
/// <remarks>Not thread-safe; changed by one caller at a time.</remarks>
internal sealed class StreamFiles(IDisk disk, string folder)
{
    /// <summary>What the state's keys of deletions that have begun start with; the value is the shard count.</summary>
    internal const string DeletionKeyPrefix = "deletions/";

    /// <summary>The folder of a shard.</summary>
    internal string FolderOf(string name, int index) => Path.Combine(folder, "streams", name, Shard.IdOf(index));

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

    /// <summary>Notes in a batch that a stream's files go.</summary>
    internal static void BeginDeletion(StateBatch batch, string name, int shardCount) => batch.Put(
        DeletionKeyPrefix + name, Encoding.UTF8.GetBytes(shardCount.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Notes in a batch that they are gone, or not to go.</summary>
    internal static void EndDeletion(StateBatch batch, string name) => batch.Delete(DeletionKeyPrefix + name);

    /// <summary>Removes the files of all streams whose deletion was durable.</summary>
    internal void FinishDeletions(StateStore state)
    {
        foreach (var (key, _) in state.List(DeletionKeyPrefix))
        {
            FinishDeletion(state, key[DeletionKeyPrefix.Length..]);
        }
    }

    /// <summary>Removes the files of a stream whose deletion was durable; does nothing for any other.</summary>
    internal void FinishDeletion(StateStore state, string name)
    {
        if (state.TryGet(DeletionKeyPrefix + name, out var count))
        {
            Delete(name, int.Parse(count.Span, NumberStyles.None, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Removes the files of a stream's shards; no log of them is open.</summary>
    internal void Delete(string name, int shardCount)
    {
        for (var i = 0; i < shardCount; i++)
        {
            var shard = FolderOf(name, i);
            foreach (var file in disk.List(shard))
            {
                disk.Delete(Path.Combine(shard, file));
            }
        }
    }
}
