namespace EdgeStream.Benchmarks.Measuring;

/// <summary>Figures that stand for many.</summary>
internal static class Statistic
{
    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The smallest value that at least this part of the values does not exceed; sorts the list.</summary>
    public static double Percentile(List<double> values, double part)
    {
        values.Sort();
        return values[Math.Clamp((int)Math.Ceiling(part * values.Count) - 1, 0, values.Count - 1)];
    }
}
