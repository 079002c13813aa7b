namespace EdgeStream.Storage;

/// <summary>The keys that a log may read with, and the one that its new segments get.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class LogEncryption
{
    /// <summary>Takes the keys.</summary>
    /// <param name="keys">All keys; which one a segment needs stands in its header.</param>
    /// <param name="current">The key of new segments, one of them; null writes new segments as they are.</param>
    public LogEncryption(IReadOnlyList<EncryptionKey> keys, EncryptionKey? current)
    {
        Keys = keys;
        Current = current;
    }

    /// <summary>All keys.</summary>
    public IReadOnlyList<EncryptionKey> Keys { get; }

    /// <summary>The key of new segments; null when they are not encrypted.</summary>
    public EncryptionKey? Current { get; }

    /// <summary>Whether two settings hold the same keys and choose the same one.</summary>
    public static bool AreSame(LogEncryption? left, LogEncryption? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        var areSame = left.Keys.Count == right.Keys.Count && left.Current?.Id == right.Current?.Id;
        for (var i = 0; areSame && i < left.Keys.Count; i++)
        {
            areSame = left.Keys[i].Id == right.Keys[i].Id && left.Keys[i].Name == right.Keys[i].Name;
        }

        return areSame;
    }

    /// <summary>Whether a key is among them.</summary>
    public bool Has(EncryptionKey key) => Find(key.Id) is not null;

    /// <summary>The key with an identifier; null if it is not among them.</summary>
    internal EncryptionKey? Find(ulong id)
    {
        foreach (var key in Keys)
        {
            if (key.Id == id)
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>The key with a name; null if there is none.</summary>
    internal EncryptionKey? Find(string name)
    {
        foreach (var key in Keys)
        {
            if (key.Name == name)
            {
                return key;
            }
        }

        return null;
    }
}
