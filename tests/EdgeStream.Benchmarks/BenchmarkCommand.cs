using EdgeStream.Benchmarks.Areas.Delivery;
using EdgeStream.Benchmarks.Areas.Kinesis.Load;
using EdgeStream.Benchmarks.Areas.Mqtt.Load;
using EdgeStream.Benchmarks.Areas.Queries;
using EdgeStream.Benchmarks.Areas.Storage;
using EdgeStream.Benchmarks.Cuts;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Benchmarks.Soak;
using EdgeStream.Storage;

namespace EdgeStream.Benchmarks;

/// <summary>The command line: one area, all of them, their names, or the committed results page.</summary>
internal static class BenchmarkCommand
{
    private const int Success = 0;
    private const int GoalMissed = 1;
    private const int WrongUsage = 2;

    private const string Usage = """
        usage: dotnet run -c Release --project tests/EdgeStream.Benchmarks -- <area> [options]
               ... -- list      names the areas, one a line
               ... -- all       runs every area
               ... -- report    writes tests/EdgeStream.Benchmarks/RESULTS.md from artifacts/results/*.json
               ... -- soak [--operations N] [--seed N]    lets logs live against the model, a million operations
               ... -- cut-writer DIR fsync|os    appends until killed; prints START, then ACK n as records are safe
               ... -- cut-verify DIR             prints LAST n: records 1 to n are intact

        --quick   any area ends within 60 seconds (storage: two minutes), with fewer repetitions
        --seed    the seed of the random areas; printed, and fresh when not given
        --data    the folder of recordings of the nab area; also from $EDGESTREAM_NAB
        --detector  default or rcf, the detector of the nab area
        --rounds  how many rounds the crash area takes (100), or mqtt and kinesis (3), or analytics (5)
        The exit code is 1 when a goal was missed.
        """;

    /// <summary>Runs what the arguments ask for and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["list"])
        {
            foreach (var area in AreaCatalog.All)
            {
                Console.WriteLine(area.Name);
            }

            return Success;
        }

        if (arguments is ["report"])
        {
            Console.WriteLine(ResultsPage.Write());
            return Success;
        }

        if (arguments is [CutCommand.WriterName, var written, var text]
            && Durability.TryParse(text, out var durability))
        {
            return await CutCommand.WriteAsync(written, durability);
        }

        if (arguments is [CutCommand.VerifyName, var verified])
        {
            return await CutCommand.VerifyAsync(verified);
        }

        if (await RunChildAsync(arguments) is { } code)
        {
            return code;
        }

        if (arguments is [SoakCommand.Name, ..] && SoakCommand.Run(arguments.AsSpan(1)) is { } survived)
        {
            return survived ? Success : GoalMissed;
        }

        if (arguments.Length == 0 || !BenchmarkOptions.TryParse(arguments.AsSpan(1), out var options))
        {
            Console.Error.WriteLine(Usage);
            return WrongUsage;
        }

        IBenchmarkArea[] chosen = arguments[0] == "all"
            ? [.. AreaCatalog.All]
            : [.. AreaCatalog.All.Where(area => area.Name == arguments[0])];
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine($"There is no area '{arguments[0]}'.\n\n{Usage}");
            return WrongUsage;
        }

        var isMet = true;
        foreach (var area in chosen)
        {
            isMet &= await RunAsync(area, options);
        }

        return isMet ? Success : GoalMissed;
    }

    /// <summary>What areas start in a process of its own; null for anything else.</summary>
    private static async Task<int?> RunChildAsync(string[] arguments) => arguments switch
    {
        [StorageChild.Name, .. var task] => await StorageChild.RunAsync(task),
        [LoadCommand.Name, ..] => LoadCommand.Run(arguments.AsSpan(1)),
        [PlainCopy.Name, var url, var list] => await PlainCopy.CopyAsync(url, list),
        [FloorCommand.Name, ..] => FloorCommand.Run(arguments.AsSpan(1)),
        [QueryCommand.Name, var task, var folder, var count, var key] =>
            await QueryCommand.RunAsync(task, folder, count, key),
        [RuleCommand.Name, var load, var seconds] => await RuleCommand.RunAsync(load, seconds),
        [KinesisLoadCommand.Name, ..] => KinesisLoadCommand.Run(arguments.AsSpan(1)),
        _ => null,
    };

    private static async Task<bool> RunAsync(IBenchmarkArea area, BenchmarkOptions options)
    {
        Console.WriteLine($"{area.Name}: {area.Subject}");
        var started = TimeProvider.System.GetTimestamp();
        IReadOnlyList<ResultRow> rows;
        try
        {
            rows = await area.RunAsync(options);
        }
        catch (MissingInputException missing)
        {
            await Console.Error.WriteLineAsync(missing.Message);
            return false;
        }

        var name = options.Detector == BenchmarkOptions.DefaultDetector ? area.Name : $"{area.Name}-{options.Detector}";
        var result = new AreaResult(name, MachineDescription.Text, rows);
        Console.WriteLine();
        Console.WriteLine(ResultTable.Format(result));
        var file = ResultFile.Write(result);
        Console.WriteLine($"{file}, {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
        return rows.All(row => row.Met != false);
    }
}
