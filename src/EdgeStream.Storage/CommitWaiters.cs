namespace EdgeStream.Storage;

/// <summary>Who waits for one commit: all that go on in the same way share a task.</summary>
/// <remarks>Used under its owner's lock until it is taken from there; completed outside of it.</remarks>
internal struct CommitWaiters
{
    private TaskCompletionSource? _inPool;
    private TaskCompletionSource? _onCommitter;

    /// <summary>Completes with the commit; what waits for it goes on in the thread pool.</summary>
    internal Task InPool =>
        (_inPool ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Completes with the commit; what waits for it goes on upon the committer's thread.</summary>
    internal Task OnCommitter => (_onCommitter ??= new TaskCompletionSource()).Task;

    /// <summary>Tells all; returns whether there was anybody.</summary>
    internal readonly bool Complete()
    {
        _onCommitter?.TrySetResult();
        _inPool?.TrySetResult();
        return _onCommitter is not null || _inPool is not null;
    }

    /// <summary>Gives all an error.</summary>
    internal readonly void Fail(Exception error)
    {
        Fail(_onCommitter, error);
        Fail(_inPool, error);
    }

    private static void Fail(TaskCompletionSource? waiters, Exception error)
    {
        // Whoever waits may have gone: its error is then nobody's, and must not end the process.
        waiters?.TrySetException(new IOException(error.Message, error));
        _ = waiters?.Task.Exception;
    }
}
