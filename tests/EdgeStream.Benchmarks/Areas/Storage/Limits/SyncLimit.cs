using EdgeStream.Benchmarks.Measuring;

namespace EdgeStream.Benchmarks.Areas.Storage.Limits;

/// <summary>The disk alone: write one block where blocks are written already, call fdatasync, and again.</summary>
internal static class SyncLimit
{
    private const int BlockSizeBytes = 4096;
    private const int BlockCount = 4096;

    /// <summary>Syncs for a while; how many a second, and how long each takes in milliseconds.</summary>
    public static DurableFigures Measure(string folder, TimeSpan duration)
    {
        using var file = PlainFile.Create(Path.Combine(folder, "sync"), BlockSizeBytes * BlockCount);
        var block = new byte[BlockSizeBytes];
        for (var index = 0; index < BlockCount; index++)
        {
            RandomAccess.Write(file, block, (long)index * BlockSizeBytes);
        }

        PlainFile.Sync(file);
        var latencies = new List<double>();
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < duration)
        {
            var begin = TimeProvider.System.GetTimestamp();
            RandomAccess.Write(file, block, (long)(latencies.Count % BlockCount) * BlockSizeBytes);
            PlainFile.Sync(file);
            latencies.Add(TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds);
        }

        return DurableFigures.Of(latencies, TimeProvider.System.GetElapsedTime(started));
    }
}
