namespace EdgeStream.Analytics.Detection;

/// <summary>The choices of a detector that are no plain sizes; people have the default, measurements try others.
/// </summary>
/// <param name="AlertRarityDecades">The rarity of an alert.</param>
/// <param name="QuietShare">So much of the history without another rare value ends an episode.</param>
/// <param name="EscalationDecades">How much rarer a second alert of an episode is.</param>
internal sealed record DetectorSettings(double AlertRarityDecades, double QuietShare, double EscalationDecades)
{
    /// <summary>What everyone has.</summary>
    public static readonly DetectorSettings Default = new(1.8, 0.03, 1);
}
