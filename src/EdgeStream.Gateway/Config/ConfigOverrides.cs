using System.Net;

namespace EdgeStream.Gateway.Config;

/// <summary>What the command line sets; null leaves the file's value.</summary>
internal sealed record ConfigOverrides
{
    public string? DataFolder { get; init; }

    public IPAddress? HttpAddress { get; init; }

    public int? HttpPort { get; init; }

    public IPAddress? MqttAddress { get; init; }

    public int? MqttPort { get; init; }

    /// <summary>Simulated sensors and a rule for each.</summary>
    public bool Demo { get; init; }
}
