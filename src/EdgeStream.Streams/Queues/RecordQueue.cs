using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Gives out the records of a stream one by one, and again until they are acknowledged.</summary>
/// <remarks>
/// <para>Thread-safe. Who receives a record has it alone for the visibility timeout; one that is not acknowledged by
/// then is received again, and is a dead letter once it was received <see cref="QueueOptions.ReceivesMax"/> times.
/// Nothing keeps the stream's records any longer than the stream does.</para>
/// <para>What is acknowledged, and which records are dead letters, is durable when the call completes. That a record
/// was received is written with these alone: after a restart it may be received again at once, and counts anew.</para>
/// <para>Of a shard 4,000 records at most are received and not acknowledged, dead letters included; the next ones wait
/// for them.</para>
/// </remarks>
public sealed class RecordQueue
{
    /// <summary>How many calls of a queue may wait for records at the same time; further ones are answered at
    /// once.</summary>
    public const int WaitersMax = 64;

    private readonly Lock _gate = new();
    private readonly StateStore _state;
    private readonly TimeProvider _timeProvider;
    private readonly long _openedAt;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly QueueShards _shards;
    private QueueEntry _entry;
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiters;
    private long _changes;
    private long _saved;
    private volatile bool _isGone;

    internal RecordQueue(StateStore state, DataStream stream, string id, QueueEntry entry, TimeProvider timeProvider)
    {
        _state = state;
        _timeProvider = timeProvider;
        _openedAt = timeProvider.GetTimestamp();
        _entry = entry;
        Stream = stream;
        Id = id;
        _shards = new QueueShards(state, stream, RecordQueues.KeyOf(stream.Name, id) + "/");
    }

    /// <summary>The queue's id, unique in the data folder.</summary>
    public string Id { get; }

    /// <summary>The stream whose records it gives out.</summary>
    public DataStream Stream { get; }

    /// <summary>Its name, unique in the data folder.</summary>
    public string Name => Entry.Name;

    /// <summary>How it works.</summary>
    public QueueOptions Options => Entry.Options;

    /// <summary>Its tags by key.</summary>
    public IReadOnlyDictionary<string, string> Tags => Entry.Tags;

    /// <summary>Its resource policy's text; null without one.</summary>
    public string? ResourcePolicy => Entry.ResourcePolicy;

    /// <summary>When it was made.</summary>
    public Timestamp CreatedAt => Entry.CreatedAt;

    private QueueEntry Entry => Volatile.Read(ref _entry);

    private TimeSpan Now => _timeProvider.GetElapsedTime(_openedAt);

    private Timestamp WallTime => Timestamp.From(_timeProvider.GetUtcNow());

    /// <summary>Receives records; none where none became visible in time.</summary>
    /// <param name="target">Which of them.</param>
    /// <param name="countMax">How many at most.</param>
    /// <param name="visibilityTimeout">How long nobody else receives them; null for the queue's own time.</param>
    /// <param name="wait">How long to wait for the first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="QueueException">The queue is gone.</exception>
    /// <exception cref="IOException">The state could not be written.</exception>
    public async ValueTask<IReadOnlyList<QueueReceipt>> ReceiveAsync(
        QueueTarget target,
        int countMax,
        TimeSpan? visibilityTimeout,
        TimeSpan wait,
        CancellationToken cancellationToken = default)
    {
        var until = Now + wait;
        while (true)
        {
            List<QueueReceipt> taken;
            TimeSpan left;
            Task change;
            bool hasBuried;
            IReadOnlyList<Shard> shards;
            lock (_gate)
            {
                CheckGone();
                shards = _shards.Refresh();
                var now = Now;
                hasBuried = _shards.Bury(Options.ReceivesMax, now);
                taken = _shards.Take(
                    target, countMax, now, now + (visibilityTimeout ?? Options.VisibilityTimeout), WallTime);
                if (hasBuried || taken.Exists(receipt => receipt.Receives >= Options.ReceivesMax))
                {
                    // Who waits for dead letters does not know of these yet.
                    Pulse();
                }

                left = taken.Count > 0 ? TimeSpan.Zero : Min(until, _shards.NextVisible(target, now)) - now;
                change = _change.Task;
            }

            if (hasBuried)
            {
                await SaveAsync().ConfigureAwait(false);
            }

            if (taken.Count > 0
                || Now >= until
                || !await TryWaitAsync(target, shards, left, change, cancellationToken).ConfigureAwait(false)
                || cancellationToken.IsCancellationRequested)
            {
                // Nobody is there to receive anything where the wait was given up.
                return taken;
            }
        }
    }

    /// <summary>Acknowledges records: nobody receives them again.</summary>
    /// <remarks>By any of a record's receipts: whoever has processed it has done so. One that is acknowledged already
    /// stays so.</remarks>
    /// <returns>Of each, whether it is acknowledged; not where it is no dead letter, or one.</returns>
    /// <exception cref="QueueException">The queue is gone.</exception>
    /// <exception cref="IOException">The state could not be written.</exception>
    public ValueTask<bool[]> AcknowledgeAsync(QueueTarget target, IReadOnlyList<QueueReceipt> receipts) =>
        ChangeAsync(receipts, isReceivable: false, (shard, receipt) =>
        {
            var item = shard.Find(receipt.Sequence);
            if (item is null)
            {
                return receipt.Sequence < shard.Next && receipt.Sequence >= shard.Shard.OldestSequence;
            }

            var isMeant = item.IsDead == (target == QueueTarget.DeadLetters);
            shard.IsDirty |= isMeant && shard.Items.Remove(item);
            return isMeant;
        });

    /// <summary>Lets dead letters be received as records again, as often as others.</summary>
    /// <returns>Of each, whether it was a dead letter.</returns>
    /// <exception cref="QueueException">The queue is gone.</exception>
    /// <exception cref="IOException">The state could not be written.</exception>
    public ValueTask<bool[]> RestoreAsync(IReadOnlyList<QueueReceipt> receipts) =>
        ChangeAsync(receipts, isReceivable: true, (shard, receipt) =>
        {
            if (shard.Find(receipt.Sequence) is not { IsDead: true } item)
            {
                return false;
            }

            item.IsDead = false;
            item.Receives = 0;
            item.InvisibleUntil = TimeSpan.Zero;
            return shard.IsDirty = true;
        });

    /// <summary>Changes until when nobody else receives records, counted from now; 0 lets them be received at
    /// once.</summary>
    /// <remarks>By a record's last receipt alone. Not kept over a restart.</remarks>
    /// <returns>Of each, whether it was changed.</returns>
    /// <exception cref="QueueException">The queue is gone.</exception>
    public bool[] ChangeVisibility(QueueTarget target, IReadOnlyList<(QueueReceipt Receipt, TimeSpan Timeout)> changes)
    {
        var results = new bool[changes.Count];
        lock (_gate)
        {
            CheckGone();
            _shards.Refresh();
            for (var i = 0; i < results.Length; i++)
            {
                var (receipt, timeout) = changes[i];
                if (_shards.Of(receipt)?.Find(receipt.Sequence) is { } item
                    && item.Receives == receipt.Receives
                    && item.IsDead == (target == QueueTarget.DeadLetters)
                    && item.InvisibleUntil > Now)
                {
                    item.InvisibleUntil = Now + timeout;
                    results[i] = true;
                }
            }

            Pulse();
        }

        return results;
    }

    /// <summary>Changes how it works, durably; where it begins stays.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="QueueException">The queue is gone.</exception>
    /// <exception cref="IOException">The state could not be written; nothing has changed.</exception>
    public ValueTask ChangeAsync(QueueOptions options)
    {
        options.Validate();
        return ChangeEntryAsync(old => old with { Options = options with { Start = old.Options.Start } });
    }

    /// <summary>Changes its tags, durably.</summary>
    /// <param name="change">Makes the new ones of the present ones.</param>
    /// <exception cref="QueueException">The queue is gone.</exception>
    /// <exception cref="IOException">The state could not be written; nothing has changed.</exception>
    public ValueTask ChangeTagsAsync(
        Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change) =>
        ChangeEntryAsync(old => old with { Tags = change(old.Tags) });

    /// <summary>Changes its resource policy, durably; null removes it.</summary>
    /// <exception cref="QueueException">The queue is gone.</exception>
    /// <exception cref="IOException">The state could not be written; nothing has changed.</exception>
    public ValueTask ChangePolicyAsync(string? policy) =>
        ChangeEntryAsync(old => old with { ResourcePolicy = policy });

    private async ValueTask ChangeEntryAsync(Func<QueueEntry, QueueEntry> change)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            CheckGone();
            var entry = change(Entry);
            await _state
                .CommitAsync(new StateBatch().Put(RecordQueues.KeyOf(Stream.Name, Id), entry.ToBytes()))
                .ConfigureAwait(false);
            Volatile.Write(ref _entry, entry);
        }
        finally
        {
            _turn.Release();
        }

        lock (_gate)
        {
            // Records may be dead letters now.
            Pulse();
        }
    }

    /// <summary>Passes over a record that was received and cannot be read, and over those behind it that were lost
    /// with it; nothing else is changed.</summary>
    /// <remarks>Nobody receives them again, nor do they take the place of others. Durable with what is acknowledged
    /// next.</remarks>
    public void PassLost(QueueReceipt receipt)
    {
        using var reader = receipt.Shard.OpenReader(ShardPosition.At(receipt.Sequence));
        if (reader.Read(out _) != LogReadStep.Gap)
        {
            return;
        }

        var gap = reader.Gap;
        lock (_gate)
        {
            _shards.Of(receipt)?.PassLost(receipt.Sequence, gap.Last);
            Pulse();
        }
    }

    /// <summary>Ends the queue: what is under way is finished, what comes later is refused.</summary>
    internal async ValueTask EndAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _isGone = true;
        _turn.Release();
        lock (_gate)
        {
            Pulse();
        }
    }

    /// <param name="receipts">Of which records.</param>
    /// <param name="isReceivable">Whether those that are changed may be received.</param>
    /// <param name="change">Changes one; false where it cannot be.</param>
    private async ValueTask<bool[]> ChangeAsync(
        IReadOnlyList<QueueReceipt> receipts, bool isReceivable, Func<QueueShard, QueueReceipt, bool> change)
    {
        var results = new bool[receipts.Count];
        lock (_gate)
        {
            CheckGone();
            _shards.Refresh();
            var wasFull = _shards.HasFull;
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = _shards.Of(receipts[i]) is { } shard && change(shard, receipts[i]);
            }

            if (wasFull || isReceivable)
            {
                Pulse();
            }
        }

        await SaveAsync().ConfigureAwait(false);
        return results;
    }

    /// <summary>Makes what has changed durable; those who wait for the one before share one step.</summary>
    private async ValueTask SaveAsync()
    {
        long wanted;
        lock (_gate)
        {
            wanted = ++_changes;
        }

        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_saved < wanted)
            {
                CheckGone();
                await SaveNowAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask SaveNowAsync()
    {
        var batch = new StateBatch();
        Action takeBack;
        long changes;
        lock (_gate)
        {
            changes = _changes;
            takeBack = _shards.TakeChanges(batch, shard => RecordQueues.KeyOf(Stream.Name, Id, shard));
        }

        try
        {
            if (!batch.IsEmpty)
            {
                await _state.CommitAsync(batch).ConfigureAwait(false);
            }

            _saved = changes;
        }
        catch
        {
            lock (_gate)
            {
                takeBack();
            }

            throw;
        }
    }

    /// <summary>Waits until there may be something to receive.</summary>
    /// <returns>False where too many wait already.</returns>
    private async ValueTask<bool> TryWaitAsync(
        QueueTarget target,
        IReadOnlyList<Shard> shards,
        TimeSpan limit,
        Task change,
        CancellationToken cancellationToken)
    {
        if (limit <= TimeSpan.Zero)
        {
            return true;
        }

        if (Interlocked.Increment(ref _waiters) > WaitersMax)
        {
            Interlocked.Decrement(ref _waiters);
            return false;
        }

        var readers = target == QueueTarget.Records ? OpenReaders() : [];
        try
        {
            using var timeout = new CancellationTokenSource(limit, _timeProvider);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            Task[] waits =
            [
                change.WaitAsync(stop.Token),
                Stream.WhenShardsChange(shards).WaitAsync(stop.Token),
                .. readers.Select(reader => reader.WaitAsync(stop.Token).AsTask()),
            ];
            await Task.WhenAny(waits).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            foreach (var wait in waits)
            {
                // The others end by cancellation; each must be over before its reader is let go of.
                await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return true;
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
            Interlocked.Decrement(ref _waiters);
        }
    }

    private List<ShardReader> OpenReaders()
    {
        lock (_gate)
        {
            return _shards.OpenReaders();
        }
    }

    private void Pulse()
    {
        var change = _change;
        _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        change.SetResult();
    }

    private void CheckGone()
    {
        if (_isGone || Stream.IsDeleted)
        {
            throw new QueueException(QueueRefusal.Gone, $"Queue '{Name}' was deleted, or its stream was.");
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
