namespace EdgeStream.Delivery;

/// <summary>Spreads the attempts that deliveries make after failures over time, for each server.</summary>
/// <remarks>Thread-safe. Of a server: <see cref="BurstMax"/> at once, then <see cref="PerSecondMax"/> a second, in the
/// order in which they ask: none waits longer than those before it take. Attempts of deliveries that have not failed
/// are not counted.</remarks>
/// <param name="time">The clock.</param>
public sealed class ConnectBudget(TimeProvider time)
{
    /// <summary>Such attempts for one server in a second, in the long run.</summary>
    public const int PerSecondMax = 5;

    /// <summary>How many may come at once after a pause.</summary>
    public const int BurstMax = 10;

    private const int ServersMax = 256;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1) / PerSecondMax;

    private readonly Lock _gate = new();

    /// <summary>When each server's next attempt is due at an even pace, in ticks since the beginning.</summary>
    private readonly Dictionary<string, long> _due = new(StringComparer.Ordinal);
    private readonly long _origin = time.GetTimestamp();

    /// <summary>Takes the next place in a server's line: how long to wait for it.</summary>
    internal TimeSpan Take(string server)
    {
        var now = time.GetElapsedTime(_origin).Ticks;
        lock (_gate)
        {
            if (_due.Count >= ServersMax && !_due.ContainsKey(server))
            {
                Forget(now);
            }

            var due = _due.TryGetValue(server, out var next) && next > now ? next : now;
            _due[server] = due + Interval.Ticks;
            return TimeSpan.FromTicks(Math.Max(0, due - now - (Interval.Ticks * (BurstMax - 1))));
        }
    }

    /// <summary>Gives a place back that was taken and not used: the line is shorter by one.</summary>
    /// <remarks>Those behind it keep theirs, so that two may come at the same moment.</remarks>
    internal void Return(string server)
    {
        lock (_gate)
        {
            if (_due.TryGetValue(server, out var due))
            {
                _due[server] = due - Interval.Ticks;
            }
        }
    }

    /// <summary>Drops servers whose line is empty.</summary>
    private void Forget(long now)
    {
        foreach (var (server, due) in _due)
        {
            if (due <= now)
            {
                _due.Remove(server);
            }
        }
    }
}
