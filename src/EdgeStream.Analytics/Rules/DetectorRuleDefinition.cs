using System.Globalization;
using EdgeStream.Analytics.Detection;

namespace EdgeStream.Analytics;

/// <summary>An alert when a number is unusual for its key by <see cref="AnomalyDetector"/>, which needs no settings.
/// </summary>
/// <remarks>
/// It learns each key's own level, spread, days and weeks. Of an episode one value raises the alert; it resolves after
/// <see cref="ResolveAfter"/> usual values in a row. Learning takes a few hundred values; days and weeks take some of
/// them. A key takes 44 KB of memory and 10 µs a value, so a rule remembers at most <see cref="KeysMax"/> keys a shard.
/// </remarks>
public sealed record DetectorRuleDefinition : HeldRuleDefinition
{
    /// <summary>How many keys are remembered a shard; the least recently seen one without an alert goes
    /// first.</summary>
    public const int KeysMax = 1000;

    internal const int DetectorWeight = 30;

    /// <summary>How many usual values in a row resolve the alert; 1 to 1,000.</summary>
    public int ResolveAfter { get; init; } = 3;

    /// <inheritdoc/>
    public override string Kind => "anomaly";

    internal override int Weight => DetectorWeight + (For > TimeSpan.Zero ? 1 : 0);

    private protected override string Condition =>
        "unusual for its level, spread, time of day and of the week" + ForText;

    internal override string Fingerprint => string.Create(CultureInfo.InvariantCulture,
        $"detector|{Stream}|{Field}|{Where}|{ResolveAfter}")
        + ForFingerprint;
}
