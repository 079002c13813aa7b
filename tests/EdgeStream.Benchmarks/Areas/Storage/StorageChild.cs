using System.Globalization;
using EdgeStream.Benchmarks.Areas.Storage.Peers;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>
/// What has to run in a process of its own: a writer that is killed, and one whose memory is watched.
/// </summary>
internal static class StorageChild
{
    /// <summary>The word on the command line; not for people.</summary>
    public const string Name = "storage-child";

    private const string DieTask = "die";
    private const string MemoryTask = "memory";
    private const string Ready = "READY";
    private const int RecordSize = 100;
    private const long RecordsBeforeDeath = 250_000;
    private const long KeptBytes = 512 << 20;
    private const int TickEveryRecords = 200_000;
    private const double KiBPerMiB = 1024;

    private static readonly TimeSpan DeathDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MemoryDeadline = TimeSpan.FromMinutes(10);

    /// <summary>Runs what the parent asked for.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case [DieTask, var folder]:
                AppendForEver(folder);
                return 0;
            case [MemoryTask, var folder, var bytes]:
                await AppendAndTailAsync(folder, long.Parse(bytes, CultureInfo.InvariantCulture));
                return 0;
            default:
                return 2;
        }
    }

    /// <summary>Lets a child append to a log with fsync, as fast as it goes, and kills it in the middle.</summary>
    public static async Task WriteAndDieAsync(string folder)
    {
        await using var child = Start(DieTask, folder);
        await child.WaitForAsync(Ready, DeathDeadline);
        UnixSignal.Send(child.Id, UnixSignal.Kill);
        await child.WaitForExitAsync();
    }

    /// <summary>Lets a child append and follow; returns by how many MiB its anonymous memory grew from the first GiB to
    /// the end, and how high it stood above that in between.</summary>
    public static async Task<(double Growth, double Peak)> MemoryGrowthAsync(string folder, long bytes)
    {
        await using var child = Start(MemoryTask, folder, bytes.ToString(CultureInfo.InvariantCulture));
        await child.WaitForAsync(Ready, MemoryDeadline);
        var line = child.Output.ToString().Split('\n').First(line => line.StartsWith(Ready, StringComparison.Ordinal));
        var parts = line.Split(' ');
        return (
            double.Parse(parts[1], CultureInfo.InvariantCulture),
            double.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    /// <remarks>
    /// As the native gateway it compiles nothing while it runs: what a method takes that is compiled anew after its
    /// sixtieth call, which is at the sixtieth segment, is not the log's memory.
    /// </remarks>
    private static BackgroundCommand Start(params string[] arguments) =>
        OwnProcess.Start(["DOTNET_TieredCompilation=0"], [Name, .. arguments]);

    private static void AppendForEver(string folder)
    {
        var session = ShardLogStore.OpenLog(folder, StorePromise.Durable);
        var record = new byte[RecordSize];
        for (long count = 1; ; count++)
        {
            session.Append(record);
            if (count == RecordsBeforeDeath)
            {
                Console.WriteLine(Ready);
            }
        }
    }

    private static async Task AppendAndTailAsync(string folder, long bytes)
    {
        using var session = new ShardLogSession(folder, Durability.OperatingSystem, KeptBytes);
        var count = bytes / RecordSize;
        var tail = Task.Run(() => TailAsync(session.Log, count));
        var record = new byte[RecordSize];
        var warmUp = Math.Min(count / 4, (1L << 30) / RecordSize);
        double floor = 0;
        double peak = 0;
        for (long index = 1; index <= count; index++)
        {
            session.Append(record);
            if (index % TickEveryRecords == 0)
            {
                session.Log.Tick();
                peak = Math.Max(peak, AnonymousMiB());
            }

            if (index == warmUp)
            {
                floor = peak = HeldMiB();
            }
        }

        await tail;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Ready} {HeldMiB() - floor:0.000} {peak - floor:0.000}"));
    }

    /// <summary>Follows the writer; what retention took before it was read counts as passed over.</summary>
    private static async Task TailAsync(ShardLog log, long count)
    {
        using var reader = log.OpenReader(SequenceNumber.First);
        while (reader.NextSequence.Value <= count)
        {
            var seen = 0;
            while (reader.TryRead(out var record))
            {
                seen += record.Value[0];
            }

            Consumed.Bytes(seen);
            if (reader.NextSequence.Value <= count)
            {
                await reader.WhenReadable();
            }
        }
    }

    /// <summary>What stays when the garbage of the runtime is gone.</summary>
    private static double HeldMiB()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return AnonymousMiB();
    }

    private static double AnonymousMiB()
    {
        var line = File.ReadLines($"/proc/{Environment.ProcessId}/status")
            .First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        var number = line["RssAnon:".Length..].Trim().Split(' ')[0];
        return double.Parse(number, CultureInfo.InvariantCulture) / KiBPerMiB;
    }
}
