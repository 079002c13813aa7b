using System.Collections.Concurrent;
using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Composition;

/// <summary>Notices when retention takes records that a delivery has not delivered. Thread-safe for reading.</summary>
internal sealed class EvictionWatch(TimeProvider time)
{
    private static readonly TimeSpan RecentTime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, (long EvictedRecords, long? Since)> _seen =
        new(StringComparer.Ordinal);

    /// <summary>Compares the counts with those of the call before; what the first call finds is old.</summary>
    public void Tick(IReadOnlyList<DeliveryStatus> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            var isKnown = _seen.TryGetValue(delivery.Name, out var last);
            if (!isKnown || delivery.EvictedRecords != last.EvictedRecords)
            {
                var isMore = isKnown && delivery.EvictedRecords > last.EvictedRecords;
                _seen[delivery.Name] = (delivery.EvictedRecords, isMore ? time.GetTimestamp() : last.Since);
            }
        }
    }

    /// <summary>Whether the delivery lost records within the last ten minutes.</summary>
    public bool IsRecent(string delivery) =>
        _seen.TryGetValue(delivery, out var last) && last.Since is { } since
            && time.GetElapsedTime(since) < RecentTime;
}
