using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>One lane for each stream, whoever appends: a second one would let records overtake those that wait in the
/// first. Thread-safe.</summary>
internal sealed class StreamLanes(StreamStore store, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StreamLane> _lanes = new(StringComparer.Ordinal);

    /// <summary>Records that wait in all lanes.</summary>
    internal long WaitingRecords
    {
        get
        {
            lock (_lock)
            {
                return _lanes.Values.Sum(lane => (long)lane.WaitingRecords);
            }
        }
    }

    /// <summary>The lane of a stream, made when it is asked for first.</summary>
    /// <exception cref="ArgumentException">The stream does not exist.</exception>
    internal StreamLane Of(string name)
    {
        lock (_lock)
        {
            if (!_lanes.TryGetValue(name, out var lane))
            {
                lane = store.TryGet(name, out var stream)
                    ? new StreamLane(stream, logger)
                    : throw new ArgumentException($"There is no stream '{name}'. Make it first.", nameof(name));
                _lanes.Add(name, lane);
            }

            return lane;
        }
    }

    /// <summary>Refuses what waits and everything that would have to.</summary>
    internal async Task StopAsync()
    {
        StreamLane[] lanes;
        lock (_lock)
        {
            lanes = [.. _lanes.Values];
        }

        foreach (var lane in lanes)
        {
            await lane.StopAsync().ConfigureAwait(false);
        }
    }
}
