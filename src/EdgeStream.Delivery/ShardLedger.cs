using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Reads and writes one shard's ledger entry; entry and consumer checkpoint change in one step.</summary>
/// <remarks>Not thread-safe: the shard's pipeline is its only user.</remarks>
internal sealed class ShardLedger(
    DeliveryDefinition definition, StateStore state, StoreId storeId, StreamConsumer consumer, Shard shard)
{
    private readonly string _key = LedgerFormat.Key(definition, shard.Id);
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

        await SettleAsync(new LedgerEntry { Stream = definition.Stream, Base = start });
    }

    /// <summary>Makes a pending batch durable; nothing may be sent before this completes.</summary>
    public async ValueTask SetPendingAsync(PendingExtent pending)
    {
        var entry = Entry with { Pending = pending };
        await state.CommitAsync(new StateBatch().Put(_key, LedgerFormat.Write(entry)));
        _entry = entry;
    }

    /// <summary>Forgets the pending batch, durably; the destination must have no object of its name.</summary>
    public ValueTask DropPendingAsync() => SettleAsync(Entry with { Pending = null });

    /// <summary>
    /// Makes an entry without pending batch durable, together with the checkpoint that it stands for.
    /// </summary>
    public async ValueTask SettleAsync(LedgerEntry entry)
    {
        var batch = new StateBatch().Put(_key, LedgerFormat.Write(entry));
        consumer.AddCheckpoint(batch, shard, entry.Checkpoint);
        await state.CommitAsync(batch);
        _entry = entry;
    }
}
