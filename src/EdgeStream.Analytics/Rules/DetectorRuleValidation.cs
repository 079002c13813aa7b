namespace EdgeStream.Analytics;

/// <summary>The ranges of rules that look at how a number behaves.</summary>
internal static class DetectorRuleValidation
{
    private const int StuckValuesMax = 1_000_000;
    private const int WindowMin = 4;
    private const int WindowMax = 100_000;
    private const int BaselineMax = 1_000_000;
    private const int DriftSamplesMin = 64;
    private const int DriftSamplesMax = 1_000_000;
    private static readonly TimeSpan DriftDurationMin = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan DriftDurationMax = TimeSpan.FromDays(240);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static List<RuleDefinitionError> Validate(RuleDefinition definition)
    {
        var errors = new List<RuleDefinitionError>();
        switch (definition)
        {
            case DetectorRuleDefinition detector:
                ResolveAfter(detector.ResolveAfter, errors);
                Require(detector.For == TimeSpan.Zero, "for", "The default method asks how rare a value is, and what "
                    + "goes on being odd is soon rare no more: leave 'for' out, or take 'method: rolling'.", errors);
                break;
            case RateOfChangeRuleDefinition rate:
                RateOfChange(rate, errors);
                break;
            case MissingRuleDefinition missing:
                Require(IsDuration(missing.For), "missing", "It must be 1 s to 30 days.", errors);
                break;
            case StuckRuleDefinition stuck:
                Stuck(stuck, errors);
                break;
            case LevelShiftRuleDefinition shift:
                LevelShift(shift, errors);
                break;
            case DriftRuleDefinition drift:
                Drift(drift, errors);
                break;
        }

        return errors;
    }

    private static void RateOfChange(RateOfChangeRuleDefinition rule, List<RuleDefinitionError> errors)
    {
        Require(rule.Above is not null || rule.Below is not null, "rateOfChange",
            "Say above:, below: or both.", errors);
        Require(double.IsFinite(rule.Above ?? 0) && double.IsFinite(rule.Below ?? 0), "rateOfChange",
            "The bounds must be finite numbers.", errors);
        Require((rule.Above ?? double.MaxValue) >= (rule.Below ?? double.MinValue), "rateOfChange",
            "above: must not be less than below:, or every rate would be out of bounds.", errors);
        Require(rule.Per.Ticks is TimeSpan.TicksPerSecond or TimeSpan.TicksPerMinute or TimeSpan.TicksPerHour
            or TimeSpan.TicksPerDay, "per", "It is second, minute, hour or day.", errors);
        Require(rule.Over >= TimeSpan.Zero && rule.Over <= RuleValidation.DurationMax, "over",
            "It must be 0 s to 30 days.", errors);
        ResolveAfter(rule.ResolveAfter, errors);
    }

    private static void Stuck(StuckRuleDefinition rule, List<RuleDefinitionError> errors)
    {
        Require(rule.For is not null || rule.Values is not null, "stuck", "Say for:, values: or both.", errors);
        Require(rule.For is null || IsDuration(rule.For.Value), "stuck", "for: must be 1 s to 30 days.", errors);
        Require(rule.Values is null or (>= 2 and <= StuckValuesMax), "values", "It must be 2 to 1,000,000.", errors);
        Require(RuleValidation.IsFrom0(rule.Tolerance), "tolerance", "It must be 0 or more.", errors);
    }

    private static void LevelShift(LevelShiftRuleDefinition rule, List<RuleDefinitionError> errors)
    {
        Require(rule.Window is >= WindowMin and <= WindowMax, "levelShift", "window: must be 4 to 100,000.", errors);
        Require(rule.Baseline >= 2L * rule.Window && rule.Baseline <= BaselineMax, "baseline",
            "It must be twice the window to 1,000,000.", errors);
        Spreads(rule.Deviations, rule.MinimumDeviation, "levelShift", errors);
    }

    private static void Drift(DriftRuleDefinition rule, List<RuleDefinitionError> errors)
    {
        Require(rule.WindowSamples is null != rule.WindowDuration is null, "drift",
            "window: is a count of values or a duration, one of them.", errors);
        Require(rule.WindowSamples is null or (>= DriftSamplesMin and <= DriftSamplesMax), "drift",
            "window: must be 64 to 1,000,000 values.", errors);
        Require(rule.WindowDuration is null
                || (rule.WindowDuration >= DriftDurationMin && rule.WindowDuration <= DriftDurationMax),
            "drift", "window: must be 8 s to 240 days.", errors);
        Spreads(rule.Deviations, rule.MinimumDeviation, "drift", errors);
    }

    private static void Spreads(
        double deviations, double minimum, string member, List<RuleDefinitionError> errors)
    {
        Require(RuleValidation.IsFrom0(deviations) && deviations > 0, member,
            "deviations: must be more than 0.", errors);
        Require(RuleValidation.IsFrom0(minimum), member, "minimumDeviation: must be 0 or more.", errors);
    }

    private static void ResolveAfter(int values, List<RuleDefinitionError> errors) => Require(
        values is >= 1 and <= RuleValidation.ResolveAfterMax, "resolveAfter", "It must be 1 to 1,000.", errors);

    private static bool IsDuration(TimeSpan time) => time >= Second && time <= RuleValidation.DurationMax;

    private static void Require(bool isMet, string member, string message, List<RuleDefinitionError> errors) =>
        RuleValidation.Require(isMet, member, message, errors);
}
