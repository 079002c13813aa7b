using System.Collections.Concurrent;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The rates of every shard, sampled about once a second.</summary>
internal sealed class StreamRates(StreamStore store, TimeProvider time)
{
    private readonly ConcurrentDictionary<Shard, ShardRates> _shards = new();

    /// <summary>The rates of a shard; zeros until it was sampled twice.</summary>
    public ShardRates Of(Shard shard) => _shards.GetOrAdd(shard, static _ => new ShardRates());

    /// <summary>Samples every shard.</summary>
    public void Tick()
    {
        foreach (var shard in _shards.Keys)
        {
            if (shard.State == ShardState.Expired)
            {
                _shards.TryRemove(shard, out _);
            }
        }

        var nowTicks = time.GetElapsedTime(0, time.GetTimestamp()).Ticks;
        foreach (var stream in store.Streams)
        {
            foreach (var shard in stream.Shards)
            {
                Of(shard).Sample(nowTicks, shard);
            }
        }
    }
}
