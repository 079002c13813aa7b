namespace EdgeStream.Benchmarks.Measuring;

/// <summary>Measures two things by turns, so that what the machine does meanwhile meets both.</summary>
internal static class Alternation
{
    /// <summary>Measures each so many times and returns the medians.</summary>
    public static async Task<(double First, double Second)> MediansAsync(
        int count, Func<Task<double>> first, Func<Task<double>> second)
    {
        var firsts = new List<double>();
        var seconds = new List<double>();
        for (var index = 0; index < count; index++)
        {
            firsts.Add(await first());
            seconds.Add(await second());
        }

        return (Statistic.Median(firsts), Statistic.Median(seconds));
    }
}
