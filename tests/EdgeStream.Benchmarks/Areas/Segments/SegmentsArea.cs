using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Segments;

/// <summary>
/// The life of a segment file: how its blocks are come by, and what a sync and a change of segment cost.
/// </summary>
internal sealed class SegmentsArea : IBenchmarkArea
{
    private const int Trials = 5;
    private const int QuickTrials = 3;
    private const int SegmentSizeBytes = 16 << 20;
    private const int DeviceSizeBytes = 512 << 20;

    /// <summary>A record of 100 bytes with its entry's overhead, and the base entry of its commit.</summary>
    private const int RecordEntrySizeBytes = 111;
    private const int BaseEntrySizeBytes = 42;

    private static readonly SegmentWay[] Ways =
        [SegmentWay.Unwritten, SegmentWay.Ahead, SegmentWay.Zeros, SegmentWay.Recycled];
    private static readonly (int Records, int Commits)[] Loads = [(1, 2000), (100, 1000), (1000, 100)];

    /// <inheritdoc/>
    public string Name => "segments";

    /// <inheritdoc/>
    public string Subject => "unwritten extents, zeros ahead, zeros, recycling: sync latency and device bytes (root)";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        var rows = new List<ResultRow>();
        await using var device = await LoopDevice.MakeAsync(DeviceSizeBytes);
        foreach (var (records, commits) in Loads)
        {
            await AddSyncRowsAsync(rows, device, records, options.IsQuick ? commits / 4 : commits, options);
        }

        var (ahead, atTheRoll) = await Alternation.MediansAsync(
            options.IsQuick ? 1 : Trials,
            () => RollStall.LongestWaitMsAsync(Path.Combine(device.Path, "log"), 1),
            () => RollStall.LongestWaitMsAsync(Path.Combine(device.Path, "log"), 0));
        rows.Add(new ResultRow("longest wait for a 64 KiB append in a 16 MiB segment, next one ready", ahead, "ms")
            .Beside("next one made when needed", atTheRoll));
        await AddCompressionRowsAsync(rows, SegmentCompression.Auto, options);
        await AddCompressionRowsAsync(rows, SegmentCompression.Brotli, options);

        return rows;
    }

    private static async Task AddCompressionRowsAsync(
        List<ResultRow> rows, SegmentCompression compression, BenchmarkOptions options)
    {
        using var folder = new TemporaryFolder("compression");
        var gain = await CompressionTrial.RunAsync(folder.MakeFolder("log"), compression, options.Seed);
        var name = $"compression {compression.ToString().ToLowerInvariant()}";
        rows.Add(new ResultRow($"{name}: times smaller", gain.Ratio, ""));
        rows.Add(new ResultRow($"{name}: speed in the background", gain.MegabytesPerSecond, "MB/s"));
        rows.Add(new ResultRow($"{name}: scan", gain.CompressedScanRate, "records/s")
            .Beside("scan before", gain.PlainScanRate));
    }

    private static async Task AddSyncRowsAsync(
        List<ResultRow> rows, LoopDevice device, int records, int commits, BenchmarkOptions options)
    {
        var commitSizeBytes = BaseEntrySizeBytes + (records * RecordEntrySizeBytes);
        var costs = Ways.ToDictionary(way => way, _ => new List<SyncCost>());
        for (var trial = 0; trial < (options.IsQuick ? QuickTrials : Trials); trial++)
        {
            foreach (var way in Ways)
            {
                costs[way].Add(await SyncTrial.RunAsync(device, way, SegmentSizeBytes, commitSizeBytes, commits));
            }
        }

        foreach (var way in Ways)
        {
            double Median(Func<SyncCost, double> part) => Statistic.Median([.. costs[way].Select(part)]);
            var name = $"{way.ToString().ToLowerInvariant()}, {records} × 100 B a commit";
            var deviceBytes = Median(cost => cost.DeviceBytesPerCommit);
            var prepared = Median(cost => cost.PreparedPerByte);
            var total = (deviceBytes + (prepared * commitSizeBytes)) / (records * 100.0);
            rows.Add(new ResultRow($"{name}: sync, median", Median(cost => cost.MedianMs), "ms"));
            rows.Add(new ResultRow($"{name}: sync, 99 of 100", Median(cost => cost.P99Ms), "ms"));
            rows.Add(new ResultRow($"{name}: to the device for a commit", deviceBytes, "bytes"));
            rows.Add(new ResultRow($"{name}: write requests a commit", Median(cost => cost.WritesPerCommit), ""));
            rows.Add(new ResultRow($"{name}: cache flushes a commit", Median(cost => cost.FlushesPerCommit), ""));
            rows.Add(new ResultRow($"{name}: to the device in all, per payload byte", total, ""));
        }
    }
}
