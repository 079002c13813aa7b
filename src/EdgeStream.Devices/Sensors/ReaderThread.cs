namespace EdgeStream.Devices;

/// <summary>A thread that reads what may block in the kernel, one piece of work at a time.</summary>
/// <remarks>A read that hangs hangs this thread only; it does not keep the process alive, and ends when the read
/// returns.</remarks>
internal sealed class ReaderThread : IDisposable
{
    private const int StackSizeBytes = 256 << 10;

    private readonly SemaphoreSlim _begin = new(0);
    private Action? _work;
    private TaskCompletionSource? _done;
    private volatile bool _isEnding;

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

        _work = work;
        _begin.Release();
        return done.Task;
    }

    /// <summary>Lets the thread end when its work is done.</summary>
    public void Dispose()
    {
        _isEnding = true;
        _begin.Release();
    }

    private void Run()
    {
        while (true)
        {
            _begin.Wait();
            if (Interlocked.Exchange(ref _work, null) is { } work)
            {
                Do(work);
            }

            if (_isEnding)
            {
                return;
            }
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
