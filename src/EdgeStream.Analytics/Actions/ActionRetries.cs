namespace EdgeStream.Analytics;

/// <summary>When a group whose notification failed is tried again.</summary>
/// <remarks>After 1 s, then twice as long each time up to a minute, shortened at random by up to a quarter; later where
/// the other side asks for it, up to 15 minutes. Between a failure and whatever comes next at least a second passes.
/// Not thread-safe; times are monotonic.</remarks>
internal sealed class ActionRetries(TimeProvider time, Random random)
{
    private const int DoublingsMax = 6;
    private const double ShortenMax = 0.25;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DelayMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AskedMax = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, Failing> _groups = new(StringComparer.Ordinal);
    private long _pausedAt;
    private TimeSpan _pause;

    /// <summary>Whether a group may be told of now.</summary>
    public bool MayTell(string group) => time.GetElapsedTime(_pausedAt) >= _pause
        && (!_groups.TryGetValue(group, out var failing) || time.GetElapsedTime(failing.TriedAt) >= failing.Delay);

    /// <summary>Whether a group's last notification failed.</summary>
    public bool IsFailing(string group) => _groups.ContainsKey(group);

    /// <summary>Notes a failure: how many there are now, and since when.</summary>
    public (int Attempts, TimeSpan Since) Fail(string group, TimeSpan? asked)
    {
        var now = time.GetTimestamp();
        var failing = _groups.TryGetValue(group, out var known) ? known : new Failing { Since = now };
        var exponential = TimeSpan.FromTicks(Math.Min(
            DelayMax.Ticks, First.Ticks << Math.Min(failing.Attempts, DoublingsMax)));
        var delay = exponential * (1 - (ShortenMax * random.NextDouble()));
        var wanted = asked is { } wait ? TimeSpan.FromTicks(Math.Min(wait.Ticks, AskedMax.Ticks)) : TimeSpan.Zero;
        failing.Attempts++;
        failing.TriedAt = now;
        failing.Delay = wanted > delay ? wanted : delay;
        _groups[group] = failing;
        Pause();
        return (failing.Attempts, time.GetElapsedTime(failing.Since, now));
    }

    /// <summary>Ends a group's failures.</summary>
    public int Forget(string group) => _groups.Remove(group, out var failing) ? failing.Attempts : 0;

    /// <summary>Lets a second pass before anything is told.</summary>
    public void Pause() => (_pausedAt, _pause) = (time.GetTimestamp(), First);

    /// <summary>How long until a group may be told of that now may not; null if there is none.</summary>
    public TimeSpan? LookAgainIn()
    {
        TimeSpan? least = Left(_pausedAt, _pause);
        foreach (var failing in _groups.Values)
        {
            var left = Left(failing.TriedAt, failing.Delay);
            least = least is null || left < least ? left ?? least : least;
        }

        return least;
    }

    private TimeSpan? Left(long since, TimeSpan delay)
    {
        var left = delay - time.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : null;
    }

    private struct Failing
    {
        public int Attempts;
        public long Since;
        public long TriedAt;
        public TimeSpan Delay;
    }
}
