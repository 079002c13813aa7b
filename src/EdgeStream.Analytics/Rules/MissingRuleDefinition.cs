using System.Globalization;

namespace EdgeStream.Analytics;

/// <summary>An alert while a key that used to report a number is silent.</summary>
/// <remarks>
/// Silence is measured by the monotonic clock since the key's last number was evaluated. What a key was silent before a
/// restart counts on, but for the last eighth of <see cref="For"/>; the time in which nothing ran does not count, since
/// nobody could be heard then. A key that has never reported is not missed.
/// </remarks>
public sealed record MissingRuleDefinition : RuleDefinition
{
    /// <summary>How long a key may be silent; one second to 30 days.</summary>
    public required TimeSpan For { get; init; }

    /// <inheritdoc/>
    public override string Kind => "missing";

    internal override TimeSpan MessageDuration => For;

    private protected override string Condition => $"missing for {SpanText.Of(For)}";

    internal override string Fingerprint => string.Create(
        CultureInfo.InvariantCulture, $"missing|{Stream}|{Field}|{Where}|{For.Ticks}");
}
