using EdgeStream.Analytics.Detection;
using EdgeStream.Benchmarks.Reporting;

namespace EdgeStream.Benchmarks.Areas.Detectors;

/// <summary>Speed and size of the anomaly detectors, one thread.</summary>
internal sealed class DetectorsArea : IBenchmarkArea
{
    private const int Rounds = 5;
    private const int RoundsQuick = 3;
    private const int WarmUpValues = 100_000;
    private const int ValuesFull = 300_000;
    private const int ValuesQuick = 100_000;
    private const int StepSeconds = 300;
    private const int DayValues = 288;
    private const double ForestGoal = 100_000;

    /// <inheritdoc/>
    public string Name => "detectors";

    /// <inheritdoc/>
    public string Subject =>
        "random cut forest and default anomaly detector: values a second on one core, bytes a series";

    /// <inheritdoc/>
    public Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        Console.WriteLine($"seed {options.Seed}");
        var random = new Random(options.Seed);
        var values = new double[options.IsQuick ? ValuesQuick : ValuesFull];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = (10 * Math.Sin(index % DayValues * 2 * Math.PI / DayValues)) + random.NextDouble()
                + (random.Next(1000) == 0 ? 50 : 0);
        }

        var rounds = options.Rounds ?? (options.IsQuick ? RoundsQuick : Rounds);
        var forest = new RandomCutForest(1);
        var shingled = new RandomCutForest(1, new RandomCutForestOptions { ShingleSize = 4 });
        var detector = new AnomalyDetector();
        var forestRate = Median(rounds, values, value => forest.Score([value]));
        var low = new double[1];
        var high = new double[1];
        var explainedRate = Median(rounds, values, value => forest.Score([value], low, high));
        var shingledRate = Median(rounds, values, value => shingled.Score([value]));
        var seconds = 0L;
        var detectorRate = Median(rounds, values, value => detector.Score(seconds += StepSeconds, value));
        var bytes = new byte[Math.Max(forest.SavedBytesMax, detector.SavedBytesMax)];
        IReadOnlyList<ResultRow> rows =
        [
            new("random cut forest, 100 trees of 256, 1 dimension: scored and learnt", forestRate, "values/s")
            {
                Goal = $"≥ {ForestGoal:N0}", Met = forestRate >= ForestGoal,
            },
            new("that, with each column's part", explainedRate, "values/s"),
            new("that, shingles of 4", shingledRate, "values/s"),
            new("random cut forest, memory", forest.SizeBytes, "bytes"),
            new("random cut forest, saved", forest.Save(bytes), "bytes"),
            new("default detector", detectorRate, "values/s"),
            new("default detector, memory of a series", detector.SizeBytes, "bytes"),
            new("default detector, saved", detector.Save(bytes), "bytes"),
        ];
        return Task.FromResult(rows);
    }

    /// <summary>Values a second, the median of the rounds, once the detector has seen as many as decide its cost.
    /// </summary>
    private static double Median(int rounds, double[] values, Func<double, double> score)
    {
        for (var index = 0; index < WarmUpValues; index++)
        {
            score(values[index % values.Length]);
        }

        var rates = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            var started = TimeProvider.System.GetTimestamp();
            foreach (var value in values)
            {
                score(value);
            }

            rates[round] = values.Length / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        }

        Array.Sort(rates);
        return rates[rounds / 2];
    }
}
