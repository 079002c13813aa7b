using System.Globalization;

namespace EdgeStream.Analytics;

/// <summary>An alert while a number rises or falls too fast.</summary>
/// <remarks>
/// The rate is the difference to an earlier value of the key by the time between them, in units a <see cref="Per"/>.
/// Without <see cref="Over"/> it is taken from value to value, or over a second where values come faster; with it over
/// so much time, which noise disturbs less, and not before seven eighths of that time are known. Time is that of the
/// key's clock, which does not jump when a
/// device's clock is set.
/// </remarks>
public sealed record RateOfChangeRuleDefinition : HeldRuleDefinition
{
    /// <summary>Rates greater than this are out of bounds; null for no upper bound.</summary>
    public double? Above { get; init; }

    /// <summary>Rates less than this are out of bounds; null for no lower bound.</summary>
    public double? Below { get; init; }

    /// <summary>The unit of time of the bounds: a second, a minute, an hour or a day.</summary>
    public TimeSpan Per { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The time over which the rate is taken, zero to 30 days; zero from value to value, over a second at
    /// least.</summary>
    public TimeSpan Over { get; init; }

    /// <summary>How many rates within bounds in a row resolve the alert; 1 to 1,000.</summary>
    public int ResolveAfter { get; init; } = 3;

    /// <inheritdoc/>
    public override string Kind => "rateOfChange";

    internal string Unit => Per.Ticks switch
    {
        TimeSpan.TicksPerSecond => "second",
        TimeSpan.TicksPerMinute => "minute",
        TimeSpan.TicksPerHour => "hour",
        _ => "day",
    };

    private protected override string Condition
    {
        get
        {
            var bounds = (Above, Below) switch
            {
                ({ } above, { } below) => $"more than {NumberText.Of(above)} or less than {NumberText.Of(below)}",
                ({ } above, null) => $"more than {NumberText.Of(above)}",
                (null, { } below) => $"less than {NumberText.Of(below)}",
                _ => "unbounded",
            };
            return $"changes by {bounds} a {Unit}" + (Over > TimeSpan.Zero ? $" over {SpanText.Of(Over)}" : "")
                + ForText;
        }
    }

    internal override string Fingerprint => string.Create(CultureInfo.InvariantCulture,
        $"rateOfChange|{Stream}|{Field}|{Where}|{Above:R}|{Below:R}|{Per.Ticks}|{Over.Ticks}|{ResolveAfter}")
        + ForFingerprint;
}
