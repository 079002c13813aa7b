using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Areas.Segments;

/// <summary>How long an append waits for its acknowledgement when the log changes to its next segment.</summary>
internal static class RollStall
{
    private const int SegmentSizeBytes = 16 << 20;
    private const int RecordSizeBytes = 64 << 10;
    private const int SegmentCount = 12;

    /// <summary>The longest wait within each segment, as the median over the segments, in milliseconds.</summary>
    /// <param name="folder">An empty folder on the device.</param>
    /// <param name="spareSegmentsMax">How many files may wait to become segments.</param>
    public static async Task<double> LongestWaitMsAsync(string folder, int spareSegmentsMax)
    {
        using var committer = new Committer();
        var log = committer.Open(new NativeDisk(), new LogClock(TimeProvider.System, 1), new ShardLogOptions
        {
            Folder = folder,
            SegmentSizeBytes = SegmentSizeBytes,
            SpareSegmentsMax = spareSegmentsMax,
            RetentionBytes = 4 * SegmentSizeBytes,
        });
        var value = new byte[RecordSizeBytes];
        var longest = new List<double>();
        for (var segment = 0; segment < SegmentCount; segment++)
        {
            double waitMs = 0;
            for (var written = 0; written < SegmentSizeBytes; written += RecordSizeBytes)
            {
                waitMs = Math.Max(waitMs, await AppendMsAsync(log, value));
            }

            longest.Add(waitMs);
            log.Tick();
        }

        committer.Close(log);
        Directory.Delete(folder, recursive: true);
        return Statistic.Median(longest);
    }

    private static async Task<double> AppendMsAsync(ShardLog log, byte[] value)
    {
        var started = TimeProvider.System.GetTimestamp();
        SequenceNumber sequence;
        while (log.TryAppend("key"u8, value, null, out sequence) != AppendStatus.Accepted)
        {
            await log.WhenRoom();
        }

        await log.WhenAcknowledged(sequence);
        return TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
    }
}
