using System.Globalization;
using System.IO.Compression;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>How fast, and for how much processor time, the backlog of an outage goes out.</summary>
/// <remarks>Everyone sends the same records to the same kind of server, one after the other in one run.</remarks>
internal sealed class DeliveryArea : IBenchmarkArea
{
    private const long BacklogBytes = 1L << 30;
    private const long QuickBacklogBytes = 48L << 20;
    private const double PlainCopyFactor = 0.6;
    private const double Million = 1e6;
    private const string BinaryVariable = "EDGESTREAM_BINARY";
    private const int FlowRecordsMin = 200_000;
    private const string FlowName = "Node-RED, gzip over HTTP";
    private const string PlainCopyName = "plain copy with AWSSDK.S3";
    private const string ParquetCopyName = "plain copy of the same objects";

    private readonly Dictionary<DeliveryScenario, List<DeliveryRun>> _runs = [];
    private readonly List<DeliveryRun> _copies = [];
    private readonly List<DeliveryRun> _parquetCopies = [];
    private readonly Dictionary<CompressionLevel, List<double>> _compressors = [];
    private readonly List<DeliveryRun> _flows = [];
    private long _flowRecords;

    /// <inheritdoc/>
    public string Name => "delivery";

    /// <inheritdoc/>
    public string Subject => "a backlog on its way out: rates, processor time and memory beside a plain copy";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(BinaryVariable)))
        {
            await NativePublish.RunAsync();
        }

        _runs.Clear();
        _copies.Clear();
        _parquetCopies.Clear();
        _compressors.Clear();
        _flows.Clear();
        using var folder = new TemporaryFolder("delivery");
        Console.WriteLine($"  seed {options.Seed}; writing the backlog");
        var backlog = await Backlog.WriteAsync(
            folder.Combine("data"), options.IsQuick ? QuickBacklogBytes : BacklogBytes, options.Seed);
        for (var round = 0; round < (options.Rounds ?? (options.IsQuick ? 1 : 3)); round++)
        {
            foreach (var scenario in DeliveryScenario.All)
            {
                await RunAsync(backlog, scenario, round, folder);
            }
        }

        return Rows(backlog);
    }

    private async Task RunAsync(Backlog backlog, DeliveryScenario scenario, int round, TemporaryFolder folder)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{scenario.Name.Replace(' ', '-')}-{round}");
        if (scenario.IsHttp)
        {
            await using var endpoint = new HttpSink();
            Keep(scenario, backlog, await GatewayDelivery.RunAsync(backlog, name, $"""
                {scenario.Settings}
                http:
                  url: {endpoint.Url}
                  body: json-lines
                  payload: line
                  gzip: true
                  requestRecords: 10000
                """));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"    {endpoint.BodyBytes >> 20} MiB of bodies"));
            return;
        }

        await using var sink = await S3Sink.StartAsync();
        Keep(scenario, backlog, await GatewayDelivery.RunAsync(backlog, name, $"""
            {scenario.Settings}
            s3:
              endpoint: {sink.Url}
              bucket: {S3Sink.Bucket}
              accessKey: {S3Sink.Key}
              secretKey: {S3Sink.Key}
            """));
        var files = sink.ObjectFiles();
        if (scenario == DeliveryScenario.Plain)
        {
            await CopyAsync(PlainCopyName, _copies, sink, files, backlog, folder);
            foreach (var level in (CompressionLevel[])[CompressionLevel.Optimal, CompressionLevel.Fastest])
            {
                _compressors.TryAdd(level, []);
                _compressors[level].Add(CompressorAlone.Measure(files, level));
            }

            await RunFlowAsync(files, folder);
        }
        else if (scenario == DeliveryScenario.Parquet)
        {
            await CopyAsync(ParquetCopyName, _parquetCopies, sink, files, backlog, folder);
        }
    }

    private static async Task CopyAsync(
        string name, List<DeliveryRun> copies, S3Sink sink, IReadOnlyList<string> files, Backlog backlog,
        TemporaryFolder folder)
    {
        var copy = await PlainCopy.RunAsync(sink.Url, folder.Write("files.txt", string.Join('\n', files)));
        copies.Add(copy);
        Say(name, copy, backlog.RecordCount);
    }

    /// <summary>Node-RED gets as many of the same lines as it sends in a while.</summary>
    private async Task RunFlowAsync(IReadOnlyList<string> files, TemporaryFolder folder)
    {
        var lines = new List<string>();
        foreach (var file in files.TakeWhile(_ => lines.Count < FlowRecordsMin))
        {
            lines.AddRange(await File.ReadAllLinesAsync(file));
        }

        _flowRecords = lines.Count;
        var flow = await NodeRedFlow.RunAsync(folder.Write("lines.jsonl", string.Join('\n', lines)), lines.Count);
        _flows.Add(flow);
        Say(FlowName, flow, _flowRecords);
    }

    private void Keep(DeliveryScenario scenario, Backlog backlog, DeliveryRun run)
    {
        Say(scenario.Name, run, backlog.RecordCount);
        if (!_runs.TryGetValue(scenario, out var runs))
        {
            _runs[scenario] = runs = [];
        }

        runs.Add(run);
    }

    private static void Say(string name, DeliveryRun run, long recordCount)
    {
        var rate = recordCount / run.Seconds;
        var processor = run.ProcessorSeconds * Million / recordCount;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name}: {rate:#,0} records/s, {processor:0.00} s of processor a million, {run.AnonymousMiB:0} MiB"));
    }

    private List<ResultRow> Rows(Backlog backlog)
    {
        var rows = new List<ResultRow>
        {
            new("backlog", backlog.RecordCount, "records"),
        };
        var copyProcessor = Median(_copies, run => run.ProcessorSeconds);
        foreach (var (scenario, runs) in _runs)
        {
            var processor = Median(runs, run => run.ProcessorSeconds);
            var compressor = scenario.Level is { } level ? Statistic.Median(_compressors[level]) : 0;
            rows.Add(new ResultRow(scenario.Name, backlog.RecordCount / Median(runs, run => run.Seconds), "records/s")
                .Beside(PlainCopyName, backlog.RecordCount / Median(_copies, run => run.Seconds)));
            var own = new ResultRow($"{scenario.Name}: processor", PerMillion(processor), "s per million");
            rows.Add(own.Beside(PlainCopyName, PerMillion(copyProcessor)));
            rows.Add(new ResultRow(
                $"{scenario.Name}: memory that no file stands behind", Median(runs, run => run.AnonymousMiB), "MiB"));
            rows.Add(ResultRow.AtLeast(
                $"{scenario.Name}: records by processor time{(compressor > 0 ? ", compressor taken out" : "")}",
                backlog.RecordCount / (processor - compressor),
                "records/s",
                PlainCopyName,
                backlog.RecordCount / copyProcessor,
                PlainCopyFactor));
            if (compressor > 0)
            {
                rows.Add(own.Beside("compressor alone", PerMillion(compressor)));
            }

            if (scenario == DeliveryScenario.Parquet)
            {
                rows.Add(own.Beside(ParquetCopyName, PerMillion(Median(_parquetCopies, run => run.ProcessorSeconds))));
            }

            if (scenario != DeliveryScenario.Plain)
            {
                rows.Add(new ResultRow(
                    scenario.Name, backlog.RecordCount / Median(runs, run => run.Seconds), "records/s")
                    .Beside(FlowName, _flowRecords / Median(_flows, run => run.Seconds)));
                rows.Add(own.Beside(
                    FlowName, Median(_flows, run => run.ProcessorSeconds) * Million / _flowRecords));
            }
        }

        return rows;

        double PerMillion(double seconds) => seconds * Million / backlog.RecordCount;
    }

    private static double Median(List<DeliveryRun> runs, Func<DeliveryRun, double> figure) =>
        Statistic.Median([.. runs.Select(figure)]);
}
