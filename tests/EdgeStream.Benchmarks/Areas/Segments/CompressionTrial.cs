using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Areas.Segments;

/// <summary>Lets a log of sensor readings compress its sealed segments, and reads it before and after.</summary>
internal static class CompressionTrial
{
    private const int SegmentSizeBytes = 16 << 20;
    private const int SegmentCount = 5;
    private const int BufferedBytesMax = 512 << 10;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Measures one codec.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="compression">What to compress with.</param>
    /// <param name="seed">The seed of the readings.</param>
    public static async Task<CompressionGain> RunAsync(string folder, SegmentCompression compression, int seed)
    {
        using var committer = new Committer();
        var options = new ShardLogOptions
        {
            Folder = folder,
            SegmentSizeBytes = SegmentSizeBytes,
            Durability = Durability.OperatingSystem,
            SpareSegmentsMax = 0,
        };
        var log = committer.Open(new NativeDisk(), new LogClock(TimeProvider.System, 1), options);
        await FillAsync(log, seed);
        var plainBytes = log.SizeBytes - SegmentSizeBytes;
        var plainRate = Scan(log);

        log.Options = options with { Compression = compression };
        var files = Directory.GetFiles(folder, "*.log").Order(StringComparer.Ordinal).SkipLast(1).ToArray();
        var started = TimeProvider.System.GetTimestamp();
        committer.Tick();
        while (Array.Exists(files, file => new FileInfo(file).Length == SegmentSizeBytes))
        {
            await Task.Yield();
            if (TimeProvider.System.GetElapsedTime(started) > Deadline)
            {
                throw new TimeoutException(
                    $"The segments were not compressed: {string.Join("; ", log.UpkeepFailures)}");
            }
        }

        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var compressedBytes = log.SizeBytes - SegmentSizeBytes;
        var gain = new CompressionGain(
            plainBytes / (double)compressedBytes, plainBytes / seconds / 1e6, plainRate, Scan(log));
        committer.Close(log);
        Directory.Delete(folder, recursive: true);
        return gain;
    }

    private static async Task FillAsync(ShardLog log, int seed)
    {
        var random = new Random(seed);
        var temperature = 20.0;
        long buffered = 0;
        for (long i = 0; log.SizeBytes < (long)SegmentCount * SegmentSizeBytes; i++)
        {
            temperature += random.NextDouble() - 0.5;
            var humidity = random.Next(300, 700) / 10.0;
            var value = Encoding.UTF8.GetBytes(
                $$"""{"temperature":{{temperature:0.00}},"humidity":{{humidity}},"sequence":{{i}}}""");
            SequenceNumber sequence;
            while (log.TryAppend("greenhouse/7/climate"u8, value, null, out sequence) == AppendStatus.Busy)
            {
                await log.WhenRoom();
            }

            buffered += value.Length;
            if (buffered > BufferedBytesMax)
            {
                buffered = 0;
                await log.WhenAcknowledged(sequence);
            }
        }
    }

    private static double Scan(ShardLog log)
    {
        var started = TimeProvider.System.GetTimestamp();
        long count = 0;
        using var reader = log.OpenReader(SequenceNumber.First);
        while (reader.TryRead(out _))
        {
            count++;
        }

        return count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }
}
