using EdgeStream.Benchmarks.Areas.Storage.Peers;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>Two threads append to one log, beside one thread.</summary>
internal static class TwoThreadAppend
{
    private const int RecordSize = 100;
    private const string OneThread = "one thread";
    private const string TwoThreads = "two threads";

    /// <summary>The row.</summary>
    public static async Task<IReadOnlyList<ResultRow>> RunAsync(StoragePlan plan)
    {
        Console.WriteLine("  buffered append from two threads");
        var count = plan.AppendBytes / RecordSize;
        var results = await Turns.RunAsync<double>(
            plan.Trials, [(OneThread, () => MeasureAsync(1, count)), (TwoThreads, () => MeasureAsync(2, count))]);
        return
        [
            ResultRow.AtLeast(
                $"buffered append {RecordSize} B from two threads", Statistic.Median(results[TwoThreads]), "records/s",
                OneThread, Statistic.Median(results[OneThread]), 1),
        ];
    }

    private static async Task<double> MeasureAsync(int threadCount, long count)
    {
        using var folder = new TemporaryFolder("storage");
        using var session = ShardLogStore.OpenLog(folder.Path, StorePromise.Buffered);
        var started = TimeProvider.System.GetTimestamp();
        Thread[] threads =
        [
            .. Enumerable.Range(0, threadCount).Select(_ => new Thread(() => Append(session.Log, count / threadCount))),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        var rate = count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        await session.Log.WhenAcknowledged(new SequenceNumber(count / threadCount * threadCount));
        return rate;
    }

    private static void Append(ShardLog log, long count)
    {
        var record = new byte[RecordSize];
        for (long index = 0; index < count; index++)
        {
            AppendStatus status;
            while ((status = log.TryAppend([], record, eventTime: null, out _)) == AppendStatus.Busy)
            {
                log.WhenRoom().Wait();
            }

            if (status != AppendStatus.Accepted)
            {
                throw new IOException($"The log answered {status}.");
            }
        }
    }
}
