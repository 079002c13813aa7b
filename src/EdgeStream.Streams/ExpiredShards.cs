namespace EdgeStream.Streams;

/// <summary>What the shards that have gone leave in the stream's counts.</summary>
/// <param name="AppendedRecords">Records that they took.</param>
/// <param name="LostRecords">Records of these that were damaged on disk.</param>
/// <param name="Evictions">The others: all of them were evicted.</param>
internal readonly record struct ExpiredShards(
    long AppendedRecords, long LostRecords, StreamEvictions Evictions)
{
    /// <summary>The same as a shard's figures: nothing of it is stored.</summary>
    internal StreamStatistics Statistics =>
        new(AppendedRecords, 0, 0, AppendedRecords - LostRecords, LostRecords);

    /// <summary>With one shard more.</summary>
    internal ExpiredShards With(Shard shard)
    {
        var statistics = shard.Statistics;
        return new ExpiredShards(
            AppendedRecords + statistics.AppendedRecords,
            LostRecords + statistics.LostRecords,
            Evictions + shard.Evictions);
    }
}
