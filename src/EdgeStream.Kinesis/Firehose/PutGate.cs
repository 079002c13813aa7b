namespace EdgeStream.Kinesis;

/// <summary>Counts puts under way, and closes for good once it is told to.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class PutGate
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private bool _isClosed;

    /// <summary>Begins a put; false when it is closed.</summary>
    internal bool TryEnter()
    {
        lock (_gate)
        {
            _count += _isClosed ? 0 : 1;
            return !_isClosed;
        }
    }

    /// <summary>Ends a put that was begun.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            if (--_count == 0 && _isClosed)
            {
                _idle.TrySetResult();
            }
        }
    }

    /// <summary>Lets nobody in any more, and completes when all who are in have left.</summary>
    internal Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (_count == 0)
            {
                _idle.TrySetResult();
            }
        }

        return _idle.Task;
    }
}
