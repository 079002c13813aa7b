using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>
/// What one delivery has done with one shard. Base + delivered + evicted is the position up to which all is done.
/// </summary>
internal sealed record LedgerEntry
{
    /// <summary>The stream that the numbers belong to.</summary>
    public required string Stream { get; init; }

    /// <summary>The position before the first record that the delivery answers for.</summary>
    public required SequenceNumber Base { get; init; }

    /// <summary>Records in objects that the destination accepted.</summary>
    public long DeliveredRecords { get; init; }

    /// <summary>Bytes of those objects as they were sent.</summary>
    public long DeliveredBytes { get; init; }

    /// <summary>Those objects.</summary>
    public long DeliveredObjects { get; init; }

    /// <summary>
    /// Records that were gone before they could be delivered: evicted by retention, or damaged on disk.
    /// </summary>
    public long EvictedRecords { get; init; }

    /// <summary>When an object was last accepted; null when none was.</summary>
    public Timestamp? LastDeliveryAt { get; init; }

    /// <summary>The name of that object; empty when none was.</summary>
    public string LastObject { get; init; } = "";

    /// <summary>The batch in flight; null between batches.</summary>
    public PendingExtent? Pending { get; init; }

    /// <summary>Everything up to and including this record is done.</summary>
    public SequenceNumber Checkpoint => new(Base.Value + DeliveredRecords + EvictedRecords);

    /// <summary>
    /// The entry after <see cref="Pending"/> ended with <paramref name="delivered"/> records at the destination.
    /// </summary>
    /// <remarks>What of its range was not delivered, and what was skipped before it, counts as evicted.</remarks>
    public LedgerEntry Settle(long delivered, long bytes, Timestamp now)
    {
        var pending = Pending ?? throw new InvalidOperationException("No batch is in flight.");
        var passed = pending.Last.Value - Checkpoint.Value;
        var settled = this with { EvictedRecords = EvictedRecords + passed - delivered, Pending = null };
        return delivered == 0 ? settled : settled with
        {
            DeliveredRecords = DeliveredRecords + delivered,
            DeliveredBytes = DeliveredBytes + bytes,
            DeliveredObjects = DeliveredObjects + 1,
            LastDeliveryAt = now,
            LastObject = pending.ObjectName,
        };
    }
}
