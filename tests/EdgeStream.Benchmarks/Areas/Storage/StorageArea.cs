using EdgeStream.Benchmarks.Areas.Storage.Peers;
using EdgeStream.Benchmarks.Reporting;

namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>The shard log beside other logs and stores, and beside what the machine allows.</summary>
internal sealed class StorageArea : IBenchmarkArea
{
    /// <inheritdoc/>
    public string Name => "storage";

    /// <inheritdoc/>
    public string Subject => "the shard log beside FasterLog, RocksDB, SQLite, LMDB, JetStream and the bare machine";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        NativeLibraries.Load();
        var plan = StoragePlan.Of(options);
        var rows = new List<ResultRow>();
        foreach (var size in plan.RecordSizes)
        {
            rows.AddRange(await BufferedAppend.RunAsync(plan, size, plan.AppendBytes, withPeers: true));
        }

        foreach (var size in plan.LongAppendBytes > 0 ? plan.RecordSizes : [])
        {
            rows.AddRange(await BufferedAppend.RunAsync(plan, size, plan.LongAppendBytes, withPeers: false));
        }

        rows.AddRange(await TwoThreadAppend.RunAsync(plan));
        rows.AddRange(await ReadersBeside.RunAsync(plan));
        rows.AddRange(await DurableAppend.RunAsync(plan));
        rows.AddRange(await OpenAndSeek.RunAsync(plan, options.Seed));
        rows.AddRange(await DeviceWear.RunAsync(plan));
        rows.AddRange(await SteadyMemory.RunAsync(plan));
        return rows;
    }
}
