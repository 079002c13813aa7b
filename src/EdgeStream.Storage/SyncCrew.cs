namespace EdgeStream.Storage;

/// <summary>
/// Finishes the commits of many logs at the same time, so that the device merges their flushes: 16 serial syncs cost 16
/// flushes, 16 at once a few.
/// </summary>
/// <remarks>
/// One caller at a time. The caller works too; the helpers are started when a round first has more than one log, and
/// sleep otherwise, without spinning before: the next round comes after a flush at the earliest, which is far off for a
/// processor. A helper that wakes too late for a round is not waited for.
/// </remarks>
internal sealed class SyncCrew : IDisposable
{
    private const int HelpersMax = 3;

    private readonly object _begin = new();
    private readonly object _end = new();
    private readonly List<Thread> _helpers = [];
    private List<LogWriter> _round = [];
    private int _next;
    private int _hadWaiters;

    /// <summary>How many helpers the round could still use; within <see cref="_begin"/>.</summary>
    private int _openPlaces;

    /// <summary>How many helpers are at work; raised within <see cref="_begin"/>, lowered within
    /// <see cref="_end"/>.</summary>
    private int _atWork;
    private bool _isStopping;

    /// <summary>Finishes every log of a round; returns whether anybody had waited for an acknowledgement.</summary>
    internal bool Finish(List<LogWriter> round)
    {
        _round = round;
        _next = -1;
        _hadWaiters = 0;
        var helpers = Math.Min(HelpersMax, round.Count - 1);
        if (helpers <= 0)
        {
            Work();
            return _hadWaiters != 0;
        }

        Call(helpers);
        Work();
        WaitForHelpers();
        return _hadWaiters != 0;
    }

    /// <summary>Ends the helpers.</summary>
    public void Dispose()
    {
        lock (_begin)
        {
            _isStopping = true;
            Monitor.PulseAll(_begin);
        }

        _helpers.ForEach(helper => helper.Join());
    }

    private void Call(int helpers)
    {
        while (_helpers.Count < helpers)
        {
            var helper = new Thread(Help) { IsBackground = true, Name = "log sync" };
            _helpers.Add(helper);
            helper.Start();
        }

        lock (_begin)
        {
            _openPlaces = helpers;
            for (var i = 0; i < helpers; i++)
            {
                Monitor.Pulse(_begin);
            }
        }
    }

    /// <summary>Waits for those who have begun; for the others nothing is left.</summary>
    private void WaitForHelpers()
    {
        lock (_begin)
        {
            _openPlaces = 0;
        }

        lock (_end)
        {
            while (_atWork > 0)
            {
                Monitor.Wait(_end);
            }
        }
    }

    private void Help()
    {
        while (TakePlace())
        {
            Work();
            lock (_end)
            {
                if (Interlocked.Decrement(ref _atWork) == 0)
                {
                    Monitor.Pulse(_end);
                }
            }
        }
    }

    /// <summary>Sleeps until a round wants help.</summary>
    /// <returns>Whether there is work; false to end.</returns>
    private bool TakePlace()
    {
        lock (_begin)
        {
            while (_openPlaces == 0)
            {
                if (_isStopping)
                {
                    return false;
                }

                Monitor.Wait(_begin);
            }

            _openPlaces--;
            Interlocked.Increment(ref _atWork);
            return true;
        }
    }

    private void Work()
    {
        int index;
        while ((index = Interlocked.Increment(ref _next)) < _round.Count)
        {
            if (_round[index].Finish())
            {
                Volatile.Write(ref _hadWaiters, 1);
            }
        }
    }
}
