using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Config;

/// <summary>The certificates of a listener, as paths of PEM files.</summary>
internal sealed record MqttTlsConfig
{
    public required string Certificate { get; init; }

    public required string Key { get; init; }

    public required string? ClientCa { get; init; }

    /// <summary>The file of revocation lists; null where nothing is revoked.</summary>
    public required string? Revoked { get; init; }

    public required bool RequireClientCertificate { get; init; }

    public required MqttCertificateUser CertificateUser { get; init; }

    public required bool IsTls13Required { get; init; }
}
