namespace EdgeStream.Storage;

/// <summary>
/// The one thread that does what logs need and nobody waits for: makes their next segments ready, finishes sealed ones.
/// </summary>
/// <remarks>
/// Thread-safe. An idle one does nothing until it is signalled. Its work only saves work or finds damage: when it
/// fails,
/// the log goes on, and <see cref="LogUpkeep.Failure"/> says why.
/// </remarks>
internal sealed class Upkeep : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _thread;
    private readonly List<LogUpkeep> _signalled = [];
    private bool _isStopping;

    /// <summary>Starts the thread.</summary>
    internal Upkeep()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "log upkeep" };
        _thread.Start();
    }

    /// <summary>Asks for a log's work to be done soon.</summary>
    internal void Signal(LogUpkeep log)
    {
        lock (_gate)
        {
            if (_isStopping || _signalled.Contains(log))
            {
                return;
            }

            _signalled.Add(log);
            if (_signalled.Count == 1)
            {
                _wake.Release();
            }
        }
    }

    /// <summary>Ends the thread after the piece of work that it is doing.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
            _wake.Release();
        }

        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wake.Wait();
            LogUpkeep[] logs;
            lock (_gate)
            {
                if (_isStopping)
                {
                    return;
                }

                logs = [.. _signalled];
                _signalled.Clear();
            }

            foreach (var log in logs)
            {
                log.DoWork();
            }
        }
    }
}
