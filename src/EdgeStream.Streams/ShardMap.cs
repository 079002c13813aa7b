namespace EdgeStream.Streams;

/// <summary>Which shards a stream has at one moment; replaced as a whole.</summary>
/// <remarks>Immutable, but for the task that says that another one has taken its place.</remarks>
internal sealed class ShardMap
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly UInt128[] _endings;

    /// <param name="all">Every shard, by index.</param>
    /// <param name="entry">Says which of them are open.</param>
    internal ShardMap(Shard[] all, StreamEntry entry)
    {
        All = all;
        Open = Array.FindAll(all, shard => entry.IsOpen(shard.Index));
        Array.Sort(Open, static (left, right) => left.StartingHashKey.CompareTo(right.StartingHashKey));
        _endings = Array.ConvertAll(Open, static shard => shard.EndingHashKey);
    }

    /// <summary>Every shard, parents before their children.</summary>
    internal Shard[] All { get; }

    /// <summary>Those that take records, by hash key.</summary>
    internal Shard[] Open { get; }

    /// <summary>Completes when another map has taken this one's place.</summary>
    internal Task WhenReplaced => _replaced.Task;

    /// <summary>The open shard whose range holds a hash key.</summary>
    internal Shard For(UInt128 hashKey)
    {
        for (var at = 0; at < _endings.Length; at++)
        {
            if (hashKey <= _endings[at])
            {
                return Open[at];
            }
        }

        return Open[^1];
    }

    internal void SayReplaced() => _replaced.TrySetResult();
}
