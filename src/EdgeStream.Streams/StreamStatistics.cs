using System.Numerics;

namespace EdgeStream.Streams;

/// <summary>
/// What a shard or a stream holds and has been through. Appended = stored + evicted + lost, at any moment.
/// </summary>
/// <param name="AppendedRecords">Records acknowledged since the stream was made.</param>
/// <param name="StoredRecords">Records that can be read now.</param>
/// <param name="StoredBytes">Bytes of log that hold them, entry headers included.</param>
/// <param name="EvictedRecords">Records that retention has taken.</param>
/// <param name="LostRecords">Records damaged on disk, by sequence number.</param>
public readonly record struct StreamStatistics(
    long AppendedRecords, long StoredRecords, long StoredBytes, long EvictedRecords, long LostRecords)
    : IAdditionOperators<StreamStatistics, StreamStatistics, StreamStatistics>
{
    /// <summary>The sum, member by member.</summary>
    public static StreamStatistics operator +(StreamStatistics left, StreamStatistics right) => new(
        left.AppendedRecords + right.AppendedRecords,
        left.StoredRecords + right.StoredRecords,
        left.StoredBytes + right.StoredBytes,
        left.EvictedRecords + right.EvictedRecords,
        left.LostRecords + right.LostRecords);
}
