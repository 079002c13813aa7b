namespace EdgeStream.Storage;

/// <summary>
/// The one thread that writes the logs of a device and has them synced, several at a time: whoever waits while it works
/// shares its next sync.
/// </summary>
/// <remarks>
/// Thread-safe. It works in rounds, over all logs that have something. A log that had something is looked at again in
/// the next round, at most <see cref="LingerMs"/> later, so that producers who do not wait for an acknowledgement need
/// not wake it; one that had nothing is left alone until it is signalled. An idle committer does nothing.
/// </remarks>
public sealed class Committer : IDisposable
{
    private const int LingerMs = 10;

    /// <summary>
    /// How often an idle committer looks for work before it sleeps, about 20 microseconds in all: a producer of this
    /// process that waits for each acknowledgement is back within that time, and waking a thread takes as long. One
    /// behind a socket is not, and is not waited for in this way.
    /// </summary>
    private const int SpinsBeforeSleep = 60;

    private const int PausesPerSpin = 30;

    /// <summary>So many fruitless spins in a row, and the committer sleeps at once for a while.</summary>
    private const int SpinCredit = 8;

    private const int RoundsWithoutSpin = 64;

    private readonly object _gate = new();
    private readonly Thread _thread;
    private readonly SyncCrew _crew = new();
    private readonly TimeProvider _timeProvider;
    private readonly Dictionary<LogWriter, long> _syncDueAt = [];
    private readonly List<(LogWriter Log, ManualResetEventSlim Closed)> _closing = [];
    private readonly HashSet<LogWriter> _open = [];
    private readonly List<LogWriter> _round = [];
    private readonly List<LogWriter> _lingering = [];
    private readonly List<LogWriter> _signalled = [];
    private int _signals;
    private int _spinCredit = SpinCredit;
    private bool _isAsleep;
    private bool _isStopping;

    /// <summary>Starts the thread.</summary>
    public Committer(TimeProvider? timeProvider = null)
    {
        _timeProvider = timeProvider ?? TimeProvider.System;
        Upkeep = new Upkeep(_timeProvider);
        _thread = new Thread(Run) { IsBackground = true, Name = "log committer" };
        _thread.Start();
    }

    /// <summary>The thread for work on these logs that nobody waits for.</summary>
    internal Upkeep Upkeep { get; }

    /// <summary>How many bytes of sealed segments are checked a second, over all logs; 0 pauses it.</summary>
    public long CheckBytesPerSecond
    {
        get => Upkeep.CheckBytesPerSecond;
        set => Upkeep.CheckBytesPerSecond = value;
    }

    /// <summary>Lets the checking of sealed segments go on. Call it about once a second.</summary>
    public void Tick() => Upkeep.Tick();

    /// <summary>Opens a log, recovering what a crash left.</summary>
    /// <exception cref="IOException">
    /// The folder or a file in it cannot be used; the message says which and why.
    /// </exception>
    public ShardLog Open(IDisk disk, LogClock clock, ShardLogOptions options)
    {
        var log = new ShardLog(disk, clock, this, options, ShardRecovery.Open(disk, clock, options));
        lock (_gate)
        {
            _open.Add(log.Writer);
        }

        return log;
    }

    /// <summary>
    /// Commits what a log holds, marks its clean end and closes it. Appends are refused from then on.
    /// </summary>
    /// <remarks>
    /// The last commit happens on the committer's thread, so that a log is only ever written by one thread. What is
    /// still being done on its sealed segments is waited for on the caller's thread: no other log waits with it.
    /// </remarks>
    public void Close(ShardLog log)
    {
        using var closed = new ManualResetEventSlim();
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            log.Upkeep.Stop();
            _closing.Add((log.Writer, closed));
            Wake();
        }

        closed.Wait();
        log.Upkeep.Close();
    }

    /// <summary>
    /// Stops the thread. Close the logs first: what others still hold in memory is not written any more, and who waits
    /// for it gets an error.
    /// </summary>
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

        Upkeep.Dispose();
        _thread.Join();
        _crew.Dispose();
        foreach (var log in _open)
        {
            log.Abandon();
        }
    }

    /// <summary>A log has something to write.</summary>
    internal void Signal(LogWriter log)
    {
        lock (_gate)
        {
            if (!_isStopping)
            {
                _signalled.Add(log);
                Wake();
            }
        }
    }

    private void Wake()
    {
        Volatile.Write(ref _signals, _signals + 1);
        if (_isAsleep)
        {
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        var hadWaiters = false;
        while (true)
        {
            if (hadWaiters)
            {
                SpinForSignal();
            }

            var closing = WaitForWork(out var isStopping);
            if (!isStopping)
            {
                hadWaiters = CommitRound();
            }

            foreach (var (log, closed) in closing)
            {
                log.Close();
                lock (_gate)
                {
                    _open.Remove(log);
                }

                _syncDueAt.Remove(log);
                _lingering.Remove(log);
                closed.Set();
            }

            if (isStopping)
            {
                return;
            }
        }
    }

    private void SpinForSignal()
    {
        if (_spinCredit <= 0 || Environment.ProcessorCount == 1)
        {
            // Now and then it is tried again: the load may have changed.
            _spinCredit = _spinCredit == -RoundsWithoutSpin ? 1 : _spinCredit - 1;
            return;
        }

        for (var i = 0; i < SpinsBeforeSleep; i++)
        {
            if (Volatile.Read(ref _signals) != 0)
            {
                _spinCredit = SpinCredit;
                return;
            }

            Thread.SpinWait(PausesPerSpin);
        }

        _spinCredit--;
    }

    /// <summary>Sleeps until there is a signal or something is due, and makes up the next round.</summary>
    private (LogWriter Log, ManualResetEventSlim Closed)[] WaitForWork(out bool isStopping)
    {
        var timeoutMs = _lingering.Count > 0 ? LingerMs : MillisecondsToNextSync();
        lock (_gate)
        {
            if (_signals == 0 && timeoutMs != 0)
            {
                _isAsleep = true;
                Monitor.Wait(_gate, timeoutMs);
                _isAsleep = false;
            }

            _signals = 0;
            isStopping = _isStopping;
            AddToRound(_signalled);
            _signalled.Clear();
            if (_closing.Count == 0)
            {
                return [];
            }

            (LogWriter, ManualResetEventSlim)[] closing = [.. _closing];
            _closing.Clear();
            return closing;
        }
    }

    private void AddToRound(List<LogWriter> logs)
    {
        foreach (var log in logs)
        {
            AddToRound(log);
        }
    }

    private void AddToRound(LogWriter log)
    {
        if (!log.IsInRound)
        {
            log.IsInRound = true;
            _round.Add(log);
        }
    }

    /// <returns>Whether anybody had waited for an acknowledgement.</returns>
    private bool CommitRound()
    {
        AddToRound(_lingering);
        _lingering.Clear();
        AddDueSyncs();
        foreach (var log in _round)
        {
            log.Write();
        }

        var hadWaiters = _crew.Finish(_round);
        foreach (var log in _round)
        {
            log.IsInRound = false;
            if (log.IsLingering)
            {
                _lingering.Add(log);
            }

            if (log.SyncDueAt is { } dueAt)
            {
                _syncDueAt[log] = dueAt;
            }
            else if (_syncDueAt.Count > 0)
            {
                _syncDueAt.Remove(log);
            }
        }

        _round.Clear();
        return hadWaiters;
    }

    private void AddDueSyncs()
    {
        if (_syncDueAt.Count == 0)
        {
            return;
        }

        var now = MonotonicMicroseconds;
        foreach (var (log, dueAt) in _syncDueAt)
        {
            if (dueAt <= now)
            {
                AddToRound(log);
            }
        }
    }

    private long MonotonicMicroseconds =>
        (long)(_timeProvider.GetTimestamp() * (1_000_000.0 / _timeProvider.TimestampFrequency));

    private int MillisecondsToNextSync()
    {
        if (_syncDueAt.Count == 0)
        {
            return Timeout.Infinite;
        }

        var left = _syncDueAt.Values.Min() - MonotonicMicroseconds;
        return (int)Math.Clamp((left + 999) / 1000, 0, int.MaxValue);
    }
}
