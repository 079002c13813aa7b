namespace EdgeStream.Delivery;

/// <summary>Why records never reached a destination. The numbers reach the disk.</summary>
public enum GapWhy
{
    /// <summary>Retention or the quota took them first.</summary>
    Evicted = 0,

    /// <summary>Their bytes are damaged, or their file is gone.</summary>
    Damaged = 1,

    /// <summary>An aggregated record with keys of another shard, which its producer puts again.</summary>
    PassedOver = 2,

    /// <summary>The destination refused them for good: they are in the error stream.</summary>
    Rejected = 3,

    /// <summary>The log lost them after they were passed: their numbers were given to other records.</summary>
    LostToCut = 4,
}
