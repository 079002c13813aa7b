using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>
/// What one delivery has done with one shard. Base + delivered + filtered + evicted + rejected is the position up to
/// which all is done.
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

    /// <summary>Records that the destination refused for good and that were put aside, by the reason.</summary>
    public RejectionCounts RejectedRecords { get; init; }

    /// <summary>Records that the delivery's transform has left out.</summary>
    public long FilteredRecords { get; init; }

    /// <summary>Records that were sent another time, because an attempt failed or its answer was not known.</summary>
    public long RetriedRecords { get; init; }

    /// <summary>When an object was last accepted; null when none was.</summary>
    public Timestamp? LastDeliveryAt { get; init; }

    /// <summary>The name of that object; empty when none was.</summary>
    public string LastObject { get; init; } = "";

    /// <summary>The batch in flight; null between batches.</summary>
    public PendingExtent? Pending { get; init; }

    /// <summary>Everything up to and including this record is done.</summary>
    public SequenceNumber Checkpoint =>
        new(Base.Value + DeliveredRecords + FilteredRecords + EvictedRecords + RejectedRecords.Total);

    /// <summary>
    /// The entry after what is pending ended, up to <paramref name="through"/>, with so many records at the
    /// destination.
    /// </summary>
    /// <remarks>What of the range was neither delivered, filtered nor rejected, and what was skipped before it, counts
    /// as evicted.</remarks>
    public LedgerEntry Settle(
        SequenceNumber through, long delivered, long filtered, RejectionCounts rejected, long bytes, Timestamp now)
    {
        var pending = Pending ?? throw new InvalidOperationException("No batch is in flight.");
        var passed = through.Value - Checkpoint.Value;
        var settled = this with
        {
            EvictedRecords = EvictedRecords + passed - delivered - filtered - rejected.Total,
            FilteredRecords = FilteredRecords + filtered,
            RejectedRecords = RejectedRecords + rejected,
            Pending = null,
        };
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
