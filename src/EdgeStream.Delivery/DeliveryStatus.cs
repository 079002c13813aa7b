namespace EdgeStream.Delivery;

/// <summary>A delivery's numbers at one moment, over all its shards.</summary>
/// <remarks><see cref="AppendedRecords"/> = <see cref="DeliveredRecords"/> + <see cref="EvictedRecords"/> +
/// <see cref="RejectedRecords"/> + <see cref="FilteredRecords"/> + <see cref="BacklogRecords"/>, always.
/// Totals survive restarts.</remarks>
public sealed record DeliveryStatus
{
    /// <summary>The delivery's name.</summary>
    public required string Name { get; init; }

    /// <summary>The stream that is delivered.</summary>
    public required string Stream { get; init; }

    /// <summary>The destination's kind: <c>folder</c>, <c>s3</c>, <c>mqtt</c>.</summary>
    public required string Destination { get; init; }

    /// <summary>The place in a form a person recognises.</summary>
    public required string Target { get; init; }

    /// <summary>What the delivery is doing; of several shards the one in most trouble counts.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Acknowledged records since the delivery's start position.</summary>
    public required long AppendedRecords { get; init; }

    /// <summary>Records that still wait, those of the batch being collected or sent included.</summary>
    public required long BacklogRecords { get; init; }

    /// <summary>Of the backlog, the records that are history: they are delivered beside what comes now.</summary>
    /// <remarks>Always 0 of a delivery in strict order that was never another.</remarks>
    public long HistoryRecords { get; init; }

    /// <summary>About how many bytes of log they take.</summary>
    public required long BacklogBytes { get; init; }

    /// <summary>Of the backlog, the records in the batch being collected or sent.</summary>
    public required long BatchRecords { get; init; }

    /// <summary>Records in objects that the destination accepted.</summary>
    public required long DeliveredRecords { get; init; }

    /// <summary>Bytes of those objects as they were sent.</summary>
    public required long DeliveredBytes { get; init; }

    /// <summary>Those objects.</summary>
    public required long DeliveredObjects { get; init; }

    /// <summary>Records gone before they could be delivered: evicted by retention, or damaged on disk.</summary>
    public required long EvictedRecords { get; init; }

    /// <summary>Records that the destination refused for good and that were put aside, by the reason.</summary>
    public required RejectionCounts RejectedRecords { get; init; }

    /// <summary>Records that the delivery's transform has left out.</summary>
    public required long FilteredRecords { get; init; }

    /// <summary>Records that were sent another time, because an attempt failed or its answer was not known.</summary>
    public required long RetriedRecords { get; init; }

    /// <summary>
    /// Delivered objects that the destination removed again to stay within its bounds, since the start.
    /// </summary>
    public required long RemovedObjects { get; init; }

    /// <summary>Values in delivered objects that did not fit their columns and were left out, since the start.
    /// </summary>
    public required long UnfitValues { get; init; }

    /// <summary>How long the oldest record that waits has been waiting, in seconds; 0 when none waits.</summary>
    public required double LagSeconds { get; init; }

    /// <summary>When an object was last accepted.</summary>
    public required DateTimeOffset? LastDeliveryAt { get; init; }

    /// <summary>The name of that object; null when none was.</summary>
    public required string? LastObject { get; init; }

    /// <summary>Why the last attempt failed; null once an attempt succeeded.</summary>
    public required string? LastError { get; init; }

    /// <summary>When the next attempt comes; null unless backing off or waiting.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Whether all shards may try the destination, or one of them for all.</summary>
    public BreakerState Breaker { get; init; }

    /// <summary>Why nothing begins at <see cref="State"/> waiting.</summary>
    public LinkHold Hold { get; init; }

    /// <summary>Bytes that went to the destination, as <see cref="WireMeter"/> counts them.</summary>
    public long WireSentBytes { get; init; }

    /// <summary>Bytes that came from it.</summary>
    public long WireReceivedBytes { get; init; }

    /// <summary>Of both, those of the calendar month in UTC.</summary>
    public long MonthBytes { get; init; }

    /// <summary>How many the month may have; null for any.</summary>
    public long? BytesPerMonth { get; init; }

    /// <summary>How many a second may go; null for any.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Bytes of both directions for each record that was delivered, since the start; null while none was.
    /// </summary>
    public double? WireBytesPerRecord { get; init; }

    /// <summary>Records that leave the backlog in a second, over the last minute, whatever became of them.</summary>
    public double DrainRecordsPerSecond { get; init; }

    /// <summary>In how many seconds the backlog of the slowest shard is gone, if records go and come as in the last
    /// minute; null where there is none, none gets less, or one shard's attempts fail.</summary>
    public double? EtaSeconds { get; init; }
}
