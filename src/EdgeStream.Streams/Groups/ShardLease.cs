namespace EdgeStream.Streams;

/// <summary>The lease of one shard as it stands at one moment.</summary>
/// <remarks>Immutable.</remarks>
public sealed record ShardLease
{
    /// <summary>The shard.</summary>
    public required Shard Shard { get; init; }

    /// <summary>The member that has it, or had it last when <see cref="ExpiresIn"/> is zero; null for nobody.</summary>
    public required string? Owner { get; init; }

    /// <summary>
    /// Grows with every change of hands: who has an older one has lost the lease, and cannot set a checkpoint.
    /// </summary>
    public required long Counter { get; init; }

    /// <summary>What is done, by whichever member.</summary>
    public required GroupCheckpoint Checkpoint { get; init; }

    /// <summary>How long the lease lasts unless it is renewed; zero for one that nobody has.</summary>
    public required TimeSpan ExpiresIn { get; init; }

    /// <summary>
    /// The member that the lease is kept for; null for none. Its owner finishes what it has at hand, sets a checkpoint
    /// and releases it: until <see cref="ExpiresIn"/> is over, which no renewal prolongs.
    /// </summary>
    public required string? HandoverTo { get; init; }

    /// <summary>Whether the shard is closed and all of it is done: it needs no lease any more.</summary>
    public required bool IsDrained { get; init; }

    /// <summary>Whether a parent must be drained before anybody gets this lease.</summary>
    public required bool IsWaiting { get; init; }

    /// <summary>Acknowledged records that are not done.</summary>
    public required long PendingRecords { get; init; }

    /// <summary>Opens a reader behind what is done, in the middle of an aggregated record where it stands there.
    /// </summary>
    /// <remarks>
    /// Its records' <see cref="StreamRecord.Sequence"/> and <see cref="StreamRecord.SubSequence"/> make a checkpoint
    /// wherever the member stops.
    /// </remarks>
    public UserRecordReader OpenReader() =>
        new(Shard.OpenReader(ShardPosition.At(Checkpoint.NextSequence)), Checkpoint);
}
