namespace EdgeStream.Analytics;

/// <summary>An action, and which alerts it is about.</summary>
public sealed record ActionDefinition
{
    /// <summary>Its name, unique among actions.</summary>
    public required string Name { get; init; }

    /// <summary>What it does. The engine that runs it disposes of it.</summary>
    public required IAlertAction Action { get; init; }

    /// <summary>Rules whose alerts it takes, with <c>*</c> at the end for any rest; none for all.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Rules that name their actions, and not this one.</summary>
    public IReadOnlySet<string> OtherRules { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Alerts of a lower severity are left out.</summary>
    public RuleSeverity Severity { get; init; }

    /// <summary>Labels that an alert must have, each with a text that may end with <c>*</c>.</summary>
    public LabelSet Labels { get; init; } = LabelSet.None;

    /// <summary>How long a notification that fails is tried before it is given up, at least once; zero to 30 days. A
    /// level is tried for ever.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Whether it is about an alert.</summary>
    public bool Takes(Alert alert)
    {
        if (alert.Severity < Severity || OtherRules.Contains(alert.Rule))
        {
            return false;
        }

        foreach (var (name, pattern) in Labels)
        {
            if (alert.Labels.Find(name) is not { } text || !TextPattern.Matches(pattern, text))
            {
                return false;
            }
        }

        if (Rules.Count == 0)
        {
            return true;
        }

        foreach (var pattern in Rules)
        {
            if (TextPattern.Matches(pattern, alert.Rule))
            {
                return true;
            }
        }

        return false;
    }
}
