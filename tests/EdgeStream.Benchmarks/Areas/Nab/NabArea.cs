using System.Globalization;
using System.Text;
using EdgeStream.Analytics.Detection;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Nab;

/// <summary>The default anomaly detector on recordings of the Numenta Anomaly Benchmark.</summary>
internal sealed class NabArea : IBenchmarkArea
{
    /// <summary>Names the folder of recordings where the command line does not.</summary>
    public const string FolderVariable = "EDGESTREAM_NAB";

    private const int ShufflesFull = 100;
    private const int ShufflesQuick = 10;
    private const int MetronomeMin = 20;
    private const int MetronomeMax = 2000;
    private const int MetronomeStep = 10;
    private const double StandardGoal = 73;
    private const double LowFalsePositiveGoal = 65;
    private const double CrossValidatedGoal = 68;

    /// <inheritdoc/>
    public string Name => "nab";

    /// <inheritdoc/>
    public string Subject => "the default anomaly detector on labelled recordings of the Numenta Anomaly Benchmark";

    /// <inheritdoc/>
    public Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        var recordings = NabRecording.ReadAll(FolderOf(options));
        return options.Detector == BenchmarkOptions.ForestDetector
            ? Task.FromResult<IReadOnlyList<ResultRow>>(NabForest.Run(recordings, Metronome(recordings)))
            : RunDefaultAsync(recordings, options);
    }

    private static Task<IReadOnlyList<ResultRow>> RunDefaultAsync(NabRecording[] recordings, BenchmarkOptions options)
    {
        var results = RepositoryFolder.Combine("artifacts", "nab", "edgestream");
        var (scores, nanoseconds, sizeBytes) = Score(recordings);
        for (var index = 0; index < recordings.Length; index++)
        {
            Write(results, recordings[index], scores[index]);
        }

        Console.WriteLine("result files in the benchmark's format: artifacts/nab/edgestream");
        bool[][] alerts = [.. scores.Select(
            series => series.Select(score => score >= AnomalyDetector.AlertScore).ToArray())];
        var metronome = Metronome(recordings);
        Console.WriteLine($"trying other settings for the cross-validation, seed {options.Seed}");
        var trials = NabTrial.All(recordings);
        int[] order = [.. Enumerable.Range(0, recordings.Length)];
        List<NabTrial> ofDefault = [.. trials.Where(trial => trial.Settings == DetectorSettings.Default with
        {
            AlertRarityDecades = trial.Settings.AlertRarityDecades,
        })];
        var inOrder = NabTrial.CrossValidated(trials, recordings, order);
        var shuffled = Shuffled(trials, recordings, order, options);
        var thresholds = Shuffled(ofDefault, recordings, order, options);
        IReadOnlyList<ResultRow> rows =
        [
            Goal("fixed setting, standard", Total(recordings, alerts, NabProfile.Standard), StandardGoal)
                .Beside("blind metronome, best period", metronome),
            Goal(
                "fixed setting, low false positive",
                Total(recordings, alerts, NabProfile.LowFalsePositive),
                LowFalsePositiveGoal),
            new("fixed setting, low false negative", Total(recordings, alerts, NabProfile.LowFalseNegative), "of 100"),
            Goal("5-fold, all settings of the other folds, mean of shuffles", shuffled.Average(), CrossValidatedGoal)
                .Beside("blind metronome, best period", metronome),
            new("that, in the order of the names", inOrder, "of 100"),
            new("that, worst shuffle", shuffled.Min(), "of 100"),
            new("that, best shuffle", shuffled.Max(), "of 100"),
            new("5-fold, only the threshold of the other folds, mean", thresholds.Average(), "of 100"),
            new("best of all settings tried", trials.Max(trial => Normalised(trial.Gains.Sum(), recordings)), "of 100"),
            new("median of all settings tried", Median(trials, recordings), "of 100"),
            .. NabForest.Run(recordings, metronome)[..^1],
            new("settings tried", trials.Count, ""),
            new("recordings", recordings.Length, ""),
            new("time of a value", nanoseconds, "ns"),
            new("memory of a series", sizeBytes, "bytes"),
        ];
        return Task.FromResult(rows);
    }

    private static string FolderOf(BenchmarkOptions options)
    {
        var folder = options.DataFolder ?? Environment.GetEnvironmentVariable(FolderVariable);
        return folder is not null && File.Exists(Path.Combine(folder, "windows.json"))
            ? folder
            : throw new MissingInputException(
                $"nab needs recordings, which are not in the repository: name a folder with windows.json and data/ by "
                    + $"--data DIR or ${FolderVariable}"
                    + (folder is null ? "." : $"; '{folder}' has no windows.json."));
    }

    private static ResultRow Goal(string name, double value, double goal) => new(name, value, "of 100")
    {
        Goal = string.Create(CultureInfo.InvariantCulture, $"≥ {goal}"), Met = value >= goal,
    };

    private static (double[][] Scores, double NanosecondsPerValue, int SizeBytes) Score(NabRecording[] recordings)
    {
        var scores = new double[recordings.Length][];
        var elapsed = TimeSpan.Zero;
        var values = 0;
        var sizeBytes = 0;
        for (var number = 0; number < recordings.Length; number++)
        {
            var recording = recordings[number];
            var detector = new AnomalyDetector();
            var series = new double[recording.Values.Length];
            var started = TimeProvider.System.GetTimestamp();
            for (var index = 0; index < series.Length; index++)
            {
                series[index] = detector.Score(recording.Seconds[index], recording.Values[index]);
            }

            elapsed += TimeProvider.System.GetElapsedTime(started);
            scores[number] = series;
            values += series.Length;
            sizeBytes = detector.SizeBytes;
        }

        return (scores, elapsed.TotalNanoseconds / values, sizeBytes);
    }

    internal static void Write(string folder, NabRecording recording, double[] scores)
    {
        var text = new StringBuilder("timestamp,value,anomaly_score\n");
        for (var index = 0; index < scores.Length; index++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{recording.Lines[index].TrimEnd()},{scores[index]:0.######}\n");
        }

        var path = Path.Combine(folder, recording.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ToString());
    }

    /// <summary>The best that an alert at every so-manieth value gets, whatever the values are.</summary>
    private static double Metronome(NabRecording[] recordings)
    {
        var best = 0.0;
        for (var period = MetronomeMin; period <= MetronomeMax; period += MetronomeStep)
        {
            bool[][] alerts = [.. recordings.Select(recording =>
                Enumerable.Range(0, recording.Values.Length).Select(index => index % period == 0).ToArray())];
            best = Math.Max(best, Total(recordings, alerts, NabProfile.Standard));
        }

        return best;
    }

    private static double[] Shuffled(
        List<NabTrial> trials, NabRecording[] recordings, int[] order, BenchmarkOptions options)
    {
        var random = new Random(options.Seed);
        var scores = new double[options.IsQuick ? ShufflesQuick : ShufflesFull];
        for (var index = 0; index < scores.Length; index++)
        {
            int[] shuffled = [.. order];
            random.Shuffle(shuffled);
            scores[index] = NabTrial.CrossValidated(trials, recordings, shuffled);
        }

        return scores;
    }

    private static double Median(List<NabTrial> trials, NabRecording[] recordings)
    {
        double[] totals = [.. trials.Select(trial => Normalised(trial.Gains.Sum(), recordings)).Order()];
        return totals[totals.Length / 2];
    }

    internal static double Total(NabRecording[] recordings, bool[][] alerts, NabProfile profile)
    {
        var gain = recordings.Select((recording, index) => recording.Gain(alerts[index], profile)).Sum();
        return 100 * gain / (recordings.Sum(recording => recording.Windows) * (1 + profile.Missed));
    }

    private static double Normalised(double gain, NabRecording[] recordings) =>
        100 * gain / (recordings.Sum(recording => recording.Windows) * (1 + NabProfile.Standard.Missed));
}
