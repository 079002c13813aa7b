using System.Globalization;
using EdgeStream.Analytics;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Benchmarks.Areas.Queries;

/// <summary>Runs a query in a process of its own, on one core.</summary>
internal static class QueryCommand
{
    /// <summary>The word on the command line; not for people.</summary>
    public const string Name = "query-run";

    private const string SpeedTask = "speed";
    private const string StateTask = "state";
    private const string ContinuousTask = "continuous";
    private const string HundredTask = "hundred";

    /// <summary>Runs before the one that counts: what runs natively compiles nothing at run time.</summary>
    private const int WarmUps = 3;

    /// <summary>A part of the readings that has a hundred.</summary>
    private const int FewRecordsPart = 10_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>How long a scenario takes.</summary>
    public static async Task<QueryFigures> SpeedAsync(ReadingSet set, QueryScenario scenario) =>
        QueryFigures.Parse(await StartAsync(SpeedTask, set, scenario));

    /// <summary>How long the tumbling windows take as a query of the engine that has all readings to catch up
    /// with.</summary>
    public static async Task<QueryFigures> ContinuousAsync(ReadingSet set) =>
        QueryFigures.Parse(await StartAsync(ContinuousTask, set, QueryScenario.Tumbling));

    /// <summary>How long a hundred filters take together, in the same way.</summary>
    public static async Task<QueryFigures> HundredAsync(ReadingSet set) =>
        QueryFigures.Parse(await StartAsync(HundredTask, set, QueryScenario.Filter));

    /// <summary>Bytes allocated a record, and bytes of memory a key.</summary>
    public static async Task<(double RecordBytes, double KeyBytes)> StateAsync(ReadingSet set, QueryScenario scenario)
    {
        var parts = (await StartAsync(StateTask, set, scenario)).Trim().Split(' ');
        return (double.Parse(parts[0], CultureInfo.InvariantCulture),
            double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>What the child process does.</summary>
    public static async Task<int> RunAsync(string task, string folder, string count, string key)
    {
        var set = ReadingSet.In(folder, int.Parse(count, CultureInfo.InvariantCulture));
        var scenario = QueryScenario.All.Single(scenario => scenario.Key == key);
        Console.WriteLine(task switch
        {
            SpeedTask => (await MeasureAsync(set, scenario)).ToString(),
            ContinuousTask => (await CatchUpAsync(set, scenario, [ReadingSet.Continuous])).ToString(),
            HundredTask => (await CatchUpAsync(set, scenario, ReadingSet.Hundred)).ToString(),
            _ => await WeighAsync(set, scenario),
        });
        return 0;
    }

    private static Task<string> StartAsync(string task, ReadingSet set, QueryScenario scenario) =>
        OwnProcess.RunOnOneCoreAsync(
            Deadline, Name, task, Path.GetDirectoryName(set.DataFolder)!,
            set.Count.ToString(CultureInfo.InvariantCulture), scenario.Key);

    private static async Task<QueryFigures> MeasureAsync(ReadingSet set, QueryScenario scenario)
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = set.DataFolder });
        for (var run = 0; run < WarmUps; run++)
        {
            await RunAsync(store, set, scenario, scenario.Part);
        }

        return await RunAsync(store, set, scenario, scenario.Part);
    }

    /// <summary>Reads the first of so many equal parts of the readings.</summary>
    private static async Task<QueryFigures> RunAsync(
        StreamStore store, ReadingSet set, QueryScenario scenario, int part, Action<long>? watch = null)
    {
        var definition = scenario.Definition(set);
        var end = part == 1 ? (Timestamp?)null : TimeOf(store, 1 + (set.Count / part));
        long rows = 0;
        var total = 0.0;
        var started = TimeProvider.System.GetTimestamp();
        var result = await QueryHistory.RunAsync(store, definition, stream: null, from: null, to: end, row =>
        {
            rows++;
            for (var column = 0; column < row.Columns.Count; column++)
            {
                var value = row[column];
                total += value.IsNumeric ? value.Number : value.Text.Length;
            }

            watch?.Invoke(rows);
        });
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        return result.Errors == 0
            ? new QueryFigures(seconds, result.Records, rows, total)
            : throw new InvalidOperationException(result.LastError);
    }

    private static Timestamp TimeOf(StreamStore store, long sequence)
    {
        store.TryGet(ReadingSet.StreamName, out var stream);
        using var reader = stream!.Shards[0].OpenReader(ShardPosition.At(new SequenceNumber(sequence)));
        return reader.TryRead(out var record)
            ? record.ArrivalTime
            : throw new InvalidOperationException("The stream is shorter than it was.");
    }

    private static async Task<string> WeighAsync(ReadingSet set, QueryScenario scenario)
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = set.DataFolder });
        var keyBytes = await KeyBytesAsync(store, set, scenario);
        var recordBytes = await RecordBytesAsync(store, set, scenario);
        return string.Create(CultureInfo.InvariantCulture, $"{recordBytes:R} {keyBytes:R}");
    }

    /// <summary>What is held for a key when the state is largest.</summary>
    /// <remarks>First of all in the process: later runs find their tables in the pool of arrays.</remarks>
    private static async Task<double> KeyBytesAsync(StreamStore store, ReadingSet set, QueryScenario scenario)
    {
        if (scenario.StateKeys == 0)
        {
            return 0;
        }

        await RunAsync(store, set, scenario, FewRecordsPart);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var held = 0L;
        await RunAsync(store, set, scenario, scenario.Part, row =>
        {
            if (row == Math.Min(scenario.StateAtRow, set.Count))
            {
                held = GC.GetTotalMemory(forceFullCollection: true) - before;
            }
        });
        return (double)held / scenario.StateKeys;
    }

    /// <summary>Of two runs the longer one differs by what its further records have allocated.</summary>
    private static async Task<double> RecordBytesAsync(StreamStore store, ReadingSet set, QueryScenario scenario)
    {
        var whole = scenario.Part;
        var half = whole * 2;
        await RunAsync(store, set, scenario, whole);
        var start = GC.GetTotalAllocatedBytes(precise: true);
        var shorter = await RunAsync(store, set, scenario, half);
        var middle = GC.GetTotalAllocatedBytes(precise: true);
        var longer = await RunAsync(store, set, scenario, whole);
        var end = GC.GetTotalAllocatedBytes(precise: true);
        return (double)(end - middle - (middle - start)) / (longer.Records - shorter.Records);
    }

    /// <summary>The engine reads all that has come since the queries began, appends their rows and saves them.
    /// </summary>
    private static async Task<QueryFigures> CatchUpAsync(
        ReadingSet set, QueryScenario scenario, IReadOnlyList<QueryDefinition> definitions)
    {
        using var folder = new TemporaryFolder("catch-up");
        var copy = folder.Combine("data");
        await CopyAsync(set.DataFolder, copy);
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = copy });
        for (var run = 0; run < WarmUps; run++)
        {
            await RunAsync(store, set, scenario, part: 1);
        }

        var started = TimeProvider.System.GetTimestamp();
        var engine = await QueryEngine.StartAsync(
            store, definitions, NullLogger<QueryEngine>.Instance);
        await Poll.UntilAsync(
            () => engine.Queries[^1] is var query && query.RowsIn >= set.Count && query.LagRecords == 0, Deadline);
        var status = engine.Queries[^1];
        await engine.DisposeAsync();
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        return status.Failure is null && status.Errors == 0
            ? new QueryFigures(seconds, status.RowsIn, status.RowsOut, 0)
            : throw new InvalidOperationException(status.Failure ?? status.LastError);
    }

    private static async Task CopyAsync(string from, string to) =>
        (await Command.RunAsync("cp", ["-r", from, to])).OrThrow();
}
