namespace EdgeStream.Gateway.Composition;

/// <summary>Which failures and recoveries are news: of each at most one failure and one recovery an hour.</summary>
/// <remarks>So what fails every second fills no journal. Used by one loop, in rounds.</remarks>
/// <typeparam name="TKey">What tells one failure from another.</typeparam>
internal sealed class ToldFailures<TKey>(TimeProvider time)
    where TKey : notnull
{
    private static readonly TimeSpan RepeatPeriod = TimeSpan.FromHours(1);

    private readonly Dictionary<TKey, Told> _told = [];
    private readonly HashSet<TKey> _failing = [];

    /// <summary>Notes that something fails in this round; returns whether that is to be told.</summary>
    public bool MustTell(TKey key)
    {
        _failing.Add(key);
        var now = time.GetTimestamp();
        if (_told.TryGetValue(key, out var told) && time.GetElapsedTime(told.At, now) < RepeatPeriod)
        {
            return false;
        }

        _told[key] = new Told(now, IsStanding: true);
        return true;
    }

    /// <summary>Ends the round; returns what has not failed in it, and whose recovery is to be told.</summary>
    public IReadOnlyList<TKey> EndRound()
    {
        var now = time.GetTimestamp();
        var recovered = new List<TKey>();
        foreach (var (key, told) in _told)
        {
            if (_failing.Contains(key))
            {
                continue;
            }

            if (told.IsStanding)
            {
                _told[key] = told with { IsStanding = false };
                recovered.Add(key);
            }
            else if (time.GetElapsedTime(told.At, now) >= RepeatPeriod)
            {
                _told.Remove(key);
            }
        }

        _failing.Clear();
        return recovered;
    }

    /// <summary>When a failure was last told, and whether its recovery has not been yet.</summary>
    private readonly record struct Told(long At, bool IsStanding);
}
