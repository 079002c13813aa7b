using System.Globalization;

namespace EdgeStream.Analytics;

/// <summary>An alert while a number creeps in one direction for a long time, however slowly.</summary>
/// <remarks>
/// The window is cut into eighths. The number drifts when the means of the eighths rise, or fall, in at least 25 of
/// their 28 pairs (the trend test of H. B. Mann, Econometrica 13(3), 1945, at about one in a thousand), and the last
/// mean
/// is more than <see cref="Deviations"/> spreads from the first, where the spread is that of values around the mean of
/// their eighth. A series with a daily course needs a window of at least eight days. It is judged whenever an eighth
/// ends.
/// </remarks>
public sealed record DriftRuleDefinition : HeldRuleDefinition
{
    /// <summary>The window as a count of values, 64 to 1,000,000; null if it is a duration.</summary>
    public int? WindowSamples { get; init; }

    /// <summary>The window as a duration of event time, 8 s to 240 days; null if it is a count.</summary>
    public TimeSpan? WindowDuration { get; init; }

    /// <summary>How many spreads the number may move in the window; greater than 0.</summary>
    public double Deviations { get; init; } = 2;

    /// <summary>The spread is taken to be at least this, in the field's unit; 0 or more.</summary>
    public double MinimumDeviation { get; init; }

    /// <inheritdoc/>
    public override string Kind => "drift";

    internal string WindowText =>
        WindowDuration is { } duration ? $"the last {SpanText.Of(duration)}" : $"the last {WindowSamples} values";

    private protected override string Condition =>
        $"drifts by more than {NumberText.Of(Deviations)} spreads in {WindowText}{ForText}";

    internal override string Fingerprint => string.Create(CultureInfo.InvariantCulture,
        $"drift|{Stream}|{Field}|{Where}|{WindowSamples}|{WindowDuration?.Ticks}|{Deviations:R}|{MinimumDeviation:R}")
        + ForFingerprint;
}
