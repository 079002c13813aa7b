using System.Globalization;

namespace EdgeStream.Analytics;

/// <summary>An alert when a number's level has moved and stays moved; single outliers raise none.</summary>
/// <remarks>
/// The level of the last <see cref="Window"/> values is compared with the level of the last <see cref="Baseline"/>
/// values, in units of the spread that values usually have around their level. The alert resolves when the old level is
/// back, or the new one has become the usual one.
/// </remarks>
public sealed record LevelShiftRuleDefinition : HeldRuleDefinition
{
    /// <summary>How many values make the present level; 4 to 100,000.</summary>
    public int Window { get; init; } = 20;

    /// <summary>How many values make the usual level; twice the window to 1,000,000.</summary>
    public int Baseline { get; init; } = 200;

    /// <summary>How many usual spreads the level may move; greater than 0.</summary>
    public double Deviations { get; init; } = 4;

    /// <summary>The spread is taken to be at least this, in the field's unit; 0 or more.</summary>
    public double MinimumDeviation { get; init; }

    /// <inheritdoc/>
    public override string Kind => "levelShift";

    private protected override string Condition =>
        $"level of {Window} values more than {NumberText.Of(Deviations)} spreads from that of {Baseline} values"
            + ForText;

    internal override string Fingerprint => string.Create(CultureInfo.InvariantCulture,
        $"levelShift|{Stream}|{Field}|{Where}|{Window}|{Baseline}|{Deviations:R}|{MinimumDeviation:R}")
        + ForFingerprint;
}
