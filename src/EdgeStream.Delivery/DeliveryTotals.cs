using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>What a delivery has done with shards that have gone: one ledger entry, the sum of theirs.</summary>
/// <remarks>
/// Kept under <c>deliveries/&lt;name&gt;/expired</c> in the ledger's format, with the base 0. A shard's entry is added
/// to it and goes, in one step. Not thread-safe, but for <see cref="Entry"/>.
/// </remarks>
internal sealed class DeliveryTotals(DeliveryDefinition definition, StateStore state)
{
    private const string Name = "expired";

    private readonly string _key = LedgerFormat.Key(definition, Name);
    private LedgerEntry _entry = new() { Stream = definition.Stream, Base = SequenceNumber.None };

    /// <summary>The sum.</summary>
    public LedgerEntry Entry => Volatile.Read(ref _entry);

    /// <summary>Reads the sum, and adds the entries of shards that the stream has no more.</summary>
    /// <exception cref="InvalidDataException">An entry is of a later version, or not an entry.</exception>
    /// <exception cref="IOException">The state store refused the write.</exception>
    public async Task LoadAsync(DataStream stream)
    {
        if (state.TryGet(_key, out var bytes) && LedgerFormat.Read(bytes.Span) is var sum
            && sum.Stream == definition.Stream)
        {
            Volatile.Write(ref _entry, sum);
        }

        var prefix = LedgerFormat.Key(definition, "");
        foreach (var (key, value) in state.List(prefix))
        {
            if (key != _key && !key.AsSpan(prefix.Length).Contains('/')
                && !stream.TryGetShard(key[prefix.Length..], out _))
            {
                await AddAsync(
                    key, LedgerSegments.Read(state.List(key + "/"), key, LedgerFormat.Read(value.Span), out _));
            }
        }
    }

    /// <summary>Adds the entry of a shard that has gone, and removes it.</summary>
    /// <exception cref="IOException">The state store refused the write.</exception>
    public Task AddAsync(Shard shard, LedgerEntry entry) =>
        AddAsync(LedgerFormat.Key(definition, shard.Id), [entry]);

    private async Task AddAsync(string key, LedgerEntry[] segments)
    {
        var sum = _entry;
        foreach (var gone in segments)
        {
            sum = gone.Stream == definition.Stream ? Plus(sum, gone) : sum;
        }

        var batch = new StateBatch().Put(_key, LedgerFormat.Write(sum)).Delete(key);
        foreach (var (part, _) in state.List(key + "/"))
        {
            batch.Delete(part);
        }

        await state.CommitAsync(batch);
        Volatile.Write(ref _entry, sum);
    }

    private static LedgerEntry Plus(LedgerEntry sum, LedgerEntry gone)
    {
        var arrived = ArrivedOf(gone.Pending);
        var newer = (gone.LastDeliveryAt ?? default) > (sum.LastDeliveryAt ?? default) ? gone : sum;
        return sum with
        {
            DeliveredRecords = sum.DeliveredRecords + gone.DeliveredRecords + arrived,
            DeliveredBytes = sum.DeliveredBytes + gone.DeliveredBytes,
            DeliveredObjects = sum.DeliveredObjects + gone.DeliveredObjects,
            RejectedRecords = sum.RejectedRecords + gone.RejectedRecords,
            RetriedRecords = sum.RetriedRecords + gone.RetriedRecords,
            FilteredRecords = sum.FilteredRecords + gone.FilteredRecords,
            EvictedRecords = sum.EvictedRecords + gone.EvictedRecords
                + Math.Max(0, (gone.Pending?.RecordCount ?? 0) - arrived),
            LastDeliveryAt = newer.LastDeliveryAt,
            LastObject = newer.LastObject,
        };
    }

    /// <summary>Records of a batch in flight that are known to be at the destination; what it has refused and was not
    /// put aside yet is gone with its shard.</summary>
    private static long ArrivedOf(PendingExtent? pending)
    {
        var arrived = SequenceRun.CountOf(pending?.Accepted ?? []);
        var rejected = 0L;
        foreach (var rejection in pending?.Rejections ?? [])
        {
            foreach (var run in pending!.Accepted)
            {
                if (rejection.Sequence != rejected && rejection.Sequence >= run.First && rejection.Sequence <= run.Last)
                {
                    rejected = rejection.Sequence;
                    arrived--;
                }
            }
        }

        return arrived;
    }
}
