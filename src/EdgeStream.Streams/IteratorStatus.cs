namespace EdgeStream.Streams;

/// <summary>What an iterator's token came to.</summary>
public enum IteratorStatus
{
    /// <summary>It is good: read on from its position.</summary>
    Valid = 0,

    /// <summary>It was not issued by this data folder, or was changed.</summary>
    Invalid = 1,

    /// <summary>It was issued more than <see cref="ShardIterators.Lifetime"/> ago.</summary>
    Expired = 2,

    /// <summary>Its stream or its shard is no longer there.</summary>
    Gone = 3,
}
