using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Reads and writes one shard's ledger: its segments, what became of its records by the hour, and the
/// consumer's checkpoint, all in one step.</summary>
/// <remarks>
/// <para>The checkpoint is that of the first segment: nothing that waits in any of them is evicted while the delivery
/// protects it.</para>
/// <para>Thread-safe: one change at a time. A segment's own entry is changed by its lane alone, but for its base and
/// totals, to which those of segments that are done before it are added.</para>
/// </remarks>
internal sealed class ShardLedger(
    DeliveryDefinition definition, StateStore state, StoreId storeId, StreamConsumer consumer, Shard shard,
    ShardProgress progress, TimeProvider time)
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly string _key = LedgerFormat.Key(definition, shard.Id);
    private readonly HourLedger _hours = new(LedgerFormat.Key(definition, shard.Id), shard);
    private LedgerEntry[] _segments = [];

    /// <summary>Whether <see cref="LoadAsync"/> has succeeded.</summary>
    public bool IsLoaded => Volatile.Read(ref _segments).Length > 0;

    /// <summary>What is durable: the segments in their order, one at least.</summary>
    public LedgerEntry[] Segments => Volatile.Read(ref _segments) is { Length: > 0 } segments
        ? segments : throw new InvalidOperationException("The ledger is not loaded.");

    /// <summary>Finds the entries, or begins one, durably, so that a later start begins where this one did; once.
    /// </summary>
    /// <exception cref="InvalidDataException">An entry is of a later version, or not an entry.</exception>
    /// <exception cref="IOException">The state store refused the write.</exception>
    public async ValueTask LoadAsync(ILogger logger)
    {
        await _turn.WaitAsync();
        try
        {
            if (!IsLoaded)
            {
                await LoadFirstAsync(logger);
                progress.Settled(_segments, null);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Begins the hours that have records by now, durably: their beginning is known only while the log has
    /// those.</summary>
    public async ValueTask MarkHoursAsync()
    {
        await _turn.WaitAsync();
        try
        {
            _hours.Mark(time.GetUtcNow());
            var batch = new StateBatch();
            if (_hours.AddChanges(batch))
            {
                await CommitAsync(batch);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes a pending batch of the first or the last segment durable.</summary>
    public async ValueTask SetPendingAsync(bool isLast, PendingExtent pending)
    {
        await _turn.WaitAsync();
        try
        {
            var next = With(isLast, entry => entry with { Pending = pending });
            var batch = new StateBatch();
            LedgerSegments.AddChanges(batch, _key, _segments, next);
            await state.CommitAsync(batch);
            Volatile.Write(ref _segments, next);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Makes an entry without pending batch durable, together with the checkpoint that it stands for, and with what
    /// became of the records before it. A segment that is done then becomes one with the next.
    /// </summary>
    /// <param name="isLast">Whether it is the last segment's, or the first one's.</param>
    /// <param name="change">Makes the entry of the one that is there.</param>
    /// <param name="passage">What became of the records.</param>
    /// <param name="lane">Whose batch is ended.</param>
    public async ValueTask SettleAsync(
        bool isLast, Func<LedgerEntry, LedgerEntry> change, Passage passage, LaneProgress lane)
    {
        await _turn.WaitAsync();
        try
        {
            var changed = With(isLast, change);
            var at = isLast ? changed.Length - 1 : 0;
            var now = time.GetUtcNow();
            _hours.Mark(now);
            _hours.Pass(
                _segments[at].Checkpoint.Value, changed[at].Checkpoint.Value, passage, Timestamp.From(now));
            await CommitAsync(LedgerSegments.Fold(changed));
            progress.Settled(_segments, lane);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the last segment at a position, where another begins; false where there are too many.</summary>
    /// <param name="through">Not before what is done and pending.</param>
    /// <param name="lane">The lane that works at the last one, and has no batch.</param>
    public async ValueTask<bool> TryPartAsync(SequenceNumber through, LaneProgress lane)
    {
        await _turn.WaitAsync();
        try
        {
            if (!LedgerSegments.CanPart(_segments))
            {
                return false;
            }

            _hours.Mark(time.GetUtcNow());
            await CommitAsync(LedgerSegments.Part(_segments, through));
            progress.Settled(_segments, lane);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    private LedgerEntry[] With(bool isLast, Func<LedgerEntry, LedgerEntry> change)
    {
        LedgerEntry[] next = [.. _segments];
        var at = isLast ? next.Length - 1 : 0;
        next[at] = change(next[at]);
        return next;
    }

    private async ValueTask LoadFirstAsync(ILogger logger)
    {
        var checkpoint = consumer.Checkpoint(shard) ?? SequenceNumber.None;
        var newest = shard.NewestSequence;
        var found = state.TryGet(_key, out var bytes) ? LedgerFormat.Read(bytes.Span) : null;
        if (found is not null && found.Stream == definition.Stream
            && found.Checkpoint == checkpoint && checkpoint <= newest)
        {
            await LoadSegmentsAsync(found, newest, logger);
            return;
        }

        var start = consumer.NextSequence(shard).Previous;
        start = start < newest ? start : newest;
        if (found is not null)
        {
            Log.LedgerRestarted(logger, definition.Name, shard.Id, found.Stream, found.Checkpoint.Value, start.Value);
            await storeId.RenewAsync();
        }

        await BeginAsync(found, start);
    }

    private async ValueTask BeginAsync(LedgerEntry? found, SequenceNumber start)
    {
        var begun = new LedgerEntry { Stream = definition.Stream, Base = start };
        LoadHours([begun]);
        _hours.Begin(begun);

        // A stream that was made anew has no checkpoint of the consumer.
        var isSameStream = found?.Stream == definition.Stream && consumer.Checkpoint(shard) is not null;
        if (!isSameStream)
        {
            _hours.ForgetGaps();
        }
        else if (found!.Checkpoint > start)
        {
            _hours.NoteCut(start.Value + 1, found.Checkpoint.Value, Timestamp.From(time.GetUtcNow()));
        }

        _hours.Mark(time.GetUtcNow());
        await CommitAsync([], [begun], LedgerSegments.KeysOf(state.List(_key + "/"), _key));
    }

    /// <summary>Takes what the state has, as far as it fits together and the log has its records.</summary>
    private async ValueTask LoadSegmentsAsync(LedgerEntry first, SequenceNumber newest, ILogger logger)
    {
        var all = LedgerSegments.Read(state.List(_key + "/"), _key, first, out var strays);
        var segments = LedgerSegments.CutTo(all, newest);
        var isCut = !ReferenceEquals(all, segments);
        LedgerEntry[] loaded = [.. segments];
        for (var at = 0; at < loaded.Length; at++)
        {
            if (loaded[at].Pending is { } pending && pending.Last > newest)
            {
                Log.PendingBatchBeyondLog(logger, definition.Name, shard.Id, pending.ObjectName, newest.Value);
                loaded[at] = loaded[at] with { Pending = null };
                isCut = true;
            }
        }

        if (isCut)
        {
            await storeId.RenewAsync();
        }

        if (!LoadHours(loaded))
        {
            Log.AccountRestarted(logger, definition.Name, shard.Id);
        }

        if (strays.Count > 0 || !ReferenceEquals(all, segments))
        {
            Log.SegmentsForgotten(
                logger, definition.Name, shard.Id, strays.Count + all.Length - segments.Length, newest.Value);
            await CommitAsync(all, loaded, strays);
        }

        Volatile.Write(ref _segments, loaded);
    }

    private ValueTask CommitAsync(LedgerEntry[] next) => CommitAsync(_segments, next, []);

    private async ValueTask CommitAsync(LedgerEntry[] before, LedgerEntry[] next, IReadOnlyList<string> removed)
    {
        var batch = new StateBatch();
        foreach (var key in removed)
        {
            batch.Delete(key);
        }

        LedgerSegments.AddChanges(batch, _key, before, next);
        consumer.AddCheckpoint(batch, shard, next[0].Checkpoint);
        _hours.AddChanges(batch);
        await CommitAsync(batch);
        Volatile.Write(ref _segments, next);
    }

    private bool LoadHours(LedgerEntry[] segments) => _hours.Load(state.List(_key + "/"), segments);

    private async ValueTask CommitAsync(StateBatch batch)
    {
        try
        {
            await state.CommitAsync(batch);
        }
        catch when (IsLoaded)
        {
            LoadHours(_segments);
            throw;
        }
    }
}
