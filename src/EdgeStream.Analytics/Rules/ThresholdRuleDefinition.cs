using System.Globalization;

namespace EdgeStream.Analytics;

/// <summary>An alert while a number is out of bounds.</summary>
/// <remarks>
/// Fires when the value is greater than <see cref="Above"/> or less than <see cref="Below"/> for
/// <see cref="HeldRuleDefinition.For"/>. Resolves at the first value that is back by the hysteresis: at most
/// <c>Above - Hysteresis</c> and at least <c>Below + Hysteresis</c>.
/// </remarks>
public sealed record ThresholdRuleDefinition : HeldRuleDefinition
{
    /// <summary>Values greater than this are out of bounds; null for no upper bound.</summary>
    public double? Above { get; init; }

    /// <summary>Values less than this are out of bounds; null for no lower bound.</summary>
    public double? Below { get; init; }

    /// <summary>How far a value must come back inside to resolve the alert, in the field's unit; 0 or more.</summary>
    public double Hysteresis { get; init; }

    /// <inheritdoc/>
    public override string Kind => "threshold";

    internal override int Weight => 1;

    private protected override string Condition
    {
        get
        {
            var bounds = (Above, Below) switch
            {
                ({ } above, { } below) => $"above {NumberText.Of(above)} or below {NumberText.Of(below)}",
                ({ } above, null) => $"above {NumberText.Of(above)}",
                (null, { } below) => $"below {NumberText.Of(below)}",
                _ => "unbounded",
            };
            var back = Hysteresis > 0 ? $", hysteresis {NumberText.Of(Hysteresis)}" : "";
            return For > TimeSpan.Zero ? $"{bounds} for {NumberText.Of(For.TotalSeconds)} s{back}" : bounds + back;
        }
    }

    internal override string Fingerprint => string.Create(CultureInfo.InvariantCulture,
        $"threshold|{Stream}|{Field}|{Where}|{Above:R}|{Below:R}|{Hysteresis:R}|{For.Ticks}");
}
