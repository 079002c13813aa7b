using System.Globalization;
using EdgeStream.Benchmarks.Areas.Storage.Limits;
using EdgeStream.Benchmarks.Areas.Storage.Peers;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>One thread appends without waiting for the disk; then everything is read back.</summary>
/// <remarks>
/// Timed until the last append has returned: FasterLog then still holds up to 1 GiB in memory, the shard log at most
/// its two buffers. The shard log's scan verifies each record's checksum, FasterLog's does not; the FasterLog with
/// checksums verifies those of all but the newest 64 MiB.
/// </remarks>
internal static class BufferedAppend
{
    private const string MappedName = "copy + CRC-32C into mapped files";
    private const string BatchedName = "copy + CRC-32C, 64 KiB pwrite";
    private const long WarmUpBytes = 32 << 20;
    private const int WarmUpRounds = 6;
    private const double AppendFactor = 1.1;
    private const double LimitFactor = 0.7;
    private const double ScanFactor = 1.5;

    private static readonly ShardLogStore Ours = new();
    private static readonly FasterLogStore Faster = new();
    private static readonly FasterLogStore FasterChecked = new(isChecked: true);
    private static readonly IStore[] Slower =
        [new RocksStore(), new SqliteStore(), new LmdbStore(), new JetStreamStore()];

    /// <summary>The rows of one record size.</summary>
    public static async Task<IReadOnlyList<ResultRow>> RunAsync(
        StoragePlan plan, int recordSize, long bytes, bool withPeers)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{recordSize} B over {bytes >> 20} MiB");
        Console.WriteLine($"  buffered append and scan, {what}");
        var things = new List<(string, Func<Task<(double, double)>>)>();
        foreach (var store in withPeers ? [Ours, Faster, FasterChecked, .. Slower] : (IStore[])[Ours, Faster])
        {
            var size = Slower.Contains(store) ? Math.Min(bytes, plan.PeerAppendBytes) : bytes;
            things.Add((store.Name, () => MeasureAsync(store, recordSize, size / recordSize)));
        }

        things.Add((MappedName, () => Task.FromResult(MeasureMapped(recordSize, bytes / recordSize))));
        things.Add((BatchedName, () => Task.FromResult(MeasureBatched(recordSize, bytes / recordSize))));
        await WarmUpAsync(recordSize);
        var results = await Turns.RunAsync(plan.Trials, things);
        var append = results.ToDictionary(
            pair => pair.Key, pair => Statistic.Median([.. pair.Value.Select(rates => rates.Item1)]));
        var scan = results.ToDictionary(
            pair => pair.Key, pair => Statistic.Median([.. pair.Value.Select(rates => rates.Item2)]));
        return Rows(what, append, scan);
    }

    private static List<ResultRow> Rows(
        string what, Dictionary<string, double> append, Dictionary<string, double> scan)
    {
        var ours = append[Ours.Name];
        var limit = append[MappedName] > append[BatchedName] ? MappedName : BatchedName;
        var rows = new List<ResultRow>
        {
            ResultRow.AtLeast(
                $"buffered append {what}", ours, "records/s", Faster.Name, append[Faster.Name], AppendFactor),
            ResultRow.AtLeast($"buffered append {what}", ours, "records/s", limit, append[limit], LimitFactor),
        };
        rows.AddRange(append
            .Where(pair => pair.Key != Ours.Name && pair.Key != Faster.Name && pair.Key != limit)
            .Select(pair => new ResultRow($"buffered append {what}", ours, "records/s").Beside(pair.Key, pair.Value)));

        var read = scan[Ours.Name];
        rows.Add(ResultRow.AtLeast($"scan {what}", read, "records/s", Faster.Name, scan[Faster.Name], ScanFactor));
        rows.Add(ResultRow.AtLeast(
            $"scan {what}", read, "records/s", "the same bytes, CRC-32C", scan[MappedName], LimitFactor));
        rows.AddRange(scan
            .Where(pair => pair.Key != Ours.Name && pair.Key != Faster.Name && pair.Value > 0 && pair.Key != MappedName)
            .Select(pair => new ResultRow($"scan {what}", read, "records/s").Beside(pair.Key, pair.Value)));
        return rows;
    }

    private static async Task WarmUpAsync(int recordSize)
    {
        for (var round = 0; round < WarmUpRounds; round++)
        {
            await MeasureAsync(Ours, recordSize, WarmUpBytes / recordSize);
            await MeasureAsync(Faster, recordSize, WarmUpBytes / recordSize);
            await MeasureAsync(FasterChecked, recordSize, WarmUpBytes / recordSize);
            MeasureMapped(recordSize, WarmUpBytes / recordSize);
            MeasureBatched(recordSize, WarmUpBytes / recordSize);
        }
    }

    private static async Task<(double Append, double Scan)> MeasureAsync(IStore store, int recordSize, long count)
    {
        using var folder = new TemporaryFolder("storage");
        using var session = store.Open(folder.Path, StorePromise.Buffered);
        var started = TimeProvider.System.GetTimestamp();
        AppendAll(session, new byte[recordSize], count);
        var isCounted = store is JetStreamStore;
        if (isCounted)
        {
            // What is on its way over the network has not been appended yet.
            await session.CommitAsync();
        }

        var append = count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        await session.CommitAsync();
        if (isCounted)
        {
            return (append, 0);
        }

        started = TimeProvider.System.GetTimestamp();
        var found = session.Scan();
        var scan = count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        return found == count
            ? (append, scan)
            : throw new InvalidOperationException($"{store.Name} held {found} of {count} records.");
    }

    /// <summary>Appends one record again and again.</summary>
    public static void AppendAll(IStoreSession session, byte[] record, long count)
    {
        for (long index = 0; index < count; index++)
        {
            session.Append(record);
        }
    }

    private static (double, double) MeasureMapped(int recordSize, long count)
    {
        using var folder = new TemporaryFolder("limit");
        var append = CopyLimits.Mapped(folder.Path, recordSize, count);
        return (append, CopyLimits.Checked(folder.Path, recordSize, count));
    }

    private static (double, double) MeasureBatched(int recordSize, long count)
    {
        using var folder = new TemporaryFolder("limit");
        return (CopyLimits.Batched(folder.Path, recordSize, count), 0);
    }
}
