using EdgeStream.Benchmarks.Measuring;

namespace EdgeStream.Benchmarks.Areas.Storage.Limits;

/// <summary>The disk alone: write a record where blocks are written already, call fdatasync, and again.</summary>
internal static class SyncLimit
{
    private const int RecordSizeBytes = 100;
    private const int RecordCount = 100_000;

    /// <summary>Syncs for a while; how many a second, and how long each takes in milliseconds.</summary>
    public static DurableFigures Measure(string folder, TimeSpan duration)
    {
        using var file = PlainFile.Create(Path.Combine(folder, "sync"), RecordSizeBytes * RecordCount);
        RandomAccess.Write(file, new byte[RecordSizeBytes * RecordCount], 0);
        PlainFile.Sync(file);
        var record = new byte[RecordSizeBytes];
        var latencies = new List<double>();
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < duration)
        {
            var begin = TimeProvider.System.GetTimestamp();
            RandomAccess.Write(file, record, (long)(latencies.Count % RecordCount) * RecordSizeBytes);
            PlainFile.Sync(file);
            latencies.Add(TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds);
        }

        return DurableFigures.Of(latencies, TimeProvider.System.GetElapsedTime(started));
    }
}
