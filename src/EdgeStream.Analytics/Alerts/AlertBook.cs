namespace EdgeStream.Analytics;

/// <summary>The alerts that stand and the latest that do not.</summary>
/// <remarks>Thread-safe. Bounded: when full, the alert that resolved first goes, or the one that fired first if all
/// fire.</remarks>
/// <param name="capacity">How many alerts are kept, at least 1.</param>
public sealed class AlertBook(int capacity)
{
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

    /// <summary>Records a change of an alert. A firing one does not undo a resolved one of the same id.</summary>
    public void Apply(Alert alert)
    {
        lock (_lock)
        {
            if (_alerts.TryGetValue(alert.Id, out var known) && known.State == AlertState.Resolved)
            {
                return;
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
