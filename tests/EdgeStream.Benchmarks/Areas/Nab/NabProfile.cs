namespace EdgeStream.Benchmarks.Areas.Nab;

/// <summary>What the benchmark gives and takes: found windows, missed windows, false alerts.</summary>
/// <param name="Name">As it calls the profile.</param>
/// <param name="Missed">The loss of a missed window; a found one is worth up to 1.</param>
/// <param name="False">The loss of a false alert far from any window.</param>
internal sealed record NabProfile(string Name, double Missed, double False)
{
    public static readonly NabProfile Standard = new("standard", 1, 0.11);
    public static readonly NabProfile LowFalsePositive = new("low false positive", 1, 0.22);
    public static readonly NabProfile LowFalseNegative = new("low false negative", 2, 0.11);
}
