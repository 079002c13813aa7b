namespace EdgeStream.Streams;

/// <summary>Where a shard is in its life.</summary>
public enum ShardState
{
    /// <summary>It takes records.</summary>
    Open = 0,

    /// <summary>Others have taken its range: it takes nothing more and is read until its records have gone.</summary>
    Closed = 1,

    /// <summary>Its records have gone, and so has it: no stream lists it.</summary>
    Expired = 2,
}
