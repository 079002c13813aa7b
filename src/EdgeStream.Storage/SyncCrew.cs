namespace EdgeStream.Storage;

/// <summary>
/// Finishes the commits of many logs at the same time, so that the device merges their flushes: 16 serial syncs cost 16
/// flushes, 16 at once a few.
/// </summary>
/// <remarks>
/// One caller at a time. The caller works too; the helpers are started when a round first has more than one log, and
/// sleep otherwise.
/// </remarks>
internal sealed class SyncCrew : IDisposable
{
    private const int HelpersMax = 3;

    private readonly SemaphoreSlim _begin = new(0);
    private readonly SemaphoreSlim _end = new(0);
    private readonly List<Thread> _helpers = [];
    private List<LogWriter> _round = [];
    private int _next;
    private int _hadWaiters;
    private volatile bool _isStopping;

    /// <summary>Finishes every log of a round; returns whether anybody had waited for an acknowledgement.</summary>
    internal bool Finish(List<LogWriter> round)
    {
        _round = round;
        _next = -1;
        _hadWaiters = 0;
        var helpers = Math.Min(HelpersMax, round.Count - 1);
        while (_helpers.Count < helpers)
        {
            var helper = new Thread(Help) { IsBackground = true, Name = "log sync" };
            _helpers.Add(helper);
            helper.Start();
        }

        if (helpers > 0)
        {
            _begin.Release(helpers);
        }

        Work();
        for (var i = 0; i < helpers; i++)
        {
            _end.Wait();
        }

        return _hadWaiters != 0;
    }

    /// <summary>Ends the helpers.</summary>
    public void Dispose()
    {
        _isStopping = true;
        if (_helpers.Count > 0)
        {
            _begin.Release(_helpers.Count);
        }

        _helpers.ForEach(helper => helper.Join());
        _begin.Dispose();
        _end.Dispose();
    }

    private void Help()
    {
        while (true)
        {
            _begin.Wait();
            if (_isStopping)
            {
                return;
            }

            Work();
            _end.Release();
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
