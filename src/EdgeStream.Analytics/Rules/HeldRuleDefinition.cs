namespace EdgeStream.Analytics;

/// <summary>A rule whose condition may have to hold for some time before its alert fires.</summary>
/// <remarks>
/// The time is that of the key's clock, which a device's clock that is set does not disturb; when the key falls silent
/// the monotonic clock goes on. A value at which the condition does not hold ends it. Until the alert fires the key is
/// pending.
/// </remarks>
public abstract record HeldRuleDefinition : RuleDefinition
{
    private protected HeldRuleDefinition()
    {
    }

    /// <summary>How long the condition must hold before the alert fires; zero to 30 days.</summary>
    public TimeSpan For { get; init; }

    internal override TimeSpan HoldTime => For;

    internal override int Weight => For > TimeSpan.Zero ? 2 : 1;

    /// <summary>What <see cref="For"/> adds to a condition in words; nothing where it is zero.</summary>
    private protected string ForText => For > TimeSpan.Zero ? $", for {SpanText.Of(For)}" : "";

    /// <summary>What <see cref="For"/> adds to a fingerprint; nothing where it is zero, so that the state of a rule
    /// without it stays.</summary>
    private protected string ForFingerprint => For > TimeSpan.Zero ? $"|for|{For.Ticks}" : "";
}
