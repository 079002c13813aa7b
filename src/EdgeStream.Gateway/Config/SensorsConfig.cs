namespace EdgeStream.Gateway.Config;

/// <summary>What the gateway reads itself.</summary>
internal sealed record SensorsConfig
{
    public required bool BoardEnabled { get; init; }

    public required TimeSpan BoardPeriod { get; init; }

    public required string BoardDevice { get; init; }

    public required string BoardStream { get; init; }

    public required bool SimulatedEnabled { get; init; }

    public required TimeSpan SimulatedPeriod { get; init; }
}
