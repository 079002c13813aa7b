namespace EdgeStream.Gateway.Config;

/// <summary>One alert rule: exactly one of <see cref="Above"/>, <see cref="Below"/> and <see cref="Anomaly"/> is set.</summary>
internal sealed record RuleConfig
{
    public required string Name { get; init; }

    public required string Stream { get; init; }

    public required string Field { get; init; }

    /// <summary>The partition keys to watch; null for all.</summary>
    public string? Key { get; init; }

    public string Severity { get; init; } = "warning";

    public double? Above { get; init; }

    public double? Below { get; init; }

    public double? Clear { get; init; }

    public TimeSpan For { get; init; }

    public AnomalyConfig? Anomaly { get; init; }
}
