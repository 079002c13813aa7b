namespace EdgeStream.Devices;

/// <summary>A thread that reads what may block in the kernel, one piece of work at a time.</summary>
/// <remarks>A read that hangs hangs this thread only; it does not keep the process alive, and ends when the read
/// returns. It sleeps between two readings without spinning first.</remarks>
internal sealed class ReaderThread : IDisposable
{
    private const int StackSizeBytes = 256 << 10;

    private readonly object _gate = new();
    private Action? _work;
    private TaskCompletionSource? _done;
    private bool _isEnding;

    /// <summary>Starts the thread.</summary>
    internal ReaderThread(string name)
    {
        var thread = new Thread(Run, StackSizeBytes) { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Does one piece of work; the next may only follow when it is done.</summary>
    /// <returns>Completes when it is done, and fails as it fails.</returns>
    internal Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _done, done, null) is not null)
        {
            throw new InvalidOperationException("The thread is at work.");
        }

        lock (_gate)
        {
            _work = work;
            Monitor.Pulse(_gate);
        }

        return done.Task;
    }

    /// <summary>Lets the thread end when its work is done.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (TakeWork() is { } work)
        {
            Do(work);
        }
    }

    /// <summary>Waits for work; null when there will be none.</summary>
    private Action? TakeWork()
    {
        lock (_gate)
        {
            while (_work is null && !_isEnding)
            {
                Monitor.Wait(_gate);
            }

            var work = _work;
            _work = null;
            return work;
        }
    }

    private void Do(Action work)
    {
        try
        {
            work();
            Interlocked.Exchange(ref _done, null)?.SetResult();
        }
        catch (Exception error)
        {
            Interlocked.Exchange(ref _done, null)?.SetException(error);
        }
    }
}
