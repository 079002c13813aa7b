using System.Globalization;

namespace EdgeStream.Analytics;

/// <summary>An alert while a number lies unusually far from what the same key reported lately.</summary>
/// <remarks>
/// A value is anomalous when it differs from the window's mean by more than <see cref="Deviations"/> standard
/// deviations; mean
/// and deviation leave the judged value out. It enters the window afterwards, so that a lasting change of level
/// becomes the new
/// normal and the alert resolves by itself. The window is the last <see cref="WindowSamples"/> values or
/// <see cref="WindowDuration"/> of event time, and moves in steps of an eighth of itself: it never holds less than
/// it says and
/// at most an eighth more.
/// </remarks>
public sealed record AnomalyRuleDefinition : HeldRuleDefinition
{
    /// <summary>The window of a rule that says nothing about it, in samples.</summary>
    public const int WindowSamplesDefault = 120;

    /// <summary>The window as a count of values, 8 to 1,000,000; null if it is a duration, or for the
    /// default.</summary>
    public int? WindowSamples { get; init; }

    /// <summary>The window as a duration of event time, one second to 30 days; null if it is a count.</summary>
    public TimeSpan? WindowDuration { get; init; }

    /// <summary>How many standard deviations are still normal; greater than 0.</summary>
    public double Deviations { get; init; } = 4;

    /// <summary>How many values the window must hold before any is judged; 2 to the window's size.</summary>
    public int MinimumSamples { get; init; } = 30;

    /// <summary>The deviation is taken to be at least this, in the field's unit, so that a constant signal may move
    /// a little.</summary>
    public double MinimumDeviation { get; init; }

    /// <summary>How many normal values in a row resolve the alert; 1 to 1,000.</summary>
    public int ResolveAfter { get; init; } = 3;

    /// <inheritdoc/>
    public override string Kind => "anomaly";

    internal int Samples => WindowSamples ?? WindowSamplesDefault;

    private protected override string Condition
    {
        get
        {
            var window = WindowDuration is { } duration
                ? $"the last {NumberText.Of(duration.TotalSeconds)} s"
                : $"the last {Samples} samples";
            return $"more than {NumberText.Of(Deviations)} standard deviations from the mean of {window}{ForText}";
        }
    }

    internal override string Fingerprint => string.Create(CultureInfo.InvariantCulture,
        $"anomaly|{Stream}|{Field}|{Where}|{Samples}|{WindowDuration?.Ticks}|{Deviations:R}|{MinimumSamples}")
        + string.Create(CultureInfo.InvariantCulture, $"|{MinimumDeviation:R}|{ResolveAfter}")
        + ForFingerprint;
}
