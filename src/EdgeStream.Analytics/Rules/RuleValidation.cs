using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The ranges of rule definitions.</summary>
internal static class RuleValidation
{
    private const int NameLengthMax = 128;
    private const int WindowSamplesMin = 8;
    private const int WindowSamplesMax = 1_000_000;
    internal const int ResolveAfterMax = 1000;
    internal static readonly TimeSpan DurationMax = TimeSpan.FromDays(30);

    public static IReadOnlyList<RuleDefinitionError> Validate(RuleDefinition definition)
    {
        var errors = new List<RuleDefinitionError>();
        Common(definition, errors);
        switch (definition)
        {
            case ThresholdRuleDefinition threshold:
                Threshold(threshold, errors);
                break;
            case AnomalyRuleDefinition anomaly:
                Anomaly(anomaly, errors);
                break;
            default:
                errors.AddRange(DetectorRuleValidation.Validate(definition));
                break;
        }

        return errors;
    }

    private static void Common(RuleDefinition definition, List<RuleDefinitionError> errors)
    {
        Require(IsName(definition.Name), "name",
            "A rule's name has 1 to 128 letters, digits, '_', '.' or '-', not only dots.", errors);
        Require(definition.Stream != AlertJson.StreamName, "stream",
            "A rule cannot watch the alerts stream: its alerts would raise alerts without end.", errors);
        Require(ColumnPath.TryParse(definition.Field, out _), "field",
            $"'{definition.Field}' is no field: write a member's name, or a path such as motor.rpm.", errors);
        Require(Enum.IsDefined(definition.Severity), "severity", "The severity is info, warning or critical.", errors);
        if (definition.Labels.FindProblem() is { } problem)
        {
            errors.Add(new RuleDefinitionError("labels", problem));
        }

        Require(definition.HoldTime >= TimeSpan.Zero && definition.HoldTime <= DurationMax, "for",
            "It must be 0 s to 30 days.", errors);
        Template("message", definition.Message, definition, errors);
        Template("resolvedMessage", definition.ResolvedMessage, definition, errors);

        try
        {
            _ = definition.Where is { } where ? SqlExpression.ParseCondition(where, new ColumnSet()) : null;
        }
        catch (SqlException e)
        {
            errors.Add(new RuleDefinitionError("where", e.Message));
        }
    }

    private static void Template(
        string member, string? template, RuleDefinition definition, List<RuleDefinitionError> errors)
    {
        if (template is not null && MessageTemplate.FindUnknown(template, definition.Labels) is { } unknown)
        {
            errors.Add(new RuleDefinitionError(member,
                $"There is no {unknown}; a message may have {MessageTemplate.Placeholders}."));
        }
    }

    private static void Threshold(ThresholdRuleDefinition rule, List<RuleDefinitionError> errors)
    {
        Require(rule.Above is not null || rule.Below is not null, "above", "Say above:, below: or both.", errors);
        Require(double.IsFinite(rule.Above ?? 0), "above", "The bound must be a finite number.", errors);
        Require(double.IsFinite(rule.Below ?? 0), "below", "The bound must be a finite number.", errors);
        Require(IsFrom0(rule.Hysteresis), "hysteresis", "It must be 0 or more.", errors);
        if (rule is { Above: { } above, Below: { } below })
        {
            Require(above >= below, "above",
                "It must not be less than below:, or every value would be out of bounds.", errors);
            Require(above - rule.Hysteresis >= below + rule.Hysteresis, "hysteresis",
                "It must be at most half the distance between above: and below:, or no value could resolve the alert.",
                errors);
        }
    }

    private static void Anomaly(AnomalyRuleDefinition rule, List<RuleDefinitionError> errors)
    {
        Require(rule.WindowSamples is null || rule.WindowDuration is null, "window",
            "It is a count of samples or a duration, not both.", errors);
        Require(rule.Samples is >= WindowSamplesMin and <= WindowSamplesMax, "window",
            "It must be 8 to 1,000,000 samples.", errors);
        Require(rule.WindowDuration is null
                || (rule.WindowDuration >= TimeSpan.FromSeconds(1) && rule.WindowDuration <= DurationMax),
            "window", "It must be 1 s to 30 days.", errors);
        Require(IsFrom0(rule.Deviations) && rule.Deviations > 0, "deviations", "It must be more than 0.", errors);
        Require(rule.MinimumSamples >= 2, "minimumSamples", "It must be 2 or more.", errors);
        Require(rule.WindowDuration is not null || rule.MinimumSamples <= rule.Samples, "minimumSamples",
            $"It must be at most the window, which is {rule.Samples} samples.", errors);
        Require(IsFrom0(rule.MinimumDeviation), "minimumDeviation", "It must be 0 or more.", errors);
        Require(rule.ResolveAfter is >= 1 and <= ResolveAfterMax, "resolveAfter", "It must be 1 to 1,000.", errors);
    }

    internal static bool IsFrom0(double number) => double.IsFinite(number) && number >= 0;

    private static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')
        && name.Any(c => c != '.');

    internal static void Require(bool isMet, string member, string message, List<RuleDefinitionError> errors)
    {
        if (!isMet)
        {
            errors.Add(new RuleDefinitionError(member, message));
        }
    }
}
