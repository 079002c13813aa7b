using System.Globalization;
using EdgeStream.Benchmarks.Areas.Storage.Limits;
using EdgeStream.Benchmarks.Areas.Storage.Peers;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>Producers that each wait for the device before they append again.</summary>
/// <remarks>
/// FasterLog commits again and again; RocksDB groups by itself; SQLite and LMDB take everyone who waits in one
/// transaction. NATS JetStream has no such promise in this version and is not here.
/// </remarks>
internal static class DurableAppend
{
    private const int RecordSize = 100;
    private const string BareName = "bare fdatasync";
    private const double FasterFactor = 2;
    private const double SyncFactor = 0.8;
    private const double LatencyFactor = 3;

    private static readonly int[] ProducerCounts = [1, 16, 256];
    private static readonly ShardLogStore Ours = new();
    private static readonly FasterLogStore Faster = new();
    private static readonly IStore[] Others = [new RocksStore(), new SqliteStore(), new LmdbStore()];

    /// <summary>The rows of every number of producers.</summary>
    public static async Task<IReadOnlyList<ResultRow>> RunAsync(StoragePlan plan)
    {
        var rows = new List<ResultRow>();
        foreach (var producers in ProducerCounts)
        {
            Console.WriteLine($"  durable append, {producers} producers");
            var things = new List<(string, Func<Task<Run>>)>();
            foreach (var store in (IStore[])[Ours, Faster, .. Others])
            {
                things.Add((store.Name, () => MeasureAsync(store, producers, plan.DurableTime)));
            }

            things.Add((BareName, () => Task.FromResult(MeasureBare(plan.DurableTime))));
            var warmUp = plan.DurableTime / 3;
            var results = await Turns.RunAsync(plan.Trials, things, name => name == BareName
                ? Task.CompletedTask
                : MeasureAsync(StoreOf(name), producers, warmUp));
            rows.AddRange(Rows(producers, results.ToDictionary(pair => pair.Key, pair => Run.Median(pair.Value))));
        }

        return rows;
    }

    private static IEnumerable<ResultRow> Rows(int producers, Dictionary<string, Run> runs)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"durable append {RecordSize} B, {producers} producers");
        var ours = runs[Ours.Name];
        var bare = runs[BareName].Figures;
        var rate = ours.Figures.PerSecond;
        var best = Others.Select(store => store.Name).MaxBy(name => runs[name].Figures.PerSecond)!;
        yield return ResultRow.AtLeast(
            what, rate, "records/s", Faster.Name, runs[Faster.Name].Figures.PerSecond, FasterFactor);
        yield return ResultRow.AtLeast(
            what, rate, "records/s", $"{best}, the best of the others", runs[best].Figures.PerSecond, 1);
        foreach (var store in Others.Where(store => store.Name != best))
        {
            yield return new ResultRow(what, rate, "records/s").Beside(store.Name, runs[store.Name].Figures.PerSecond);
        }

        yield return ResultRow.AtLeast(
            what, rate, "records/s",
            string.Create(CultureInfo.InvariantCulture, $"{ours.PerSync:0.0} records/sync × bare syncs/s"),
            ours.PerSync * bare.PerSecond, SyncFactor);
        yield return ResultRow.AtMostTimes(
            $"{what}: p99", ours.Figures.P99Ms, "ms", BareName, bare.P99Ms, LatencyFactor);
        yield return new ResultRow($"{what}: p50", ours.Figures.MedianMs, "ms").Beside(BareName, bare.MedianMs);
        foreach (var store in (IStore[])[Faster, .. Others])
        {
            yield return new ResultRow($"{what}: p99", ours.Figures.P99Ms, "ms")
                .Beside(store.Name, runs[store.Name].Figures.P99Ms);
        }
    }

    private static IStore StoreOf(string name) =>
        ((IStore[])[Ours, Faster, .. Others]).First(store => store.Name == name);

    private static Run MeasureBare(TimeSpan duration)
    {
        using var folder = new TemporaryFolder("sync");
        return new Run(SyncLimit.Measure(folder.Path, duration), PerSync: 1);
    }

    private static async Task<Run> MeasureAsync(IStore store, int producers, TimeSpan duration)
    {
        using var folder = new TemporaryFolder("storage");
        using var session = store.Open(folder.Path, StorePromise.Durable);
        var syncsBefore = (session as ShardLogSession)?.SyncCount ?? 0;
        var started = TimeProvider.System.GetTimestamp();
        var kind = session.BlocksProducers ? TaskCreationOptions.LongRunning : TaskCreationOptions.None;
        var all = await Task.WhenAll(Enumerable.Range(0, producers).Select(_ =>
            Task.Factory.StartNew(
                () => ProduceAsync(session, started, duration), CancellationToken.None, kind, TaskScheduler.Default)
            .Unwrap()));
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        List<double> latencies = [.. all.SelectMany(list => list)];
        var syncs = (session as ShardLogSession)?.SyncCount - syncsBefore ?? 0;
        return new Run(DurableFigures.Of(latencies, elapsed), syncs > 0 ? (double)latencies.Count / syncs : 0);
    }

    private static async Task<List<double>> ProduceAsync(IStoreSession session, long started, TimeSpan duration)
    {
        var record = new byte[RecordSize];
        var latencies = new List<double>();
        while (TimeProvider.System.GetElapsedTime(started) < duration)
        {
            var begin = TimeProvider.System.GetTimestamp();
            await session.AppendDurableAsync(record);
            latencies.Add(TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds);
        }

        return latencies;
    }

    private sealed record Run(DurableFigures Figures, double PerSync)
    {
        internal static Run Median(IReadOnlyCollection<Run> runs) => new(
            DurableFigures.Median([.. runs.Select(run => run.Figures)]),
            Statistic.Median([.. runs.Select(run => run.PerSync)]));
    }
}
