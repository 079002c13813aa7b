namespace EdgeStream.Mqtt;

/// <summary>How many wills are being published, and connections are being left: what a stop waits for. Thread-safe.
/// </summary>
internal sealed class WillsUnderWay
{
    private readonly Lock _gate = new();
    private int _count;
    private TaskCompletionSource? _none;

    internal void Begin()
    {
        lock (_gate)
        {
            _count++;
        }
    }

    internal void End()
    {
        TaskCompletionSource? none = null;
        lock (_gate)
        {
            if (--_count == 0)
            {
                none = _none;
                _none = null;
            }
        }

        none?.SetResult();
    }

    /// <summary>Completes at the next moment without any.</summary>
    internal Task WhenNoneAsync()
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                return Task.CompletedTask;
            }

            _none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _none.Task;
        }
    }
}
