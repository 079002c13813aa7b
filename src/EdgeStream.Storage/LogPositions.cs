namespace EdgeStream.Storage;

/// <summary>
/// How far a log has come, and who waits for it: <i>visible</i> (readers see it, its append is acknowledged) and
/// <i>durable</i> (the device has it). Both only move forward, until the first failure stops them for good.
/// </summary>
/// <remarks>
/// Thread-safe. The committer moves the positions; every waiter of one commit shares one task, which completes after
/// the positions have moved.
/// </remarks>
internal sealed class LogPositions(SequenceNumber last)
{
    private readonly Lock _gate = new();
    private CommitWaiters _commit;
    private CommitWaiters _nextCommit;
    private TaskCompletionSource? _readerSource;
    private TaskCompletionSource? _durableSource;
    private Exception? _failure;
    private long _taken = last.Value;
    private long _visible = last.Value;
    private long _durable = last.Value;
    private bool _isClosed;
    private bool _isEnded;

    /// <summary>The newest acknowledged record.</summary>
    internal SequenceNumber Visible => new(Volatile.Read(ref _visible));

    /// <summary>The newest record that the device has.</summary>
    internal SequenceNumber Durable => new(Volatile.Read(ref _durable));

    /// <summary>The first error of a write or sync; null while all is well.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Completes when an appended record is acknowledged.</summary>
    /// <param name="sequence">The record.</param>
    /// <param name="isOnCommitter">Whether what waits goes on upon the committer's thread, and not in the thread
    /// pool.</param>
    internal Task WhenAcknowledged(SequenceNumber sequence, bool isOnCommitter)
    {
        if (sequence <= Visible)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            if (sequence <= Visible)
            {
                return Task.CompletedTask;
            }

            if (_failure is not null)
            {
                return Task.FromException(new IOException(_failure.Message, _failure));
            }

            ref var commit = ref sequence.Value <= _taken ? ref _commit : ref _nextCommit;
            return isOnCommitter ? commit.OnCommitter : commit.InPool;
        }
    }

    /// <summary>Completes when a record at or after this position is visible.</summary>
    internal Task WhenVisible(SequenceNumber sequence)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return Task.FromCanceled(new CancellationToken(canceled: true));
            }

            return _isEnded || sequence <= Visible ? Task.CompletedTask : (_readerSource ??= NewSource()).Task;
        }
    }

    /// <summary>Completes when the device has a record.</summary>
    internal async Task WhenDurable(SequenceNumber sequence)
    {
        while (true)
        {
            Task moved;
            lock (_gate)
            {
                if (sequence <= Durable)
                {
                    return;
                }

                if (_failure is not null)
                {
                    throw new IOException(_failure.Message, _failure);
                }

                moved = (_durableSource ??= NewSource()).Task;
            }

            await moved.ConfigureAwait(false);
        }
    }

    /// <summary>No record will follow: who waits for one looks again, and nobody waits from now on.</summary>
    internal void EndReading()
    {
        TaskCompletionSource? readers;
        lock (_gate)
        {
            _isEnded = true;
            readers = _readerSource;
            _readerSource = null;
        }

        readers?.TrySetResult();
    }

    /// <summary>
    /// The committer has taken everything up to a record: who waits for more waits for the next commit.
    /// </summary>
    internal void BeginCommit(SequenceNumber taken)
    {
        lock (_gate)
        {
            _taken = taken.Value;
            _commit = _nextCommit;
            _nextCommit = default;
        }
    }

    /// <summary>Moves the positions after a commit and tells everybody.</summary>
    /// <param name="visible">The newest record that was taken.</param>
    /// <param name="isDurable">Whether the device has all of them.</param>
    /// <returns>Whether anybody had waited for an acknowledgement.</returns>
    internal bool EndCommit(SequenceNumber visible, bool isDurable)
    {
        CommitWaiters commit;
        TaskCompletionSource? readers = null;
        TaskCompletionSource? durable = null;
        lock (_gate)
        {
            if (visible > Visible)
            {
                Volatile.Write(ref _visible, visible.Value);
                readers = _readerSource;
                _readerSource = null;
            }

            if (isDurable)
            {
                Volatile.Write(ref _durable, visible.Value);
                durable = TakeDurableSource();
            }

            commit = _commit;
            _commit = default;
        }

        var hadWaiters = commit.Complete();
        readers?.TrySetResult();
        durable?.TrySetResult();
        return hadWaiters;
    }

    /// <summary>The device has everything up to a record.</summary>
    internal void MoveDurable(SequenceNumber durable)
    {
        TaskCompletionSource? waiters = null;
        lock (_gate)
        {
            if (durable > Durable)
            {
                Volatile.Write(ref _durable, durable.Value);
                waiters = TakeDurableSource();
            }
        }

        waiters?.TrySetResult();
    }

    /// <summary>Keeps the first error and gives it to everybody who waits for an acknowledgement.</summary>
    internal void Fail(Exception error)
    {
        CommitWaiters commit;
        CommitWaiters nextCommit;
        TaskCompletionSource? durable;
        lock (_gate)
        {
            _failure ??= error;
            durable = TakeDurableSource();
            commit = _commit;
            nextCommit = _nextCommit;
            _commit = _nextCommit = default;
        }

        commit.Fail(_failure);
        nextCommit.Fail(_failure);

        // They look again and find the failure.
        durable?.TrySetResult();
    }

    /// <summary>Nobody waits for new records any more.</summary>
    internal void Close()
    {
        TaskCompletionSource? readers;
        lock (_gate)
        {
            _isClosed = true;
            readers = _readerSource;
            _readerSource = null;
        }

        readers?.TrySetCanceled();
    }

    /// <summary>Under the gate: whoever waits for the device, to be told outside of it.</summary>
    private TaskCompletionSource? TakeDurableSource()
    {
        var source = _durableSource;
        _durableSource = null;
        return source;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
