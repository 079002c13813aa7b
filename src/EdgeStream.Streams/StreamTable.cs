using System.Diagnostics.CodeAnalysis;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>The streams of a store, by name.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class StreamTable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, DataStream> _streams = new(StringComparer.Ordinal);

    /// <summary>All of them as they are at the call, by name.</summary>
    internal IReadOnlyList<DataStream> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams.Values];
            }
        }
    }

    /// <summary>The shards of all of them.</summary>
    internal IEnumerable<Shard> Shards => All.SelectMany(static stream => stream.Shards);

    internal bool TryGet(string name, [NotNullWhen(true)] out DataStream? stream)
    {
        lock (_gate)
        {
            return _streams.TryGetValue(name, out stream);
        }
    }

    /// <summary>Finds a stream by its id, of which none has another's.</summary>
    internal bool TryGet(long id, [NotNullWhen(true)] out DataStream? stream)
    {
        lock (_gate)
        {
            stream = _streams.Values.FirstOrDefault(stream => stream.Attributes.Id == id);
            return stream is not null;
        }
    }

    internal void Add(DataStream stream)
    {
        lock (_gate)
        {
            _streams[stream.Name] = stream;
        }
    }

    internal void Remove(DataStream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream.Name);
        }
    }

    /// <summary>When the newest record of all streams arrived; the epoch if there is none.</summary>
    internal Timestamp NewestArrival()
    {
        var newest = new Timestamp(0);
        foreach (var shard in Shards)
        {
            using var reader = shard.OpenReader(ShardPosition.At(shard.NewestSequence));
            if (reader.TryRead(out var record) && record.ArrivalTime > newest)
            {
                newest = record.ArrivalTime;
            }
        }

        return newest;
    }
}
