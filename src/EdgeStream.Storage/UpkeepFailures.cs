namespace EdgeStream.Storage;

/// <summary>Which kinds of work on a log fail at present, and how often any has failed.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class UpkeepFailures
{
    private const int WorkCount = (int)UpkeepWork.Removing + 1;

    private readonly Lock _gate = new();
    private readonly UpkeepFailure?[] _failures = new UpkeepFailure?[WorkCount];
    private long _count;

    /// <summary>What failed when it was last tried, at most one of each kind.</summary>
    internal IReadOnlyList<UpkeepFailure> Current
    {
        get
        {
            lock (_gate)
            {
                var current = new List<UpkeepFailure>();
                foreach (var failure in _failures)
                {
                    if (failure is not null)
                    {
                        current.Add(failure);
                    }
                }

                return current;
            }
        }
    }

    /// <summary>How often work began to fail, or failed for another reason, since the log was opened.</summary>
    internal long Count => Volatile.Read(ref _count);

    /// <summary>Whether work failed when it was last tried.</summary>
    internal bool Has(UpkeepWork work)
    {
        lock (_gate)
        {
            return _failures[(int)work] is not null;
        }
    }

    /// <summary>Notes a try that failed.</summary>
    internal void Add(UpkeepWork work, Exception error)
    {
        lock (_gate)
        {
            var before = _failures[(int)work];
            var isKnown = before?.Error.GetType() == error.GetType() && before.Error.Message == error.Message;
            _failures[(int)work] = new UpkeepFailure(work, error, (before?.FailedTries ?? 0) + 1);
            _count += isKnown ? 0 : 1;
        }
    }

    /// <summary>Notes a try that succeeded.</summary>
    internal void Clear(UpkeepWork work)
    {
        lock (_gate)
        {
            _failures[(int)work] = null;
        }
    }
}
