using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Reads and writes one shard's ledger entry; entry and consumer checkpoint change in one step.</summary>
/// <remarks>Not thread-safe: the shard's pipeline is its only user.</remarks>
internal sealed class ShardLedger(
    DeliveryDefinition definition, StateStore state, StoreId storeId, StreamConsumer consumer, Shard shard,
    TimeProvider time)
{
    private readonly string _key = LedgerFormat.Key(definition, shard.Id);
    private readonly HourLedger _hours = new(LedgerFormat.Key(definition, shard.Id), shard);
    private LedgerEntry? _entry;

    /// <summary>Whether <see cref="LoadAsync"/> has succeeded.</summary>
    public bool IsLoaded => _entry is not null;

    /// <summary>What is durable.</summary>
    public LedgerEntry Entry => _entry ?? throw new InvalidOperationException("The ledger is not loaded.");

    /// <summary>Finds the entry, or begins one, durably, so that a later start begins where this one did.</summary>
    /// <exception cref="InvalidDataException">The entry is of a later version, or not an entry.</exception>
    /// <exception cref="IOException">The state store refused the write.</exception>
    public async ValueTask LoadAsync(ILogger logger)
    {
        var checkpoint = consumer.Checkpoint(shard) ?? SequenceNumber.None;
        var newest = shard.NewestSequence;
        var found = state.TryGet(_key, out var bytes) ? LedgerFormat.Read(bytes.Span) : null;
        if (found is not null && found.Stream == definition.Stream
            && found.Checkpoint == checkpoint && checkpoint <= newest)
        {
            if (found.Pending is { } pending && pending.Last > newest)
            {
                Log.PendingBatchBeyondLog(logger, definition.Name, shard.Id, pending.ObjectName, newest.Value);
                await storeId.RenewAsync();
                found = found with { Pending = null };
            }

            if (!LoadHours(found))
            {
                Log.AccountRestarted(logger, definition.Name, shard.Id);
            }

            _entry = found;
            return;
        }

        var start = consumer.NextSequence(shard).Previous;
        start = start < newest ? start : newest;
        if (found is not null)
        {
            Log.LedgerRestarted(logger, definition.Name, shard.Id, found.Stream, found.Checkpoint.Value, start.Value);
            await storeId.RenewAsync();
        }

        var begun = new LedgerEntry { Stream = definition.Stream, Base = start };
        LoadHours(begun);
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

        await SettleAsync(begun, Passage.Empty);
    }

    /// <summary>Begins the hours that have records by now, durably: their beginning is known only while the log has
    /// those.</summary>
    public async ValueTask MarkHoursAsync()
    {
        _hours.Mark(time.GetUtcNow());
        var batch = new StateBatch();
        if (_hours.AddChanges(batch))
        {
            await CommitAsync(batch);
        }
    }

    /// <summary>Makes a pending batch durable; nothing may be sent before this completes.</summary>
    public async ValueTask SetPendingAsync(PendingExtent pending)
    {
        var entry = Entry with { Pending = pending };
        await state.CommitAsync(new StateBatch().Put(_key, LedgerFormat.Write(entry)));
        _entry = entry;
    }

    /// <summary>Forgets the pending batch, durably; the destination must have no object of its name.</summary>
    public ValueTask DropPendingAsync() => SettleAsync(Entry with { Pending = null }, Passage.Empty);

    /// <summary>
    /// Makes an entry without pending batch durable, together with the checkpoint that it stands for, and with what
    /// became of the records before it.
    /// </summary>
    public async ValueTask SettleAsync(LedgerEntry entry, Passage passage)
    {
        var now = time.GetUtcNow();
        _hours.Mark(now);
        if (_entry is not null)
        {
            _hours.Pass(_entry.Checkpoint.Value, entry.Checkpoint.Value, passage, Timestamp.From(now));
        }

        var batch = new StateBatch().Put(_key, LedgerFormat.Write(entry));
        consumer.AddCheckpoint(batch, shard, entry.Checkpoint);
        _hours.AddChanges(batch);
        await CommitAsync(batch);
        _entry = entry;
    }

    private bool LoadHours(LedgerEntry entry) => _hours.Load(state.List(_key + "/"), entry);

    private async ValueTask CommitAsync(StateBatch batch)
    {
        try
        {
            await state.CommitAsync(batch);
        }
        catch when (_entry is not null)
        {
            LoadHours(_entry);
            throw;
        }
    }
}
