using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>One shard's numbers, taken together: appended = delivered + evicted + backlog.</summary>
internal readonly record struct ShardSnapshot
{
    public LedgerEntry? Entry { get; init; }

    public DeliveryState State { get; init; }

    public long AppendedRecords { get; init; }

    public long BacklogRecords { get; init; }

    public long HistoryRecords { get; init; }

    public long BacklogBytes { get; init; }

    public long BatchRecords { get; init; }

    public long EvictedRecords { get; init; }

    public Timestamp? OldestArrival { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public LinkHold Hold { get; init; }

    /// <summary>When its backlog is gone, as things go; null where it does not shrink.</summary>
    public double? EtaSeconds { get; init; }
}
