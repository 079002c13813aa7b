using EdgeStream.Benchmarks.Areas.Kinesis.Servers;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;

namespace EdgeStream.Benchmarks.Areas.Kinesis;

/// <summary>The table: the gateway beside each emulator, scenario by scenario.</summary>
internal static class KinesisRows
{
    private const string RateUnit = "records/s";
    private const double KinesaliteFactor = 10;
    private const double KinesisLocalFactor = 100;
    private const double SyncFactor = 5;
    private const double PropagationMsMax = 5;

    /// <summary>All rows; every figure is a median.</summary>
    public static IReadOnlyList<ResultRow> Of(
        IReadOnlyList<KinesisScenario> scenarios,
        Dictionary<(string Server, KinesisScenario Scenario), List<KinesisRun>> runs,
        DurableFigures sync)
    {
        var rows = new List<ResultRow>();
        foreach (var scenario in scenarios)
        {
            var own = runs[(KinesisServerCatalog.All[0].Name, scenario)];
            rows.AddRange(OfItself(scenario, own, sync));
            if (runs.TryGetValue((KinesisServerCatalog.Floor.Name, scenario), out var floor))
            {
                rows.Add(Latency(scenario, "p50", own, floor, run => run.P50Ms));
                rows.Add(Latency(scenario, "p99", own, floor, run => run.P99Ms));
            }

            foreach (var peer in KinesisServerCatalog.All.Skip(1))
            {
                if (runs.TryGetValue((peer.Name, scenario), out var theirs))
                {
                    rows.AddRange(Compare(scenario, own, peer.Name, theirs));
                }
            }
        }

        return rows;
    }

    /// <summary>The goals that no other server takes part in.</summary>
    private static IEnumerable<ResultRow> OfItself(
        KinesisScenario scenario, List<KinesisRun> own, DurableFigures sync)
    {
        if (scenario.Kind == KinesisScenarioKind.Propagation)
        {
            yield return ResultRow.AtMost(
                $"{scenario.Name}: median", Median(own, run => run.P50Ms), "ms", PropagationMsMax);
        }

        if (scenario.HasFloor)
        {
            yield return new ResultRow($"{scenario.Name}: p50", Median(own, run => run.P50Ms), "ms")
                .Beside("fdatasync alone, median", sync.MedianMs);
            yield return ResultRow.AtMostTimes(
                $"{scenario.Name}: p99",
                Median(own, run => run.P99Ms),
                "ms",
                "fdatasync alone, p99",
                sync.P99Ms,
                SyncFactor);
        }
    }

    private static IEnumerable<ResultRow> Compare(
        KinesisScenario scenario, List<KinesisRun> own, string peer, List<KinesisRun> theirs)
    {
        var name = scenario.Name;
        var isPaced = scenario.Kind is KinesisScenarioKind.PacedPutRecord or KinesisScenarioKind.Propagation;
        if (isPaced || scenario.Kind == KinesisScenarioKind.PutRecord)
        {
            yield return Beside("p50", "ms", run => run.P50Ms);
            yield return Beside("p99", "ms", run => run.P99Ms);
        }

        if (isPaced)
        {
            yield break;
        }

        var (rate, peerRate) = (Median(own, run => run.Rate), Median(theirs, run => run.Rate));
        yield return scenario.Kind == KinesisScenarioKind.PutRecord
            ? new ResultRow(name, rate, RateUnit).Beside(peer, peerRate)
            : ResultRow.AtLeast(
                name,
                rate,
                RateUnit,
                peer,
                peerRate,
                peer == KinesisServerCatalog.Kinesalite ? KinesaliteFactor : KinesisLocalFactor);
        yield return Beside("processor", "s per million", run => run.ProcessorSeconds);
        yield return Beside("resident memory, mapped log included", "MiB", run => run.ResidentMiB);
        yield return Beside("memory that no file stands behind", "MiB", run => run.AnonymousMiB);
        yield return Beside("the client's processor time", "of a core", run => run.ClientLoad);

        ResultRow Beside(string figure, string unit, Func<KinesisRun, double> value) =>
            new ResultRow($"{name}: {figure}", Median(own, value), unit).Beside(peer, Median(theirs, value));
    }

    /// <summary>A figure beside what the machine itself comes to at the same load.</summary>
    private static ResultRow Latency(
        KinesisScenario scenario,
        string figure,
        List<KinesisRun> own,
        List<KinesisRun> floor,
        Func<KinesisRun, double> value) =>
        new ResultRow($"{scenario.Name}: {figure}", Median(own, value), "ms")
            .Beside(KinesisServerCatalog.Floor.Name, Median(floor, value));

    private static double Median(List<KinesisRun> runs, Func<KinesisRun, double> figure) =>
        Statistic.Median([.. runs.Select(figure)]);
}
