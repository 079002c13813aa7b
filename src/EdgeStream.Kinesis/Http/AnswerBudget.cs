namespace EdgeStream.Kinesis;

/// <summary>How many bytes large answers hold, against their bound.</summary>
/// <remarks>Thread-safe. Who has to wait is served in order. What exceeds the bound by itself gets its room when
/// nobody else has any.</remarks>
internal sealed class AnswerBudget(long sizeBytesMax, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private long _bytes;

    /// <summary>Bytes that are held now.</summary>
    internal long SizeBytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Whether somebody waits for room.</summary>
    internal bool IsAwaited
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>Takes room if it is there and nobody waits for it.</summary>
    internal bool TryTake(long sizeBytes)
    {
        lock (_gate)
        {
            if (_waiting.Count > 0 || !Fits(sizeBytes))
            {
                return false;
            }

            _bytes += sizeBytes;
            return true;
        }
    }

    /// <summary>Takes room, waiting until it is there.</summary>
    /// <param name="sizeBytes">How much.</param>
    /// <param name="waitTimeMax">How long to wait at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether the room was taken; false when the wait was too long.</returns>
    internal async ValueTask<bool> TakeAsync(
        long sizeBytes, TimeSpan waitTimeMax, CancellationToken cancellationToken)
    {
        LinkedListNode<Waiter> node;
        lock (_gate)
        {
            if (_waiting.Count == 0 && Fits(sizeBytes))
            {
                _bytes += sizeBytes;
                return true;
            }

            node = _waiting.AddLast(new Waiter(sizeBytes));
        }

        try
        {
            await node.Value.Task.WaitAsync(waitTimeMax, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return !TryLeave(node);
        }
        catch (OperationCanceledException)
        {
            if (!TryLeave(node))
            {
                Return(sizeBytes);
            }

            throw;
        }
    }

    /// <summary>Gives room back.</summary>
    internal void Return(long sizeBytes)
    {
        lock (_gate)
        {
            _bytes -= sizeBytes;
            Serve();
        }
    }

    /// <returns>False when the room was given at the last moment.</returns>
    private bool TryLeave(LinkedListNode<Waiter> node)
    {
        lock (_gate)
        {
            if (node.List is null)
            {
                return false;
            }

            _waiting.Remove(node);

            // A large one that waited no longer keeps small ones behind it.
            Serve();
            return true;
        }
    }

    private void Serve()
    {
        while (_waiting.First is { } first && Fits(first.Value.SizeBytes))
        {
            _waiting.RemoveFirst();
            _bytes += first.Value.SizeBytes;
            first.Value.SetResult();
        }
    }

    private bool Fits(long sizeBytes) => _bytes == 0 || _bytes + sizeBytes <= sizeBytesMax;

    private sealed class Waiter(long sizeBytes)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal long SizeBytes => sizeBytes;
    }
}
