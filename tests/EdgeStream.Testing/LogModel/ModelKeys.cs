using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>Keys that come and go: whoever runs a gateway gives those that are needed, and no others.</summary>
internal sealed class ModelKeys(IReadOnlyList<EncryptionKey> keys, Random random)
{
    /// <summary>Whether there are any.</summary>
    internal bool AreThere => keys.Count > 0;

    /// <summary>Any current key or none, and all keys to read with.</summary>
    internal LogEncryption Any() => new(keys, CurrentOrNone());

    /// <summary>Any current key or none, and of the others those that the log says it needs.</summary>
    internal LogEncryption? NextFor(ShardLog log)
    {
        var current = CurrentOrNone();
        var uses = UsesOf(log);
        List<EncryptionKey> needed =
            [.. keys.Where(key => key == current || uses.Exists(use => use.Id == key.Id || use.IsLocked))];
        return needed.Count == 0 ? null : new LogEncryption(needed, current);
    }

    /// <summary>Takes away a key that the log needs: it is refused, and no byte is changed.</summary>
    internal void CheckRefused(SimulatedDisk disk, string folder, ShardLog log, Action<LogEncryption> open)
    {
        var uses = UsesOf(log);
        if (keys.FirstOrDefault(key => uses.Exists(use => use.Id == key.Id)) is not { } needed)
        {
            return;
        }

        var before = BytesOf(disk, folder);
        try
        {
            open(new LogEncryption([.. keys.Where(key => key != needed)], null));
            LogContent.Require(false, $"the log opened without {needed}, which it needs");
        }
        catch (EncryptionKeyException)
        {
            var after = BytesOf(disk, folder);
            LogContent.Require(
                before.Keys.SequenceEqual(after.Keys) && before.All(file => file.Value.SequenceEqual(after[file.Key])),
                "an opening that was refused for its keys has changed something");
        }
    }

    private static SortedDictionary<string, byte[]> BytesOf(SimulatedDisk disk, string folder)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in disk.List(folder))
        {
            files.Add(name, disk.BytesOf($"{folder}/{name}").ToArray());
        }

        return files;
    }

    private static List<LogKeyUse> UsesOf(ShardLog log)
    {
        var uses = new List<LogKeyUse>();
        log.AddKeyUse(uses);
        return uses;
    }

    private EncryptionKey? CurrentOrNone() =>
        random.Next(keys.Count + 1) is var at && at < keys.Count ? keys[at] : null;
}
