using EdgeStream.Benchmarks.Areas.Mqtt.Brokers;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;

namespace EdgeStream.Benchmarks.Areas.Mqtt;

/// <summary>The table: the gateway with fsync beside each of the others, scenario by scenario.</summary>
internal static class MqttRows
{
    private const double QosOneFactor = 1.5;
    private const int ManyPublishers = 100;
    private const double IdleKiBMax = 4;

    /// <summary>All rows; every figure is a median.</summary>
    public static IReadOnlyList<ResultRow> Of(
        IReadOnlyList<string> brokers,
        IReadOnlyList<MqttScenario> scenarios,
        Dictionary<(string Broker, MqttScenario Scenario), List<MqttRun>> runs)
    {
        var rows = new List<ResultRow>();
        foreach (var scenario in scenarios)
        {
            var own = runs[(brokers[0], scenario)];
            if (scenario.Kind == MqttScenarioKind.Idle)
            {
                rows.Add(ResultRow.AtMost(scenario.Name, Median(own, run => run.Rate), scenario.Unit, IdleKiBMax));
            }

            foreach (var broker in brokers.Skip(1))
            {
                rows.AddRange(Compare(scenario, own, broker, runs[(broker, scenario)]));
            }
        }

        return rows;
    }

    private static IEnumerable<ResultRow> Compare(
        MqttScenario scenario, List<MqttRun> own, string broker, List<MqttRun> theirs)
    {
        var name = scenario.Name;
        var (rate, peerRate) = Medians(own, theirs, run => run.Rate);
        var row = new ResultRow(name, rate, scenario.Unit).Beside(broker, peerRate);
        var isGoal = broker == BrokerCatalog.Mosquitto && scenario.Kind == MqttScenarioKind.Publish;
        var isMany = scenario.Second == 0 || scenario.First >= ManyPublishers;
        yield return isGoal && isMany
            ? ResultRow.AtLeast(
                name, rate, scenario.Unit, broker, peerRate, scenario.Second == 0 ? 1 : QosOneFactor)
            : row;
        if (scenario.Kind == MqttScenarioKind.Idle)
        {
            yield break;
        }

        if (theirs[0].P99Ms > 0)
        {
            var (p50, peerP50) = Medians(own, theirs, run => run.P50Ms);
            var (p99, peerP99) = Medians(own, theirs, run => run.P99Ms);
            yield return new ResultRow($"{name}: p50", p50, "ms").Beside(broker, peerP50);
            yield return new ResultRow($"{name}: p99", p99, "ms").Beside(broker, peerP99);
        }

        var (cpu, peerCpu) = Medians(own, theirs, run => run.ProcessorSeconds);
        yield return isGoal
            ? ResultRow.AtMostTimes($"{name}: processor", cpu, "s per million", broker, peerCpu, 1)
            : new ResultRow($"{name}: processor", cpu, "s per million").Beside(broker, peerCpu);
        var (memory, peerMemory) = Medians(own, theirs, run => run.AnonymousMiB);
        yield return new ResultRow($"{name}: memory", memory, "MiB").Beside(broker, peerMemory);
        var (resident, peerResident) = Medians(own, theirs, run => run.ResidentMiB);
        yield return new ResultRow($"{name}: resident", resident, "MiB").Beside(broker, peerResident);
    }

    private static (double Own, double Theirs) Medians(
        List<MqttRun> own, List<MqttRun> theirs, Func<MqttRun, double> figure) =>
        (Median(own, figure), Median(theirs, figure));

    private static double Median(List<MqttRun> runs, Func<MqttRun, double> figure) =>
        Statistic.Median([.. runs.Select(figure)]);
}
