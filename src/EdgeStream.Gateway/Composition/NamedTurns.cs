namespace EdgeStream.Gateway.Composition;

/// <summary>Lets one at a time have a name; who has another name does not wait.</summary>
/// <remarks>Thread-safe. Holds the names that someone has or waits for, and no others.</remarks>
internal sealed class NamedTurns
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue> _queues = new(StringComparer.Ordinal);

    /// <summary>Waits for the turn of a name, which ends when the result is disposed.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; there is no turn to end.</exception>
    public async Task<IDisposable> TakeAsync(string name, CancellationToken cancellationToken = default)
    {
        Queue? queue;
        lock (_gate)
        {
            if (!_queues.TryGetValue(name, out queue))
            {
                _queues.Add(name, queue = new Queue());
            }

            queue.Users++;
        }

        try
        {
            await queue.Turns.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(name, queue);
            throw;
        }

        return new Turn(this, name, queue);
    }

    private void Leave(string name, Queue queue)
    {
        lock (_gate)
        {
            if (--queue.Users == 0)
            {
                _queues.Remove(name);
            }
        }
    }

    private sealed class Queue
    {
        public SemaphoreSlim Turns { get; } = new(1);

        public int Users { get; set; }
    }

    private sealed class Turn(NamedTurns owner, string name, Queue queue) : IDisposable
    {
        public void Dispose()
        {
            queue.Turns.Release();
            owner.Leave(name, queue);
        }
    }
}
