using System.Globalization;
using EdgeStream.Benchmarks.Areas.Kinesis.Load;
using EdgeStream.Benchmarks.Areas.Kinesis.Servers;
using EdgeStream.Benchmarks.Areas.Storage.Limits;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Kinesis;

/// <summary>The Kinesis API beside emulators: the same load generator, in a process of its own, by turns in one
/// run.</summary>
/// <remarks>One server runs at a time, anew for each scenario. The gateway answers when records are on the device; the
/// others keep them in memory.</remarks>
internal sealed class KinesisArea : IBenchmarkArea
{
    private const string BinaryVariable = "EDGESTREAM_BINARY";

    private readonly Dictionary<(string Server, KinesisScenario Scenario), List<KinesisRun>> _runs = [];
    private readonly List<DurableFigures> _syncs = [];

    /// <inheritdoc/>
    public string Name => "kinesis";

    /// <inheritdoc/>
    public string Subject => "Kinesis API, signed requests: rates, latency, processor time and memory beside emulators";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(BinaryVariable)))
        {
            await NativePublish.RunAsync();
        }

        _runs.Clear();
        _syncs.Clear();
        var scenarios = KinesisScenario.All(options.IsQuick);
        var times = options.IsQuick ? KinesisTimes.Quick : KinesisTimes.Whole;
        var trials = options.Rounds ?? (options.IsQuick ? 1 : 3);
        for (var trial = 0; trial < trials; trial++)
        {
            _syncs.Add(MeasureSync(times));
            foreach (var scenario in scenarios)
            {
                foreach (var kind in KinesisServerCatalog.All)
                {
                    if (scenario.Kind != KinesisScenarioKind.Propagation || kind.HasSubscriptions)
                    {
                        await RunAsync(kind, scenario, times);
                    }
                }

                if (scenario.HasFloor)
                {
                    await RunAsync(KinesisServerCatalog.Floor, scenario, times);
                }
            }
        }

        return KinesisRows.Of(scenarios, _runs, DurableFigures.Median(_syncs));
    }

    private static DurableFigures MeasureSync(KinesisTimes times)
    {
        using var folder = new TemporaryFolder("kinesis");
        return SyncLimit.Measure(folder.Path, times.Measured);
    }

    private async Task RunAsync(KinesisServerKind kind, KinesisScenario scenario, KinesisTimes times)
    {
        using var folder = new TemporaryFolder("kinesis");
        await using var server = await kind.StartAsync(folder);
        var run = await MeasureAsync(server, scenario, times);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {kind.Name}: {scenario.Name}: {run.Rate:#,0} records/s, {run.P50Ms:0.##} ms, p99 {run.P99Ms:0.##} ms"));
        if (!_runs.TryGetValue((kind.Name, scenario), out var list))
        {
            _runs[(kind.Name, scenario)] = list = [];
        }

        list.Add(run);
    }

    private static async Task<KinesisRun> MeasureAsync(
        IServerProcess server, KinesisScenario scenario, KinesisTimes times)
    {
        await KinesisLoadCommand.CreateAsync(server.Port);
        if (scenario.Kind == KinesisScenarioKind.GetRecords)
        {
            await KinesisLoadCommand.FillAsync(server.Port, times.Fill);
        }

        var seconds = ProcessTree.ProcessorSeconds(server.ProcessId);
        var report = await KinesisLoadCommand.RunAsync(scenario, server.Port, times.WarmUp, times.Measured);
        seconds = ProcessTree.ProcessorSeconds(server.ProcessId) - seconds;
        return new KinesisRun(
            report.Rate,
            report.P50Ms,
            report.P99Ms,
            seconds / report.Count * 1e6,
            report.ClientLoad,
            ProcessTree.Of(server.ProcessId).Sum(id => ProcessMemory.Of(id).ResidentMiB),
            ProcessTree.AnonymousMiB(server.ProcessId));
    }
}
