namespace EdgeStream.Storage;

/// <summary>
/// The one thread that writes and syncs the logs of a device: whoever waits while it works shares its next sync.
/// </summary>
/// <remarks>Thread-safe. An idle committer does nothing until it is signalled.</remarks>
public sealed class Committer : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _thread;
    private readonly TimeProvider _timeProvider;
    private readonly Dictionary<ShardLog, long> _syncDueAt = [];
    private readonly List<(ShardLog Log, ManualResetEventSlim Closed)> _closing = [];
    private List<ShardLog> _signalled = [];
    private List<ShardLog> _working = [];
    private bool _isStopping;

    /// <summary>Starts the thread.</summary>
    public Committer(TimeProvider? timeProvider = null)
    {
        _timeProvider = timeProvider ?? TimeProvider.System;
        _thread = new Thread(Run) { IsBackground = true, Name = "log committer" };
        _thread.Start();
    }

    /// <summary>The thread for work on these logs that nobody waits for.</summary>
    internal Upkeep Upkeep { get; } = new();

    /// <summary>Opens a log, recovering what a crash left.</summary>
    /// <exception cref="IOException">
    /// The folder or a file in it cannot be used; the message says which and why.
    /// </exception>
    public ShardLog Open(IDisk disk, LogClock clock, ShardLogOptions options) =>
        new(disk, clock, this, options, ShardRecovery.Open(disk, clock, options));

    /// <summary>
    /// Commits what a log holds, marks its clean end and closes it. Appends are refused from then on.
    /// </summary>
    /// <remarks>Closing happens on the committer's thread, so that a log is only ever written by one thread.</remarks>
    public void Close(ShardLog log)
    {
        using var closed = new ManualResetEventSlim();
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _closing.Add((log, closed));
            _wake.Release();
        }

        closed.Wait();
    }

    /// <summary>
    /// Stops the thread. Close the logs first: what they still hold in memory is not written any more.
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
            _wake.Release();
        }

        Upkeep.Dispose();
        _thread.Join();
        _wake.Dispose();
    }

    internal void Signal(ShardLog log)
    {
        lock (_gate)
        {
            if (_isStopping)
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

    private void Run()
    {
        while (true)
        {
            _wake.Wait(MillisecondsToNextSync());
            (ShardLog Log, ManualResetEventSlim Closed)[] closing;
            bool isStopping;
            lock (_gate)
            {
                isStopping = _isStopping;
                (_signalled, _working) = (_working, _signalled);
                closing = _closing.Count == 0 ? [] : [.. _closing];
                _closing.Clear();
            }

            if (!isStopping)
            {
                CommitAll();
            }

            foreach (var (log, closed) in closing)
            {
                log.Close();
                _syncDueAt.Remove(log);
                closed.Set();
            }

            if (isStopping)
            {
                return;
            }
        }
    }

    private void CommitAll()
    {
        foreach (var log in _working)
        {
            Commit(log);
        }

        _working.Clear();
        if (_syncDueAt.Count == 0)
        {
            return;
        }

        var now = MonotonicMicroseconds;
        foreach (var (log, dueAt) in _syncDueAt.ToArray())
        {
            if (dueAt <= now)
            {
                Commit(log);
            }
        }
    }

    private void Commit(ShardLog log)
    {
        if (log.Commit(mustSync: false) is { } dueAt)
        {
            _syncDueAt[log] = dueAt;
        }
        else if (_syncDueAt.Count > 0)
        {
            _syncDueAt.Remove(log);
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
