namespace EdgeStream.Gateway.Composition;

/// <summary>Counts the queries that are run for one client each, and lets only so many run at once.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class QueryRuns
{
    /// <summary>Runs at once.</summary>
    public const int CountMax = 8;

    /// <summary>Runs over what is stored at once: each takes what a core gives.</summary>
    public const int HistoryCountMax = 2;

    private readonly Lock _gate = new();
    private int _live;
    private int _history;
    private long _refused;

    /// <summary>Runs over what comes, under way now.</summary>
    public int Live => Volatile.Read(ref _live);

    /// <summary>Runs over what is stored, under way now.</summary>
    public int History => Volatile.Read(ref _history);

    /// <summary>Runs since the start that there was no room for.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Begins a run, if there is room; disposing of the result ends it.</summary>
    /// <param name="isHistory">Whether it is over what is stored.</param>
    /// <param name="full">What there is enough of already, where there is no room.</param>
    public IDisposable? TryBegin(bool isHistory, out string full)
    {
        lock (_gate)
        {
            full = _live + _history >= CountMax ? $"{CountMax} queries run"
                : isHistory && _history >= HistoryCountMax ? $"{HistoryCountMax} queries read what is stored"
                : "";
            if (full.Length > 0)
            {
                _refused++;
                return null;
            }

            (isHistory ? ref _history : ref _live)++;
            return new Run(this, isHistory);
        }
    }

    private sealed class Run(QueryRuns runs, bool isHistory) : IDisposable
    {
        public void Dispose()
        {
            lock (runs._gate)
            {
                (isHistory ? ref runs._history : ref runs._live)--;
            }
        }
    }
}
