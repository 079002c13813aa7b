using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>What the end of a long outage is like: how soon anything arrives, how soon what is new, how fast the rest,
/// and what it all takes of memory.</summary>
internal sealed class OutageArea : IBenchmarkArea
{
    private const double FirstLiveSecondsMax = 1;
    private const double GrowthMiBMax = 5;
    private const string BinaryVariable = "EDGESTREAM_BINARY";
    private const string LiveFirst = "liveFirst: true";

    /// <inheritdoc/>
    public string Name => "outage";

    /// <inheritdoc/>
    public string Subject => "a million records that wait for a destination, and what happens when it is back";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(BinaryVariable)))
        {
            await NativePublish.RunAsync();
        }

        var plan = options.IsQuick ? OutagePlan.Quick : OutagePlan.Whole;
        var rows = new List<ResultRow> { new("backlog", plan.RecordCount, "records") };
        var isLiveFirstKnown = await IsKnownAsync(LiveFirst);
        foreach (var destination in OutageDestination.All)
        {
            rows.AddRange(await RowsAsync(destination, plan, "in order", settings: "", isLiveFirst: false));
            if (isLiveFirstKnown)
            {
                rows.AddRange(await RowsAsync(destination, plan, "live first", LiveFirst, isLiveFirst: true));
            }
            else
            {
                Console.WriteLine($"  this gateway does not know '{LiveFirst}'");
            }
        }

        return rows;
    }

    /// <summary>Whether the gateway takes a setting of a delivery.</summary>
    private static async Task<bool> IsKnownAsync(string setting)
    {
        using var folder = new TemporaryFolder("outage");
        var config = OutageRun.ConfigOf(OutageDestination.Http, FreePort.Next(), setting);
        var file = folder.Write("edgestream.yaml", config);
        return (await Command.RunAsync(NativeBinary.Path, ["validate", "--config", file])).ExitCode == 0;
    }

    private static async Task<List<ResultRow>> RowsAsync(
        OutageDestination destination, OutagePlan plan, string how, string settings, bool isLiveFirst)
    {
        var figures = await OutageRun.RunAsync(destination, plan, settings, isLiveFirst);
        return Rows(destination.Prefix + how, isLiveFirst, figures);
    }

    private static List<ResultRow> Rows(string how, bool isLiveFirst, OutageFigures figures)
    {
        var firstLive = $"{how}: first live value after the first request";
        var rows = new List<ResultRow>
        {
            new($"{how}: first request after the destination listens", figures.ReconnectSeconds, "s"),
            isLiveFirst
                ? ResultRow.AtMost(firstLive, figures.FirstLiveSeconds, "s", FirstLiveSecondsMax)
                : new ResultRow(firstLive, figures.FirstLiveSeconds, "s"),
            new(
                $"{how}: first live value after the destination listens",
                figures.ReconnectSeconds + figures.FirstLiveSeconds, "s"),
            new($"{how}: age of live values, median", figures.LiveMedianSeconds, "s"),
            new($"{how}: age of live values, most", figures.LiveMostSeconds, "s"),
            new($"{how}: backlog", figures.RecordsPerSecond, "records/s"),
            ResultRow.Exactly($"{how}: repeats", figures.Repeats, "records", 0),
            ResultRow.Exactly(
                $"{how}: backlog in order (1: yes)", figures.IsBacklogInOrder ? 1 : 0, "", 1),
        };
        rows.AddRange(MemoryRows(how, "resident memory", figures, memory => memory.ResidentMiB, GrowthMiBMax));
        rows.AddRange(MemoryRows(
            how, "memory that no file stands behind", figures, memory => memory.AnonymousMiB, GrowthMiBMax));
        rows.AddRange(MemoryRows(how, "pages of files", figures, memory => memory.FileMiB, growthMiBMax: null));
        return rows;
    }

    private static IEnumerable<ResultRow> MemoryRows(
        string how, string what, OutageFigures figures, Func<OutageMemory, double> kind, double? growthMiBMax)
    {
        var idle = kind(figures.Idle);
        yield return new ResultRow($"{how}: {what}, idle", idle, "MiB");
        yield return new ResultRow($"{how}: {what}, above idle while records come", kind(figures.Coming) - idle, "MiB");
        foreach (var (when, memory) in new[]
            {
                ("while they wait", figures.Waiting), ("while draining", figures.Draining),
            })
        {
            var name = $"{how}: {what}, above idle {when}";
            var growth = kind(memory) - idle;
            yield return growthMiBMax is { } max ? ResultRow.AtMost(name, growth, "MiB", max)
                : new ResultRow(name, growth, "MiB");
        }
    }
}
