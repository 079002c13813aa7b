using System.Globalization;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Queries;

/// <summary>Continuous SQL over a stored stream beside DuckDB and Node-RED, and what a thousand rules take.</summary>
/// <remarks>Everyone has the same JSON, and comes to the same rows: that is checked.</remarks>
internal sealed class QueriesArea : IBenchmarkArea
{
    private const int ReadingsFull = 1_000_000;
    private const int ReadingsQuick = 400_000;
    private const int FlowLinesFull = 200_000;
    private const int FlowLinesQuick = 60_000;
    private const int RoundsFull = 5;
    private const int RuleSecondsFull = 10;
    private const int RuleSecondsQuick = 3;
    private const double PeerFactor = 0.3;
    private const double FlowFactor = 20;
    private const double RulesMax = 0.05;
    private const string PeerName = "DuckDB, 1 thread";
    private const string FlowName = "Node-RED flow";

    private readonly Dictionary<string, List<QueryFigures>> _runs = [];
    private readonly Dictionary<RuleLoad, List<double>> _rules = [];

    /// <inheritdoc/>
    public string Name => "analytics";

    /// <inheritdoc/>
    public string Subject => "queries over stored JSON on one core, beside DuckDB and Node-RED; a thousand rules";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        _runs.Clear();
        _rules.Clear();
        using var folder = new TemporaryFolder("analytics");
        Console.WriteLine($"  seed {options.Seed}; writing the readings");
        var set = await ReadingSet.WriteAsync(
            folder, options.IsQuick ? ReadingsQuick : ReadingsFull, options.Seed);
        var lines = FirstLines(set, folder, options.IsQuick ? FlowLinesQuick : FlowLinesFull);
        for (var round = 0; round < (options.Rounds ?? (options.IsQuick ? 1 : RoundsFull)); round++)
        {
            await RunRoundAsync(set, lines);
            foreach (var load in Enum.GetValues<RuleLoad>())
            {
                var share = await RuleCommand.MeasureAsync(
                    load, options.IsQuick ? RuleSecondsQuick : RuleSecondsFull);
                Keep(_rules, load, share);
                Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"  rules, {load}: {share:P2} of a core"));
            }
        }

        var rows = new List<ResultRow>();
        foreach (var scenario in QueryScenario.All)
        {
            await AddRowsAsync(rows, set, scenario);
        }

        rows.Add(new ResultRow(
            "100 filters as continuous queries, catching up together",
            RateOf(nameof(QueryCommand.HundredAsync)),
            "rows/s"));
        AddRuleRows(rows);
        return rows;
    }

    private static string FirstLines(ReadingSet set, TemporaryFolder folder, int count) => folder.Write(
        "flow.jsonl", string.Join('\n', File.ReadLines(set.LinesFile).Take(count)));

    private async Task RunRoundAsync(ReadingSet set, string lines)
    {
        foreach (var scenario in QueryScenario.All)
        {
            var own = await QueryCommand.SpeedAsync(set, scenario);
            Keep(scenario.Key, own);
            if (scenario.PeerSql is null)
            {
                continue;
            }

            var peer = await DuckDbQuery.RunAsync(set, scenario);
            Keep(PeerOf(scenario), peer);
            Check(scenario, own, peer, QueryFigures.ByArrival);
        }

        var windows = _runs[PeerOf(QueryScenario.Tumbling)][^1];
        Check(QueryScenario.EventTime, _runs[QueryScenario.EventTime.Key][^1], windows, QueryFigures.Exact);
        Check(QueryScenario.Sharded, _runs[QueryScenario.Sharded.Key][^1], windows, QueryFigures.ByArrival);

        Keep(nameof(QueryCommand.ContinuousAsync), await QueryCommand.ContinuousAsync(set));
        Keep(nameof(QueryCommand.HundredAsync), await QueryCommand.HundredAsync(set));
        Keep(FlowName, await NodeRedWindow.RunAsync(lines));
    }

    private static void Check(QueryScenario scenario, QueryFigures own, QueryFigures peer, double tolerance)
    {
        if (!own.IsSameAs(peer, tolerance))
        {
            throw new InvalidOperationException($"{scenario.Key} gives {own}, and DuckDB {peer}.");
        }
    }

    private void Keep(string key, QueryFigures run)
    {
        Keep(_runs, key, run);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  {key}: {run.Rate:N0} rows/s, {run.Rows:N0} came out"));
    }

    private static void Keep<TKey, TValue>(Dictionary<TKey, List<TValue>> all, TKey key, TValue value)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out var values))
        {
            all.Add(key, values = []);
        }

        values.Add(value);
    }

    private async Task AddRowsAsync(List<ResultRow> rows, ReadingSet set, QueryScenario scenario)
    {
        var rate = RateOf(scenario.Key);
        rows.Add(scenario.Goal is { } goal
            ? new ResultRow(scenario.Title, rate, "rows/s") { Goal = GoalText(goal), Met = rate >= goal }
            : new ResultRow(scenario.Title, rate, "rows/s"));
        if (scenario.PeerSql is not null)
        {
            rows.Add(ResultRow.AtLeast(scenario.Title, rate, "rows/s", PeerName, RateOf(PeerOf(scenario)), PeerFactor));
        }

        if (scenario == QueryScenario.Tumbling)
        {
            rows.Add(ResultRow.AtLeast(scenario.Title, rate, "rows/s", FlowName, RateOf(FlowName), FlowFactor));
            rows.Add(new ResultRow(
                $"{scenario.Title}: catching up as a continuous query, results stored",
                RateOf(nameof(QueryCommand.ContinuousAsync)),
                "rows/s"));
        }

        var (recordBytes, keyBytes) = await QueryCommand.StateAsync(set, scenario);
        rows.Add(ResultRow.AtMost($"{scenario.Title}: allocated", Math.Round(recordBytes, 1), "B/row", 0));
        if (scenario.StateKeys > 0)
        {
            rows.Add(new ResultRow($"{scenario.Title}: memory", Math.Round(keyBytes), "B/key"));
        }
    }

    private void AddRuleRows(List<ResultRow> rows)
    {
        var alone = Statistic.Median(_rules[RuleLoad.None]);
        rows.Add(RuleRow("1,000 rules, each on all of 1,000 readings/s", RuleLoad.OfEverySensor));
        rows.Add(RuleRow("1,000 rules, each on one sensor of 100, 1,000 readings/s", RuleLoad.OfOneSensor));

        ResultRow RuleRow(string name, RuleLoad load) => ResultRow.AtMost(
            name, Math.Round(Statistic.Median(_rules[load]) - alone, 4), "of a core", RulesMax);
    }

    private static string PeerOf(QueryScenario scenario) => $"{PeerName}, {scenario.Key}";

    private static string GoalText(double goal) => string.Create(CultureInfo.InvariantCulture, $"≥ {goal:N0}");

    private double RateOf(string key) => Statistic.Median([.. _runs[key].Select(run => run.Rate)]);
}
