using EdgeStream.Benchmarks.Areas.Storage.Peers;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>One thread appends while others read the same log at different places, beside the same without
/// them.</summary>
/// <remarks>
/// The readers go at a steady pace, since the question is whether the writer waits for them, and not how many
/// processors there are. Before the clock starts the log has what they read.
/// </remarks>
internal static class ReadersBeside
{
    private const int RecordSize = 100;
    private const int ReaderCount = 16;
    private const int RecordsPerTurn = 200;
    private const double FactorMin = 0.9;
    private const string Alone = "without readers";
    private const string Beside = "with readers";

    private static readonly TimeSpan TurnTime = TimeSpan.FromMilliseconds(10);

    /// <summary>The row.</summary>
    public static async Task<IReadOnlyList<ResultRow>> RunAsync(StoragePlan plan)
    {
        Console.WriteLine($"  buffered append beside {ReaderCount} readers");
        var count = plan.AppendBytes / RecordSize;
        var results = await Turns.RunAsync<double>(
            plan.Trials, [(Alone, () => MeasureAsync(0, count)), (Beside, () => MeasureAsync(ReaderCount, count))]);
        var perSecond = RecordsPerTurn * (TimeSpan.FromSeconds(1) / TurnTime);
        return
        [
            ResultRow.AtLeast(
                $"buffered append {RecordSize} B beside {ReaderCount} readers, each at another place and at "
                    + $"{perSecond} records/s",
                Statistic.Median(results[Beside]), "records/s", Alone, Statistic.Median(results[Alone]), FactorMin),
        ];
    }

    private static async Task<double> MeasureAsync(int readerCount, long count)
    {
        using var folder = new TemporaryFolder("storage");
        using var session = ShardLogStore.OpenLog(folder.Path, StorePromise.Buffered);
        var record = new byte[RecordSize];
        BufferedAppend.AppendAll(session, record, count / 2);
        await session.CommitAsync();
        using var stop = new CancellationTokenSource();
        Thread[] readers =
        [
            .. Enumerable.Range(0, readerCount).Select(index => new Thread(
                () => Read(session.Log, count / 2 / readerCount * index, stop.Token))),
        ];
        Array.ForEach(readers, reader => reader.Start());
        var started = TimeProvider.System.GetTimestamp();
        BufferedAppend.AppendAll(session, record, count);
        var rate = count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        Array.ForEach(readers, reader => reader.Join());
        await session.CommitAsync();
        return rate;
    }

    private static void Read(ShardLog log, long passedRecords, CancellationToken stop)
    {
        using var reader = log.OpenReader(new SequenceNumber(passedRecords + 1));
        var seen = 0;
        do
        {
            for (var index = 0; index < RecordsPerTurn && reader.TryRead(out var record); index++)
            {
                seen += record.Value[0];
            }
        }
        while (!stop.WaitHandle.WaitOne(TurnTime));
        Consumed.Bytes(seen);
    }
}
