using System.Globalization;

namespace EdgeStream.Analytics;

/// <summary>An alert while a number does not change any more.</summary>
/// <remarks>
/// A value is unchanged while it is at most <see cref="Tolerance"/> away from the first one of its run. The alert fires
/// when the run has lasted <see cref="For"/> by the key's clock or has <see cref="Values"/> values, whichever comes
/// first, and resolves at the first value that differs. Silence is no run: see <see cref="MissingRuleDefinition"/>.
/// </remarks>
public sealed record StuckRuleDefinition : RuleDefinition
{
    /// <summary>How long a value may stay the same, one second to 30 days; null if only values count.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>How often a value may come, 2 to 1,000,000; null if only time counts.</summary>
    public int? Values { get; init; }

    /// <summary>How far a value may be from the first one and still count as the same, in the field's unit; 0 or
    /// more.</summary>
    public double Tolerance { get; init; }

    /// <inheritdoc/>
    public override string Kind => "stuck";

    internal override TimeSpan MessageDuration => For ?? TimeSpan.Zero;

    private protected override string Condition
    {
        get
        {
            var span = (For, Values) switch
            {
                ({ } time, { } count) => $"{SpanText.Of(time)} or {count} values",
                ({ } time, null) => SpanText.Of(time),
                (null, { } count) => $"{count} values",
                _ => "ever",
            };
            return $"unchanged for {span}" + (Tolerance > 0 ? $", within {NumberText.Of(Tolerance)}" : "");
        }
    }

    internal override string Fingerprint => string.Create(CultureInfo.InvariantCulture,
        $"stuck|{Stream}|{Field}|{Where}|{For?.Ticks}|{Values}|{Tolerance:R}");
}
