namespace EdgeStream.Analytics.Detection;

/// <summary>The choices of a detector that are no plain sizes; people have the default, measurements try others.
/// </summary>
/// <param name="ScaleRatio">Averages are over 1, r, r² and r³ values.</param>
/// <param name="HistoryDecades">Decades of rarity that are asked for with each tenfold length of history.</param>
/// <param name="AlertRarityDecades">The rarity of an alert.</param>
/// <param name="QuietValues">So many values without another rare one end an episode.</param>
/// <param name="EscalationDecades">How much rarer a second alert of an episode is.</param>
internal sealed record DetectorSettings(
    int ScaleRatio, double HistoryDecades, double AlertRarityDecades, int QuietValues, double EscalationDecades)
{
    /// <summary>What everyone has.</summary>
    public static readonly DetectorSettings Default = new(3, 1, 1.8, 200, 1);
}
