using EdgeStream.Analytics.Detection;

namespace EdgeStream.Benchmarks.Areas.Nab;

/// <summary>What one choice of settings gains on each recording.</summary>
/// <param name="Settings">The choice.</param>
/// <param name="Gains">Gains in the standard profile, in the order of the recordings.</param>
internal sealed record NabTrial(DetectorSettings Settings, double[] Gains)
{
    private const int Folds = 5;

    private static readonly double[] QuietShares = [0.02, 0.03, 0.04];
    private static readonly double[] EscalationDecades = [0.5, 1, 1.5];
    private const double AlertRarityMin = 1.4;
    private const double AlertRarityStep = 0.1;
    private const int AlertRarities = 13;

    /// <summary>Tries every choice of the grid on every recording.</summary>
    public static List<NabTrial> All(NabRecording[] recordings)
    {
        var trials = new List<NabTrial>();
        var rarities = recordings.Select(Rarities).ToArray();
        foreach (var quiet in QuietShares)
        {
            foreach (var escalation in EscalationDecades)
            {
                for (var step = 0; step < AlertRarities; step++)
                {
                    var settings = new DetectorSettings(
                        AlertRarityMin + (step * AlertRarityStep), quiet, escalation);
                    trials.Add(new NabTrial(
                        settings,
                        [.. recordings.Select((recording, index) => Gain(recording, rarities[index], settings))]));
                }
            }
        }

        return trials;
    }

    /// <summary>
    /// The mean over the folds of the score on a fold with the settings that were best on all others; folds are every
    /// fifth recording after <paramref name="order"/>.
    /// </summary>
    public static double CrossValidated(List<NabTrial> trials, NabRecording[] recordings, int[] order)
    {
        var mean = 0.0;
        for (var fold = 0; fold < Folds; fold++)
        {
            int[] held = [.. order.Where((_, place) => place % Folds == fold)];
            var chosen = trials.MaxBy(trial => trial.Gains.Sum() - held.Sum(index => trial.Gains[index]))!;
            var windows = held.Sum(index => recordings[index].Windows);
            var perfect = windows * (1 + NabProfile.Standard.Missed);
            mean += 100 * held.Sum(index => chosen.Gains[index]) / perfect / Folds;
        }

        return mean;
    }

    private static double[] Rarities(NabRecording recording)
    {
        var detector = new AnomalyDetector();
        var rarities = new double[recording.Values.Length];
        for (var index = 0; index < rarities.Length; index++)
        {
            rarities[index] = detector.Rarity(recording.Seconds[index], recording.Values[index]);
        }

        return rarities;
    }

    private static double Gain(NabRecording recording, double[] rarities, DetectorSettings settings)
    {
        var gate = new EpisodeGate(settings);
        var alerts = new bool[rarities.Length];
        for (var index = 0; index < rarities.Length; index++)
        {
            alerts[index] = gate.Admit(rarities[index], index + 1) && rarities[index] >= settings.AlertRarityDecades;
        }

        return recording.Gain(alerts, NabProfile.Standard);
    }
}
