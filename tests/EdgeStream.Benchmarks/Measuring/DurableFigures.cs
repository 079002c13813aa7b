namespace EdgeStream.Benchmarks.Measuring;

/// <summary>What waiting for the device came to.</summary>
/// <param name="PerSecond">How many a second.</param>
/// <param name="MedianMs">Half took no longer.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
internal sealed record DurableFigures(double PerSecond, double MedianMs, double P99Ms)
{
    /// <summary>The figures of so many waits within a time; sorts the list.</summary>
    public static DurableFigures Of(List<double> latenciesMs, TimeSpan elapsed) => new(
        latenciesMs.Count / elapsed.TotalSeconds,
        Statistic.Percentile(latenciesMs, 0.5),
        Statistic.Percentile(latenciesMs, 0.99));

    /// <summary>Each figure's median over several runs.</summary>
    public static DurableFigures Median(IReadOnlyCollection<DurableFigures> runs) => new(
        Statistic.Median([.. runs.Select(run => run.PerSecond)]),
        Statistic.Median([.. runs.Select(run => run.MedianMs)]),
        Statistic.Median([.. runs.Select(run => run.P99Ms)]));
}
