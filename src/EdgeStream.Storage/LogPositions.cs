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
    private TaskCompletionSource? _commitSource;
    private TaskCompletionSource? _nextCommitSource;
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
    internal Task WhenAcknowledged(SequenceNumber sequence)
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

            return sequence.Value <= _taken
                ? (_commitSource ??= NewSource()).Task
                : (_nextCommitSource ??= NewSource()).Task;
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
            _commitSource = _nextCommitSource;
            _nextCommitSource = null;
        }
    }

    /// <summary>Moves the positions after a commit and tells everybody.</summary>
    /// <param name="visible">The newest record that was taken.</param>
    /// <param name="isDurable">Whether the device has all of them.</param>
    /// <returns>Whether anybody had waited for an acknowledgement.</returns>
    internal bool EndCommit(SequenceNumber visible, bool isDurable)
    {
        TaskCompletionSource? completion;
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

            completion = _commitSource;
            _commitSource = null;
        }

        completion?.TrySetResult();
        readers?.TrySetResult();
        durable?.TrySetResult();
        return completion is not null;
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
        TaskCompletionSource?[] waiters;
        TaskCompletionSource? durable;
        lock (_gate)
        {
            _failure ??= error;
            durable = TakeDurableSource();
            waiters = [_commitSource, _nextCommitSource];
            _commitSource = _nextCommitSource = null;
        }

        foreach (var waiter in waiters)
        {
            // Whoever waits may have gone: its error is then nobody's, and must not end the process.
            waiter?.TrySetException(new IOException(_failure.Message, _failure));
            _ = waiter?.Task.Exception;
        }

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
