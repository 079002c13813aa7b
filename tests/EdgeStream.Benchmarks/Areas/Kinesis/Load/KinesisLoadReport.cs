using System.Globalization;
using EdgeStream.Benchmarks.Measuring;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>What a load generator found; one line of its output.</summary>
/// <param name="Rate">Records a second within the measured time.</param>
/// <param name="Count">Records of the whole run, warm-up included.</param>
/// <param name="P50Ms">Half of the answers or deliveries took no longer.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
/// <param name="ClientLoad">How much of one core the generator took.</param>
internal sealed record KinesisLoadReport(double Rate, long Count, double P50Ms, double P99Ms, double ClientLoad)
{
    private const string Word = "REPORT";

    /// <summary>Of a task that measures nothing.</summary>
    public static KinesisLoadReport None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>Sums up; sorts the list.</summary>
    public static KinesisLoadReport Of(double rate, long count, List<double> latenciesMs, double clientLoad) => new(
        rate,
        count,
        latenciesMs.Count == 0 ? 0 : Statistic.Percentile(latenciesMs, 0.5),
        latenciesMs.Count == 0 ? 0 : Statistic.Percentile(latenciesMs, 0.99),
        clientLoad);

    /// <summary>The line in a process's output.</summary>
    public static KinesisLoadReport Read(string output)
    {
        var line = output.Split('\n').First(line => line.StartsWith(Word, StringComparison.Ordinal)).Split(' ');
        return new KinesisLoadReport(
            Number(line[1]), (long)Number(line[2]), Number(line[3]), Number(line[4]), Number(line[5]));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Word} {Rate:0.###} {Count} {P50Ms:0.####} {P99Ms:0.####} {ClientLoad:0.###}");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
