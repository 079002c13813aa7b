using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Areas.Segments;

/// <summary>Writes commits of one size behind each other into a segment, a sync after each.</summary>
internal static class SyncTrial
{
    private const int ZerosSizeBytes = 1 << 20;
    private const int StepSizeBytes = 128 << 10;

    /// <summary>Prepares a segment, writes commits and tells what that cost.</summary>
    public static async Task<SyncCost> RunAsync(
        LoopDevice device, SegmentWay way, int segmentSizeBytes, int commitSizeBytes, int commitCount)
    {
        var disk = new NativeDisk();
        var path = Path.Combine(device.Path, "segment");
        if (way == SegmentWay.Recycled)
        {
            using var old = disk.Create(path, segmentSizeBytes);
            Fill(old, 0xA5);
        }

        var before = await device.CountAsync();
        using var file = way == SegmentWay.Recycled ? disk.Open(path) : disk.Create(path, segmentSizeBytes);
        if (way == SegmentWay.Zeros)
        {
            Fill(file, 0);
        }

        var prepared = await device.CountAsync();
        var commit = new byte[commitSizeBytes];
        new Random(1).NextBytes(commit);
        var zeros = new byte[StepSizeBytes];
        long aheadEnd = 0;
        var latencies = new List<double>(commitCount);
        for (var i = 0; i < commitCount; i++)
        {
            file.Write((long)i * commitSizeBytes, commit);
            var end = (i + 1L) * commitSizeBytes;
            if (way == SegmentWay.Ahead && end > aheadEnd)
            {
                file.Write(end, zeros);
                aheadEnd = end + StepSizeBytes;
            }

            var started = TimeProvider.System.GetTimestamp();
            file.Sync();
            latencies.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }

        var after = await device.CountAsync();
        disk.Delete(path);
        return new SyncCost(
            Statistic.Percentile(latencies, 0.5),
            Statistic.Percentile(latencies, 0.99),
            (after - prepared).WrittenBytes / (double)commitCount,
            (after - prepared).Writes / (double)commitCount,
            (after - prepared).Flushes / (double)commitCount,
            (prepared - before).WrittenBytes / (double)segmentSizeBytes);
    }

    private static void Fill(IDiskFile file, byte value)
    {
        var bytes = new byte[ZerosSizeBytes];
        bytes.AsSpan().Fill(value);
        for (long offset = 0; offset < file.SizeBytes; offset += bytes.Length)
        {
            file.Write(offset, bytes.AsSpan(0, (int)Math.Min(bytes.Length, file.SizeBytes - offset)));
        }

        file.Sync();
    }
}
