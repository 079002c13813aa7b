namespace EdgeStream.Streams;

/// <summary>What became of a checkpoint that a member has set.</summary>
public enum CheckpointStatus
{
    /// <summary>It is durable.</summary>
    Saved = 0,

    /// <summary>The lease is another member's, or nobody's: nothing has changed; the member stops reading.</summary>
    LeaseLost = 1,

    /// <summary>
    /// It lies before the checkpoint that is kept, or behind the newest record: nothing has changed.
    /// </summary>
    OutOfRange = 2,

    /// <summary>The end of a shard that still takes records: nothing has changed.</summary>
    NotAtEnd = 3,
}
