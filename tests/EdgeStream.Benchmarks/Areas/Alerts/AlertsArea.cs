using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Alerts;

/// <summary>How long after a reading is durable its alert has fired, durably, and an action has told of it; and how
/// fast a rule is tried on stored records.</summary>
internal sealed class AlertsArea : IBenchmarkArea
{
    private const int AlertsFull = 500;
    private const int AlertsQuick = 100;
    private const int RecordsFull = 2_000_000;
    private const int RecordsQuick = 200_000;
    private const double GoalMs = 100;

    /// <inheritdoc/>
    public string Name => "alerts";

    /// <inheritdoc/>
    public string Subject => "from a durable reading to its alert and its action, and back-tests";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        using var folder = new TemporaryFolder("alerts-bench");
        var count = options.IsQuick ? AlertsQuick : AlertsFull;
        Console.WriteLine($"{count} alerts, one after another, with fsync");
        var (fired, told) = await AlertDelay.MeasureAsync(folder.Combine("data"), count);
        var records = options.IsQuick ? RecordsQuick : RecordsFull;
        Console.WriteLine($"a threshold rule over {records} records of 100 keys");
        var rate = ReplaySpeed.Measure(records, options.Seed);
        return
        [
            new("reading durable to alert durable and published, median", Statistic.Percentile(fired, 0.5), "ms"),
            new("that, 99 %", Statistic.Percentile(fired, 0.99), "ms"),
            ResultRow.AtMost("that, worst", fired.Max(), "ms", GoalMs),
            new("reading durable to action called, median", Statistic.Percentile(told, 0.5), "ms"),
            new("that, 99 %", Statistic.Percentile(told, 0.99), "ms"),
            new("that, worst", told.Max(), "ms"),
            new("back-test, evaluation alone, one core", Math.Round(rate), "records/s"),
        ];
    }
}
