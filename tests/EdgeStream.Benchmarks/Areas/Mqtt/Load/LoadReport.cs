using System.Globalization;
using EdgeStream.Benchmarks.Measuring;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Load;

/// <summary>What one run of the load generator saw; travels between the processes as one line.</summary>
/// <param name="Rate">Messages a second: acknowledged, read by the broker, or delivered, by scenario.</param>
/// <param name="Sent">Messages that were sent in all.</param>
/// <param name="Count">Messages in all that were answered or delivered, also before and after the measured
/// time.</param>
/// <param name="P50Ms">Half of the timed ones took no longer; 0 if none were timed.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
internal sealed record LoadReport(double Rate, long Sent, long Count, double P50Ms, double P99Ms)
{
    private const string Word = "REPORT";

    /// <summary>Sums up; sorts the list.</summary>
    public static LoadReport Of(double rate, long sent, long count, List<double> latenciesMs) => latenciesMs.Count == 0
        ? new LoadReport(rate, sent, count, 0, 0)
        : new LoadReport(
            rate, sent, count, Statistic.Percentile(latenciesMs, 0.5), Statistic.Percentile(latenciesMs, 0.99));

    /// <summary>The line in a process's output.</summary>
    public static LoadReport Read(string output)
    {
        var line = output.Split('\n').First(line => line.StartsWith(Word, StringComparison.Ordinal)).Split(' ');
        return new LoadReport(
            Number(line[1]), (long)Number(line[2]), (long)Number(line[3]), Number(line[4]), Number(line[5]));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Word} {Rate:0.###} {Sent} {Count} {P50Ms:0.####} {P99Ms:0.####}");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
