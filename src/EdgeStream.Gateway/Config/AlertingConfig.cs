using EdgeStream.Analytics;

namespace EdgeStream.Gateway.Config;

/// <summary>How people are told of alerts.</summary>
internal sealed record AlertingConfig
{
    /// <summary>What alerts are grouped by, a line each.</summary>
    public required string GroupBy { get; init; }

    /// <summary>How long others of a group are waited for.</summary>
    public required TimeSpan GroupWait { get; init; }

    /// <summary>After which time an alert is told of again; zero for never.</summary>
    public required TimeSpan Repeat { get; init; }

    /// <summary>Where people find the dashboard; may be empty.</summary>
    public required string DashboardUrl { get; init; }

    /// <summary>When alerts flap.</summary>
    public required FlapOptions Flapping { get; init; }

    /// <summary>The actions.</summary>
    public required IReadOnlyList<AlertActionConfig> Actions { get; init; }

    /// <summary>Whether another says the same.</summary>
    public bool IsSame(AlertingConfig other) =>
        this with { Actions = other.Actions } == other && Actions.SequenceEqual(other.Actions);
}
