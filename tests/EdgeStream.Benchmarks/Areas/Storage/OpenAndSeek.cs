using System.Globalization;
using EdgeStream.Benchmarks.Areas.Storage.Peers;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>Opens a large log after a clean stop and after <c>kill -9</c> of its writer, and seeks in it by
/// time.</summary>
/// <remarks>The page cache is warm. The process has opened a small log before, so that no compilation is
/// counted.</remarks>
internal static class OpenAndSeek
{
    private const int RecordSize = 100;
    private const int SeekCount = 200;
    private const double CleanMsMax = 20;
    private const double KilledMsMax = 200;
    private const double SeekMicrosecondsMax = 100;

    /// <summary>The rows.</summary>
    public static async Task<IReadOnlyList<ResultRow>> RunAsync(StoragePlan plan, int seed)
    {
        Console.WriteLine($"  open and seek, log of {plan.LogBytes >> 20} MiB");
        using var folder = new TemporaryFolder("storage-open");
        WarmUp(folder.MakeFolder("small"));
        var log = folder.MakeFolder("log");
        Fill(log, plan.LogBytes);
        var clean = new List<double>();
        var killed = new List<double>();
        var seeks = new List<double>();
        var random = new Random(seed);
        for (var trial = 0; trial < plan.Trials; trial++)
        {
            clean.Add(OpenMs(log, session => seeks.AddRange(SeekMicroseconds(session.Log, random))));
            await StorageChild.WriteAndDieAsync(log);
            killed.Add(OpenMs(log, _ => { }));
        }

        var what = string.Create(CultureInfo.InvariantCulture, $"{plan.LogBytes >> 20} MiB log");
        return
        [
            ResultRow.AtMost($"open a {what}, clean", Statistic.Median(clean), "ms", CleanMsMax),
            ResultRow.AtMost($"open a {what}, after kill -9", Statistic.Median(killed), "ms", KilledMsMax),
            new ResultRow($"open a {what}, after kill -9, slowest", killed.Max(), "ms"),
            ResultRow.AtMost(
                $"seek by time to the first record, {what}", Statistic.Median(seeks), "µs", SeekMicrosecondsMax),
            new ResultRow($"seek by time to the first record, {what}, p99", Statistic.Percentile(seeks, 0.99), "µs"),
        ];
    }

    private static void WarmUp(string folder)
    {
        Fill(folder, 80 << 20);
        for (var round = 0; round < 3; round++)
        {
            OpenMs(folder, session => SeekMicroseconds(session.Log, new Random(round)));
        }
    }

    private static void Fill(string folder, long bytes)
    {
        using var session = ShardLogStore.OpenLog(folder, StorePromise.Buffered);
        var record = new byte[RecordSize];
        while (session.Log.UsedBytes < bytes)
        {
            for (var count = 0; count < 1000; count++)
            {
                session.Append(record);
            }
        }
    }

    private static double OpenMs(string folder, Action<ShardLogSession> use)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var session = ShardLogStore.OpenLog(folder, StorePromise.Durable);
        var elapsed = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        use(session);
        return elapsed;
    }

    /// <summary>Times evenly spread over the log's, each sought and its first record read.</summary>
    private static List<double> SeekMicroseconds(ShardLog log, Random random)
    {
        var first = ReadTime(log, log.OldestSequence);
        var last = ReadTime(log, log.NewestSequence);
        var results = new List<double>();
        for (var count = 0; count < SeekCount; count++)
        {
            var time = new Timestamp(random.NextInt64(first.UnixMicroseconds, last.UnixMicroseconds));
            var started = TimeProvider.System.GetTimestamp();
            using var reader = log.OpenReader(log.FindByArrivalTime(time));
            if (!reader.TryRead(out var record) || record.ArrivalTime < time)
            {
                throw new InvalidOperationException($"Seeking {time} found nothing, or a record before it.");
            }

            results.Add(TimeProvider.System.GetElapsedTime(started).TotalMicroseconds);
        }

        return results;
    }

    private static Timestamp ReadTime(ShardLog log, SequenceNumber sequence)
    {
        using var reader = log.OpenReader(sequence);
        return reader.TryRead(out var record)
            ? record.ArrivalTime
            : throw new InvalidOperationException($"There is no record {sequence}.");
    }
}
