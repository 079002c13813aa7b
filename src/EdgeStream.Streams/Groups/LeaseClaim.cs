namespace EdgeStream.Streams;

/// <summary>A lease that a member says it has.</summary>
/// <param name="ShardId">The shard.</param>
/// <param name="Counter">The counter of <see cref="ShardLease"/> as the member was given it.</param>
public readonly record struct LeaseClaim(string ShardId, long Counter);
