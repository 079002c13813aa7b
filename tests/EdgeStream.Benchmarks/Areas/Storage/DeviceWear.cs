using System.Globalization;
using EdgeStream.Benchmarks.Areas.Storage.Peers;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;

namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>
/// Bytes that reach the device for each byte of payload: 1,000 records a second, made durable every 100 ms.
/// </summary>
/// <remarks>
/// Each store writes to a file system of its own, all at once; the device counts its journal and its metadata too. The
/// count ends when the store is closed and the file system synced. The shard log is counted twice: in its first
/// segments, which are made as it grows, and in files that were used before, as for all of its life after that; the
/// goals are for the second. RocksDB and SQLite would write again what a longer
/// run makes them move from their logs to their tables.
/// </remarks>
internal static class DeviceWear
{
    private const int RecordSize = 100;
    private const int RecordsPerTurn = 10;
    private const int TurnsPerCommit = 10;
    private const double FactorMax = 1.5;
    private const double RecordsPerDay = 1000 * 86_400.0;
    private const double BytesPerGigabyte = 1e9;

    /// <summary>What a card of 32 GB is made for if each of its cells may be written a thousand times.</summary>
    private const double EnduranceGigabytes = 32_000;

    private static readonly TimeSpan TurnTime = TimeSpan.FromMilliseconds(10);

    private static readonly IStore[] Stores =
    [
        new SteadyShardLogStore(), new ShardLogStore(),
        new FasterLogStore(), new RocksStore(), new SqliteStore(), new LmdbStore(),
    ];

    /// <summary>The rows.</summary>
    public static async Task<IReadOnlyList<ResultRow>> RunAsync(StoragePlan plan)
    {
        var kind = CountedFileSystem.IsAvailable() ? "loop device with ext4" : "/proc/self/io";
        Console.WriteLine($"  device bytes, {plan.WearTime.TotalSeconds:0} s, {plan.WearTrials} times, {kind}");
        var factors = Stores.ToDictionary(store => store.Name, _ => new List<double>());
        for (var trial = 0; trial < plan.WearTrials; trial++)
        {
            if (CountedFileSystem.IsAvailable())
            {
                var results = await Task.WhenAll(
                    Stores.Select(store => OnThread(() => MeasureOnDevice(store, plan.WearTime))));
                foreach (var (store, factor) in Stores.Zip(results))
                {
                    factors[store.Name].Add(factor);
                }
            }
            else
            {
                foreach (var store in Stores)
                {
                    factors[store.Name].Add(await OnThread(() => MeasureInProcess(store, plan.WearTime)));
                }
            }
        }

        return Rows(kind, factors);
    }

    private static List<ResultRow> Rows(string kind, Dictionary<string, List<double>> factors)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"device bytes per payload byte, {RecordSize} B, commit each 100 ms ({kind})");
        var ours = Statistic.Median(factors[Stores[0].Name]);
        var rows = new List<ResultRow> { ResultRow.AtMost(name, ours, "B/B", FactorMax) };
        rows.AddRange(Stores.Skip(1).Select(
            store => ResultRow.AtMostTimes(name, ours, "B/B", store.Name, Statistic.Median(factors[store.Name]), 1)));
        var perDay = ours * RecordSize * RecordsPerDay / BytesPerGigabyte;
        rows.Add(new ResultRow("to the device in a day of that, 1,000 records/s", perDay, "GB"));
        rows.Add(new ResultRow(
            "so long lasts a card of 32 GB and 1,000 cycles", EnduranceGigabytes / perDay, "days"));
        return rows;
    }

    private static double MeasureOnDevice(IStore store, TimeSpan duration)
    {
        using var device = new CountedFileSystem();
        long before;
        long payload;
        using (var session = store.Open(device.Folder, StorePromise.DurableByInterval))
        {
            before = device.WrittenBytes();
            payload = Write(session, duration);
        }

        return (device.WrittenBytes() - before) / (double)payload;
    }

    private static double MeasureInProcess(IStore store, TimeSpan duration)
    {
        using var folder = new EdgeStream.Testing.TemporaryFolder("storage-wear");
        long before;
        long payload;
        using (var session = store.Open(folder.Path, StorePromise.DurableByInterval))
        {
            before = WrittenByProcess();
            payload = Write(session, duration);
        }

        return (WrittenByProcess() - before) / (double)payload;
    }

    /// <summary>Appends and commits by the clock; returns the bytes of payload.</summary>
    private static long Write(IStoreSession session, TimeSpan duration)
    {
        using var pause = new ManualResetEventSlim();
        var record = new byte[RecordSize];
        Random.Shared.NextBytes(record);
        var started = TimeProvider.System.GetTimestamp();
        long count = 0;
        for (var turn = 1; TimeProvider.System.GetElapsedTime(started) < duration; turn++)
        {
            for (var index = 0; index < RecordsPerTurn; index++, count++)
            {
                session.Append(record);
            }

            // The shard log keeps the interval by itself.
            if (turn % TurnsPerCommit == 0 && session is not ShardLogSession)
            {
                session.CommitAsync().AsTask().GetAwaiter().GetResult();
            }

            var wait = (TurnTime * turn) - TimeProvider.System.GetElapsedTime(started);
            if (wait > TimeSpan.Zero)
            {
                pause.Wait(wait);
            }
        }

        return count * RecordSize;
    }

    /// <summary>A thread of its own: LMDB's transactions belong to one.</summary>
    private static Task<double> OnThread(Func<double> measure) => Task.Factory.StartNew(
        measure, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static long WrittenByProcess() => long.Parse(
        File.ReadLines("/proc/self/io").First(line => line.StartsWith("write_bytes:", StringComparison.Ordinal))
            .Split(' ')[1],
        CultureInfo.InvariantCulture);
}
