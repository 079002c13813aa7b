namespace EdgeStream.Streams;

/// <summary>Why a stream's shards cannot be changed as asked.</summary>
public enum ReshardRefusal
{
    /// <summary>There is no such stream.</summary>
    NoStream = 0,

    /// <summary>The stream has no such shard.</summary>
    NoShard = 1,

    /// <summary>The shard is closed.</summary>
    NotOpen = 2,

    /// <summary>The hash key does not lie inside the shard's range, above its lowest key.</summary>
    HashKeyOutside = 3,

    /// <summary>The two shards' ranges do not lie side by side, or they are the same shard.</summary>
    NotAdjacent = 4,

    /// <summary>There would be no shard, or more than <see cref="StreamStore.OpenShardsMax"/> open ones or
    /// <see cref="StreamStore.ShardsMax"/> in all.</summary>
    TooMany = 5,
}
