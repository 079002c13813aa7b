namespace EdgeStream.Analytics;

/// <summary>What an action is told: alerts that belong together.</summary>
public sealed record AlertNotification
{
    /// <summary>The action's name.</summary>
    public required string Action { get; init; }

    /// <summary>Names the group, the same for each of its notifications.</summary>
    public required string GroupKey { get; init; }

    /// <summary>What the group's alerts have in common: the names that alerts are grouped by, with their
    /// texts.</summary>
    public required LabelSet GroupLabels { get; init; }

    /// <summary>What is new, in order: an alert that fired and resolved unheard of stands twice; at most 100.</summary>
    public required IReadOnlyList<Alert> Changes { get; init; }

    /// <summary>The group's alerts as they stand: those that fire, and those whose end is news; at most 100.</summary>
    public required IReadOnlyList<Alert> Alerts { get; init; }

    /// <summary>How many more there are.</summary>
    public int TruncatedAlerts { get; init; }

    /// <summary>Whether any alert of the action fires, of this group or another.</summary>
    public required bool IsAnyFiring { get; init; }
}
