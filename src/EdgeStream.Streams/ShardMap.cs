using System.Numerics;
using EdgeStream.Storage;

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

    /// <summary>How long the oldest record that the device may not have has been readable.</summary>
    internal TimeSpan UnsyncedAge
    {
        get
        {
            var oldest = TimeSpan.Zero;
            foreach (var shard in All)
            {
                var age = shard.Log.UnsyncedAge;
                oldest = age > oldest ? age : oldest;
            }

            return oldest;
        }
    }

    /// <summary>What the background check of the sealed segments has done: all shards together.</summary>
    internal ScrubStatus Scrub
    {
        get
        {
            var sum = All[0].Scrub;
            foreach (var shard in All.AsSpan(1))
            {
                var next = shard.Scrub;
                sum = new ScrubStatus(
                    sum.CheckedBytes + next.CheckedBytes,
                    sum.RepairedIndexes + next.RepairedIndexes,
                    sum.LastPass is { } last && next.LastPass is { } other ? (last < other ? last : other) : null,
                    [.. sum.Rot, .. next.Rot]);
            }

            return sum;
        }
    }

    /// <summary>What a figure of each shard comes to.</summary>
    internal T Sum<T>(Func<Shard, T> part)
        where T : struct, IAdditionOperators<T, T, T>
    {
        var sum = default(T);
        foreach (var shard in All)
        {
            sum += part(shard);
        }

        return sum;
    }

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
