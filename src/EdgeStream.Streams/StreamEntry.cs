using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Everything that the state keeps of a stream, in one value: it changes in one durable step.</summary>
internal sealed record StreamEntry
{
    internal required StreamDefinition Definition { get; init; }

    internal required StreamAttributes Attributes { get; init; }

    /// <summary>Open and closed shards, by index.</summary>
    internal required IReadOnlyList<ShardEntry> Shards { get; init; }

    /// <summary>The index of the shard that is made next.</summary>
    internal required int NextShardIndex { get; init; }

    /// <summary>The sums over the shards that have gone.</summary>
    internal ExpiredShards Expired { get; init; }

    /// <summary>The shard count that is being scaled to; null when none is.</summary>
    internal int? ScalingTarget { get; init; }

    internal int OpenShardCount
    {
        get
        {
            var count = 0;
            foreach (var shard in Shards)
            {
                count += shard.ClosedAt is null ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>The same with shards closed and others in their place.</summary>
    internal StreamEntry With(Shard[] closed, List<Shard> added, Timestamp now)
    {
        var shards = new List<ShardEntry>();
        foreach (var shard in Shards)
        {
            var isClosed = Array.Exists(closed, other => other.Index == shard.Index);
            shards.Add(isClosed ? shard with { ClosedAt = now } : shard);
        }

        foreach (var shard in added)
        {
            shards.Add(shard.Entry);
        }

        return this with { Shards = shards, NextShardIndex = added[^1].Index + 1 };
    }

    /// <summary>The same with an entry in the place of the one of its index.</summary>
    internal StreamEntry With(ShardEntry changed)
    {
        var shards = new List<ShardEntry>();
        foreach (var shard in Shards)
        {
            shards.Add(shard.Index == changed.Index ? changed : shard);
        }

        return this with { Shards = shards };
    }

    /// <summary>The same without a shard, but for what it leaves in the counts.</summary>
    internal StreamEntry Without(Shard gone)
    {
        var shards = new List<ShardEntry>();
        foreach (var shard in Shards)
        {
            if (shard.Index != gone.Index)
            {
                shards.Add(shard);
            }
        }

        return this with { Shards = shards, Expired = Expired.With(gone) };
    }

    internal bool IsOpen(int index)
    {
        foreach (var shard in Shards)
        {
            if (shard.Index == index)
            {
                return shard.ClosedAt is null;
            }
        }

        return false;
    }

    /// <summary>A stream as it is made: open shards of equal ranges.</summary>
    internal static StreamEntry New(StreamDefinition definition, StreamAttributes attributes) =>
        New(definition, attributes, HashKeyRange.Of);

    private static StreamEntry New(
        StreamDefinition definition,
        StreamAttributes attributes,
        Func<int, int, (UInt128 Start, UInt128 End)> rangeOf)
    {
        var shards = new ShardEntry[definition.ShardCount];
        for (var index = 0; index < shards.Length; index++)
        {
            var (start, end) = rangeOf(index, shards.Length);
            shards[index] = new ShardEntry(index, start, end, attributes.CreatedAt);
        }

        return new StreamEntry
        {
            Definition = definition,
            Attributes = attributes,
            Shards = shards,
            NextShardIndex = shards.Length,
        };
    }

    /// <summary>The stream of a definition that knew no attributes: its id follows from its name, and its ranges from
    /// the shard count, for ever.</summary>
    internal static StreamEntry Old(StreamDefinition definition)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(definition.Name), hash);
        var id = (long)(BinaryPrimitives.ReadUInt64LittleEndian(hash) % KinesisSequenceNumber.StreamIdCount);
        return New(definition, new StreamAttributes { Id = id }, HashKeyRange.OfOld);
    }
}
