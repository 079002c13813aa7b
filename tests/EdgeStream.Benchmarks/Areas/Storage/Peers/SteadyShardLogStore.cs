namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>
/// The shard log as it is once retention has begun to take: what is appended goes into files that were used before.
/// </summary>
internal sealed class SteadyShardLogStore : IStore
{
    private const long SegmentSizeBytes = 64 << 20;
    private const int SegmentsKept = 2;
    private const int SegmentsWritten = 5;

    /// <inheritdoc/>
    public string Name => "shard log, retention at work";

    /// <inheritdoc/>
    public IStoreSession Open(string folder, StorePromise promise)
    {
        var session = new ShardLogSession(folder, ShardLogStore.DurabilityOf(promise), SegmentsKept * SegmentSizeBytes);
        var record = new byte[64 << 10];
        for (long written = 0; written < SegmentsWritten * SegmentSizeBytes; written += record.Length)
        {
            session.Append(record);
            session.Log.Tick();
        }

        session.CommitAsync().AsTask().GetAwaiter().GetResult();
        return session.Log.Evictions.Total > 0
            ? session
            : throw new InvalidOperationException("Retention has taken nothing.");
    }
}
