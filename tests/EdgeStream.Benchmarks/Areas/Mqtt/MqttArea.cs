using System.Globalization;
using EdgeStream.Benchmarks.Areas.Mqtt.Brokers;
using EdgeStream.Benchmarks.Areas.Mqtt.Load;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Mqtt;

/// <summary>The broker beside others: the same load generator, in a process of its own, by turns in one run.</summary>
/// <remarks>
/// One broker runs at a time: some of them are busy also when nobody speaks to them. The gateway stores every message
/// of every scenario in a stream; of the others only those with persistence store any, and only what a subscriber
/// that is away is to get.
/// </remarks>
internal sealed class MqttArea : IBenchmarkArea
{
    private static readonly TimeSpan StoredDeadline = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Name => "mqtt";

    /// <inheritdoc/>
    public string Subject => "MQTT 3.1.1, 100 B: rates, latency, processor time and memory beside other brokers";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        var scenarios = MqttScenario.All(options.IsQuick);
        var brokers = options.IsQuick ? [.. BrokerCatalog.All.Take(3)] : BrokerCatalog.All;
        var runs = new Dictionary<(string Broker, MqttScenario Scenario), List<MqttRun>>();
        var trials = options.Rounds ?? (options.IsQuick ? 1 : 3);
        for (var trial = 0; trial < trials; trial++)
        {
            foreach (var broker in brokers)
            {
                await RunAsync(broker, scenarios, runs, options.IsQuick);
            }
        }

        return MqttRows.Of([.. brokers.Select(broker => broker.Name)], scenarios, runs);
    }

    private static async Task RunAsync(
        BrokerKind kind,
        IReadOnlyList<MqttScenario> scenarios,
        Dictionary<(string Broker, MqttScenario Scenario), List<MqttRun>> runs,
        bool isQuick)
    {
        foreach (var scenario in scenarios)
        {
            using var folder = new TemporaryFolder("mqtt");
            await using var broker = await kind.StartAsync(folder);
            var run = await MeasureAsync(broker, scenario, TimeSpan.FromSeconds(isQuick ? 1 : 2.5));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {kind.Name}: {scenario.Name}: {run.Rate:#,0} {scenario.Unit}"));
            if (!runs.TryGetValue((kind.Name, scenario), out var list))
            {
                runs[(kind.Name, scenario)] = list = [];
            }

            list.Add(run);
        }
    }

    private static async Task<MqttRun> MeasureAsync(IBroker broker, MqttScenario scenario, TimeSpan duration)
    {
        if (scenario.Kind == MqttScenarioKind.Idle)
        {
            var before = ProcessTree.AnonymousMiB(broker.ProcessId);
            await using var load = await LoadCommand.IdleAsync(broker.Port, scenario.First);
            var grown = ProcessTree.AnonymousMiB(broker.ProcessId) - before;
            return new MqttRun(grown * 1024 / scenario.First, 0, 0, 0, 0, 0);
        }

        var seconds = ProcessTree.ProcessorSeconds(broker.ProcessId);
        var report = scenario.Kind == MqttScenarioKind.Publish
            ? await LoadCommand.PublishAsync(broker.Port, scenario.First, scenario.Second, duration)
            : await LoadCommand.FanAsync(broker.Port, scenario.First, scenario.Second, duration);
        seconds = ProcessTree.ProcessorSeconds(broker.ProcessId) - seconds;
        if (scenario.Kind == MqttScenarioKind.Publish)
        {
            await CheckStoredAsync(broker, report);
        }

        return new MqttRun(
            report.Rate,
            report.P50Ms,
            report.P99Ms,
            seconds / report.Count * 1e6,
            ProcessTree.AnonymousMiB(broker.ProcessId),
            ProcessTree.ResidentMiB(broker.ProcessId));
    }

    /// <summary>A broker that promises to store every message has stored what was sent, no less and no more: QoS 0 has
    /// no answer that would say so, its commit may be under way.</summary>
    private static async Task CheckStoredAsync(IBroker broker, LoadReport report)
    {
        if (report.Count != report.Sent)
        {
            throw new InvalidOperationException($"{report.Count} of {report.Sent} messages were answered.");
        }

        var stored = await broker.CountStoredAsync();
        if (stored is not null)
        {
            await Poll.UntilAsync(
                async () => (stored = await broker.CountStoredAsync()) == report.Sent,
                StoredDeadline,
                () => $"{stored} of {report.Sent} messages were stored");
        }
    }
}
