using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>The alerts that stand and the latest that do not.</summary>
/// <remarks>Thread-safe. Bounded: when full, the alert that resolved first goes, or the one that fired first if all
/// fire.</remarks>
/// <param name="capacity">How many alerts are kept, at least 1.</param>
/// <param name="flapping">When alerts flap; null for the default.</param>
public sealed class AlertBook(int capacity, FlapOptions? flapping = null)
{
    private readonly FlapMemory _flaps = new(flapping ?? FlapOptions.Default);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Alert> _alerts = new(StringComparer.Ordinal);
    private long _droppedFiring;

    /// <summary>How many firing alerts had no room; they are in the alerts stream nevertheless.</summary>
    public long DroppedFiring => Interlocked.Read(ref _droppedFiring);

    /// <summary>The alerts as they stand now: firing first, then the newest.</summary>
    public IReadOnlyList<Alert> Snapshot()
    {
        lock (_lock)
        {
            return [.. _alerts.Values
                .OrderBy(alert => alert.State)
                .ThenByDescending(alert => (alert.ResolvedAt ?? alert.FiredAt).UnixMicroseconds)
                .ThenBy(alert => alert.Id, StringComparer.Ordinal)];
        }
    }

    /// <summary>The alert of an id; null if it is not here.</summary>
    public Alert? Find(string id)
    {
        lock (_lock)
        {
            return _alerts.GetValueOrDefault(id);
        }
    }

    /// <summary>Whether the alerts of an alert's rule and key fire and resolve too often to be told of each
    /// time.</summary>
    public bool IsFlapping(Alert alert, DateTimeOffset now)
    {
        lock (_lock)
        {
            return _flaps.IsFlapping(alert.Rule, alert.Key, Timestamp.From(now).UnixMicroseconds);
        }
    }

    /// <summary>Records a change of an alert. A firing one does not undo a resolved one of the same id.</summary>
    public void Apply(Alert alert)
    {
        lock (_lock)
        {
            var isKnown = _alerts.TryGetValue(alert.Id, out var known);
            if (isKnown && known!.State == AlertState.Resolved)
            {
                return;
            }

            if (!isKnown || known!.State != alert.State)
            {
                _flaps.Note(alert);
            }

            _alerts[alert.Id] = alert;
            if (_alerts.Count > capacity)
            {
                DropOldest();
            }
        }
    }

    private void DropOldest()
    {
        var oldest = _alerts.Values
            .OrderByDescending(alert => alert.State)
            .ThenBy(alert => (alert.ResolvedAt ?? alert.FiredAt).UnixMicroseconds)
            .First();
        _alerts.Remove(oldest.Id);
        if (oldest.State == AlertState.Firing)
        {
            Interlocked.Increment(ref _droppedFiring);
        }
    }
}
