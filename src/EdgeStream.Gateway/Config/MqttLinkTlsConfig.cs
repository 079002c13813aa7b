namespace EdgeStream.Gateway.Config;

/// <summary>The certificates of a connection to another server, as paths of PEM files.</summary>
internal sealed record MqttLinkTlsConfig
{
    /// <summary>Who may have signed the server's certificate; null for the machine's authorities.</summary>
    public required string? Authorities { get; init; }

    /// <summary>What the gateway shows; null for nothing.</summary>
    public required string? Certificate { get; init; }

    /// <summary>The key to it.</summary>
    public required string? Key { get; init; }

    /// <summary>The name in the server's certificate; null for that of the URL.</summary>
    public required string? ServerName { get; init; }
}
