using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The sections of rules that look at how a number behaves; part of <see cref="RuleKeys"/>.</summary>
internal static class DetectorRuleKeys
{
    public static readonly SchemaScalar Low = Number("low", null, "Fires when the value is less than this.");
    public static readonly SchemaScalar High = Number("high", null, "Fires when the value is greater than this.");
    public static readonly SchemaSection Range = new("range",
        "Fires when the value is outside of two bounds; 'hysteresis' and 'for' count as with 'above' and 'below'.",
        Low, High);

    public static readonly SchemaScalar RateAbove =
        Number("above", null, "Fires when the value rises faster than this, in its unit a 'per'.");
    public static readonly SchemaScalar RateBelow =
        Number("below", null, "Fires when the rate is less than this; -2 is falling by more than 2.");
    public static readonly SchemaScalar Per = Choice("per", "minute", "The unit of time of the bounds.",
        "second", "minute", "hour", "day");
    public static readonly SchemaScalar Over = Duration("over", "0", "0", "30d",
        "The time over which the rate is taken; 0 is from value to value, over a second at least.");
    public static readonly SchemaScalar RateResolveAfter = Integer("resolveAfter", 3, 1, 1000,
        "How many rates within bounds in a row resolve the alert.");
    public static readonly SchemaSection RateOfChange = new("rateOfChange",
        "Fires when the value rises or falls too fast.", RateAbove, RateBelow, Per, Over, RateResolveAfter);

    public static readonly SchemaScalar MissingFor = Duration("for", "10m", "1s", "30d",
        "How long a key that has reported may be silent.");
    public static readonly SchemaSection Missing = new("missing",
        "Fires when a key that used to report the field falls silent, and resolves when it reports again.",
        MissingFor);

    public static readonly SchemaScalar StuckFor = Duration("for", null, "1s", "30d",
        "How long the value may stay the same.");
    public static readonly SchemaScalar Values = Integer("values", null, 2, 1_000_000,
        "How often in a row the same value may come.");
    public static readonly SchemaScalar Tolerance = Number("tolerance", 0,
        "How far a value may be from the first one and still count as the same.", 0, double.MaxValue);
    public static readonly SchemaSection Stuck = new("stuck",
        "Fires when the value does not change any more, for a time or a number of values.",
        StuckFor, Values, Tolerance);

    public static readonly SchemaScalar ShiftWindow = Integer("window", 20, 4, 100_000,
        "How many values make the present level.");
    public static readonly SchemaScalar Baseline = Integer("baseline", 200, 8, 1_000_000,
        "How many values make the usual level, twice the window or more.");
    public static readonly SchemaScalar ShiftDeviations = Number("deviations", 4,
        "How many usual spreads the level may move.", 0, 1000);
    public static readonly SchemaScalar ShiftMinimum = Number("minimumDeviation", 0,
        "The spread is taken to be at least this.", 0, double.MaxValue);
    public static readonly SchemaSection LevelShift = new("levelShift",
        "Fires when the level of the value has moved and stays moved; single outliers raise no alert.",
        ShiftWindow, Baseline, ShiftDeviations, ShiftMinimum);

    public static readonly SchemaScalar DriftWindow = Text("window", "8d",
        "What a trend is looked for in: a count of values (64 to 1000000) or a duration (8s to 240d); for a value with "
            + "a daily course eight days or more.");
    public static readonly SchemaScalar DriftDeviations = Number("deviations", 2,
        "How many spreads the value may creep in the window.", 0, 1000);
    public static readonly SchemaScalar DriftMinimum = Number("minimumDeviation", 0,
        "The spread is taken to be at least this.", 0, double.MaxValue);
    public static readonly SchemaSection Drift = new("drift",
        "Fires when the value creeps in one direction, however slowly.", DriftWindow, DriftDeviations, DriftMinimum);

    /// <summary>The sections that a rule has at most one of, besides 'anomaly'.</summary>
    public static readonly SchemaSection[] All = [Range, RateOfChange, Missing, Stuck, LevelShift, Drift];
}
