using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Append;

/// <summary>The shard log in this process: buffered and durable appends and a scan, beside what the hardware
/// allows.</summary>
internal sealed class AppendArea : IBenchmarkArea
{
    private const int Trials = 5;
    private const int QuickTrials = 3;
    private const long Bytes = 256L << 20;
    private const long QuickBytes = 64L << 20;

    private static readonly int[] RecordSizes = [100, 256, 1024];
    private static readonly int[] WaiterCounts = [1, 16, 256];

    /// <inheritdoc/>
    public string Name => "append";

    /// <inheritdoc/>
    public string Subject => "the shard log's appends and scan, beside bare fdatasync and copying with a checksum";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        var rows = new List<ResultRow>();
        foreach (var size in RecordSizes)
        {
            await AddBufferedRowsAsync(rows, size, options);
        }

        foreach (var waiters in WaiterCounts)
        {
            await AddDurableRowAsync(rows, waiters, options);
        }

        return rows;
    }

    private static async Task AddBufferedRowsAsync(List<ResultRow> rows, int size, BenchmarkOptions options)
    {
        var count = (int)((options.IsQuick ? QuickBytes : Bytes) / size);
        var scans = new List<double>();
        var checksums = new List<double>();
        var (append, copy) = await Alternation.MediansAsync(
            options.IsQuick ? QuickTrials : Trials,
            async () =>
            {
                using var folder = new TemporaryFolder("append");
                var (appendRate, scanRate) = await StreamRates.BufferedAsync(folder.Path, size, count);
                scans.Add(scanRate);
                return appendRate;
            },
            () =>
            {
                using var folder = new TemporaryFolder("copy");
                var (copyRate, checksumRate) = MappedCopy.Rates(folder.Combine("copy"), size, count);
                checksums.Add(checksumRate);
                return Task.FromResult(copyRate);
            });
        Console.WriteLine($"  {size} B: append {append:#,0}/s, scan {Statistic.Median(scans):#,0}/s");
        rows.Add(new ResultRow($"append {size} B, os, one thread", append, "records/s")
            .Beside("copy and CRC-32C into a mapped file", copy));
        rows.Add(new ResultRow($"scan {size} B", Statistic.Median(scans), "records/s")
            .Beside("CRC-32C over the same bytes", Statistic.Median(checksums)));
    }

    private static async Task AddDurableRowAsync(List<ResultRow> rows, int waiters, BenchmarkOptions options)
    {
        var duration = TimeSpan.FromSeconds(options.IsQuick ? 0.5 : 2);
        var (durable, syncs) = await Alternation.MediansAsync(
            options.IsQuick ? QuickTrials : Trials,
            async () =>
            {
                using var folder = new TemporaryFolder("durable");
                return await StreamRates.DurableAsync(folder.Path, waiters, duration);
            },
            () =>
            {
                using var folder = new TemporaryFolder("sync");
                return Task.FromResult(BareSync.Rate(folder.Combine("sync"), duration));
            });
        Console.WriteLine($"  {waiters} waiters: {durable:#,0} records/s, {syncs:#,0} bare syncs/s");
        rows.Add(new ResultRow($"durable append 100 B, {waiters} waiting for their own", durable, "records/s")
            .Beside(waiters == 1 ? "bare fdatasync" : $"bare fdatasync × {waiters}", syncs * waiters));
    }
}
