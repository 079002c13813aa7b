using System.Globalization;
using EdgeStream.Analytics.Detection;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Nab;

/// <summary>The random cut forest with Kinesis's defaults on the recordings, scored as the benchmark scores a detector
/// without a threshold of its own: by the one threshold for all files that suits best.</summary>
internal static class NabForest
{
    private const double PublishedStandard = 50.7;
    private const double PublishedTolerance = 3;
    private const int Thresholds = 600;
    private const double ScoreMax = 12;

    /// <summary>Scores all recordings, leaves their result files and returns the rows.</summary>
    public static ResultRow[] Run(NabRecording[] recordings, double metronome)
    {
        var results = RepositoryFolder.Combine("artifacts", "nab", "rcf");
        var scores = new double[recordings.Length][];
        for (var number = 0; number < recordings.Length; number++)
        {
            scores[number] = ScoresOf(recordings[number]);
            NabArea.Write(results, recordings[number], [.. scores[number].Select(score => score / ScoreMax)]);
        }

        Console.WriteLine("result files in the benchmark's format: artifacts/nab/rcf");
        var standard = Best(recordings, scores, NabProfile.Standard);
        return
        [
            new ResultRow("random cut forest, standard", standard, "of 100")
            {
                Goal = string.Create(CultureInfo.InvariantCulture, $"≥ {PublishedStandard - PublishedTolerance}"),
                Met = standard >= PublishedStandard - PublishedTolerance,
            }.Beside("blind metronome, best period", metronome),
            new(
                "random cut forest, low false positive",
                Best(recordings, scores, NabProfile.LowFalsePositive),
                "of 100"),
            new(
                "random cut forest, low false negative",
                Best(recordings, scores, NabProfile.LowFalseNegative),
                "of 100"),
            new("recordings", recordings.Length, ""),
        ];
    }

    private static double[] ScoresOf(NabRecording recording)
    {
        var forest = new RandomCutForest(1);
        var scores = new double[recording.Values.Length];
        for (var index = 0; index < scores.Length; index++)
        {
            scores[index] = Math.Min(forest.Score([recording.Values[index]]), ScoreMax);
        }

        return scores;
    }

    private static double Best(NabRecording[] recordings, double[][] scores, NabProfile profile)
    {
        var best = double.MinValue;
        for (var step = 1; step <= Thresholds; step++)
        {
            var threshold = ScoreMax * step / Thresholds;
            bool[][] alerts = [.. scores.Select(series => series.Select(score => score >= threshold).ToArray())];
            best = Math.Max(best, NabArea.Total(recordings, alerts, profile));
        }

        return best;
    }
}
