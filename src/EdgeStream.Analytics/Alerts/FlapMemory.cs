namespace EdgeStream.Analytics;

/// <summary>Knows which alerts flap: the times of their latest changes, by rule and key.</summary>
/// <remarks>
/// Not thread-safe. An alert flaps while its last <see cref="FlapOptions.Changes"/> changes lie within
/// <see cref="FlapOptions.Window"/> of now; it is quiet again when the oldest of them has left it. At most 4,096 rules
/// and keys are remembered: those without a change in the window go first, then the one that changed longest ago. The
/// times are those of the alerts, so a wall clock that is set ends what flaps, and never makes it so.
/// </remarks>
internal sealed class FlapMemory(FlapOptions options)
{
    private const int CountMax = 4_096;

    private readonly Dictionary<(string Rule, string Key), Queue<long>> _changes = [];

    /// <summary>Notes that an alert fired or resolved.</summary>
    public void Note(Alert alert)
    {
        if (options.Changes == 0)
        {
            return;
        }

        var at = TimeOf(alert);
        if (!_changes.TryGetValue((alert.Rule, alert.Key), out var times))
        {
            MakeRoom(at);
            _changes[(alert.Rule, alert.Key)] = times = new Queue<long>();
        }

        times.Enqueue(at);
        while (times.Count > options.Changes)
        {
            times.Dequeue();
        }
    }

    /// <summary>Whether a rule's alerts of a key flap now.</summary>
    public bool IsFlapping(string rule, string key, long nowMicroseconds) =>
        QuietAt(rule, key, nowMicroseconds) is not null;

    /// <summary>When they will be quiet if nothing changes; null if they are.</summary>
    public long? QuietAt(string rule, string key, long nowMicroseconds)
    {
        if (options.Changes == 0 || !_changes.TryGetValue((rule, key), out var times) || times.Count < options.Changes)
        {
            return null;
        }

        var window = options.Window.Ticks / TimeSpan.TicksPerMicrosecond;
        var oldest = times.Peek();
        return oldest + window > nowMicroseconds && oldest <= nowMicroseconds + window ? oldest + window : null;
    }

    private static long TimeOf(Alert alert) => (alert.ResolvedAt ?? alert.FiredAt).UnixMicroseconds;

    private void MakeRoom(long now)
    {
        if (_changes.Count < CountMax)
        {
            return;
        }

        var window = options.Window.Ticks / TimeSpan.TicksPerMicrosecond;
        var longest = default((string Rule, string Key));
        var longestAt = long.MaxValue;
        foreach (var (name, times) in _changes)
        {
            var newest = times.Last();
            if (newest + window <= now)
            {
                _changes.Remove(name);
            }
            else if (newest < longestAt)
            {
                (longest, longestAt) = (name, newest);
            }
        }

        if (_changes.Count >= CountMax)
        {
            _changes.Remove(longest);
        }
    }
}
