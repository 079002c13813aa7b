namespace EdgeStream.Delivery;

/// <summary>Ends a wait from another thread, any number of times.</summary>
/// <remarks>
/// Thread-safe. The waiter arms the signal, then looks at its conditions, then waits: nothing set in between is missed.
/// What waited continues on the thread pool, never on the thread that set the signal.
/// </remarks>
internal sealed class WakeSignal
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _source = new();

    /// <summary>A token that the next <see cref="Set"/> cancels.</summary>
    public CancellationToken Arm()
    {
        lock (_gate)
        {
            if (_source.IsCancellationRequested)
            {
                _source = new CancellationTokenSource();
            }

            return _source.Token;
        }
    }

    /// <summary>Ends the wait; without a waiter it does nothing that lasts.</summary>
    public void Set()
    {
        lock (_gate)
        {
            _ = _source.CancelAsync();
        }
    }
}
