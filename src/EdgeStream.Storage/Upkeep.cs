namespace EdgeStream.Storage;

/// <summary>
/// The one thread that does what logs need and nobody waits for: makes their next segments ready, finishes, compresses
/// and checks sealed ones.
/// </summary>
/// <remarks>
/// Thread-safe. An idle one does nothing until it is signalled. Its work only saves work or finds damage: when it
/// fails, the log goes on, and <see cref="LogUpkeep.Failures"/> says why.
/// </remarks>
internal sealed class Upkeep : IDisposable
{
    private const double TickSecondsMax = 2;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _thread;
    private readonly List<LogUpkeep> _signalled = [];
    private readonly List<LogUpkeep> _logs = [];
    private readonly TimeProvider _timeProvider;
    private long _checkBytesPerSecond;
    private PacedBudget _budget;
    private long _lastTick;
    private int _turn;
    private bool _isWoken;
    private bool _isStopping;

    /// <summary>Starts the thread.</summary>
    internal Upkeep(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        WriteBack = new PacedWriteBack(timeProvider);
        _lastTick = timeProvider.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = "log upkeep" };
        _thread.Start();
    }

    /// <summary>How sealed segments come to the device.</summary>
    internal PacedWriteBack WriteBack { get; }

    /// <summary>How many bytes of sealed segments are checked a second, over all logs; 0 pauses it.</summary>
    internal long CheckBytesPerSecond
    {
        get => Volatile.Read(ref _checkBytesPerSecond);
        set => Volatile.Write(ref _checkBytesPerSecond, value);
    }

    /// <summary>Takes a log into care.</summary>
    internal void Add(LogUpkeep log)
    {
        lock (_gate)
        {
            _logs.Add(log);
        }
    }

    /// <summary>Lets a log go.</summary>
    internal void Remove(LogUpkeep log)
    {
        lock (_gate)
        {
            _logs.Remove(log);
            _signalled.Remove(log);
        }
    }

    /// <summary>
    /// Lets checking go on for the time that has passed, at most two seconds of it, and every log do what is due.
    /// Called about once a second.
    /// </summary>
    /// <remarks>A piece that was larger than what was left is made up for before the next one is read.</remarks>
    internal void Tick()
    {
        lock (_gate)
        {
            var now = _timeProvider.GetTimestamp();
            var seconds = Math.Min(_timeProvider.GetElapsedTime(_lastTick, now).TotalSeconds, TickSecondsMax);
            _lastTick = now;
            _budget.Grant((long)(seconds * CheckBytesPerSecond));
            _signalled.Clear();
            _signalled.AddRange(_logs);
            Wake();
        }
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
            Wake();
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
            Wake();
        }

        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        NativeMethods.LowerThreadPriority();
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

                _isWoken = false;
                logs = [.. _signalled];
                _signalled.Clear();
            }

            foreach (var log in logs)
            {
                log.DoWork();
            }

            Check();
        }
    }

    /// <summary>Checks pieces of all logs by turns until the budget is used up or something else is due.</summary>
    private void Check()
    {
        var idle = 0;
        while (true)
        {
            LogUpkeep log;
            lock (_gate)
            {
                if (!_budget.IsLeft || idle >= _logs.Count || _signalled.Count > 0 || _isStopping)
                {
                    return;
                }

                log = _logs[_turn % _logs.Count];
            }

            var read = log.CheckNext();
            lock (_gate)
            {
                _budget.Take(read);
                _turn = read == 0 ? _turn + 1 : _turn;
            }

            idle = read == 0 ? idle + 1 : 0;
        }
    }

    private void Wake()
    {
        if (!_isWoken)
        {
            _isWoken = true;
            _wake.Release();
        }
    }
}
