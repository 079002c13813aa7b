namespace EdgeStream.Analytics;

/// <summary>How far one shard was read, and the ROWTIME before which nothing of it will come.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="ShardId">The shard.</param>
/// <param name="Sequence">The last record that is done.</param>
/// <param name="Within">How many user records of the next one are done.</param>
/// <param name="Watermark">Microseconds since 1970; <see cref="long.MinValue"/> before the first record.</param>
internal readonly record struct InputPosition(
    string Stream, string ShardId, long Sequence, int Within, long Watermark);
