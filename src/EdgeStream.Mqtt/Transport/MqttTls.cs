using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EdgeStream.Mqtt;

/// <summary>How a listener does TLS. Its certificates can be changed while it runs: new connections get the new
/// ones, those there are stay.</summary>
/// <remarks>Thread-safe. Client certificates are verified to their root; those that the
/// material's revocation lists name are refused, on their own connections and as issuers.</remarks>
public sealed class MqttTls
{
    private volatile MqttTlsMaterial _material;

    /// <param name="material">What it starts with.</param>
    public MqttTls(MqttTlsMaterial material)
    {
        _material = material;
    }

    /// <summary>Whether a client without a certificate is refused. Without authorities no certificate is asked
    /// for.</summary>
    public bool IsClientCertificateRequired { get; init; }

    /// <summary>Whether TLS 1.3 is the least; otherwise TLS 1.2.</summary>
    public bool IsTls13Required { get; init; }

    /// <summary>What a client certificate says about who the client is.</summary>
    public MqttCertificateUser CertificateUser { get; init; }

    /// <summary>What new connections get.</summary>
    public MqttTlsMaterial Material
    {
        get => _material;
        set => _material = value;
    }

    internal SslServerAuthenticationOptions CreateOptions()
    {
        MqttTlsMaterial material = _material;
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = material.Certificate,
            EnabledSslProtocols = IsTls13Required ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = material.Authorities is not null,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            AllowRenegotiation = false,
        };
        if (material.Authorities is { } authorities)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            policy.CustomTrustStore.AddRange(authorities);
            options.CertificateChainPolicy = policy;
            bool isRequired = IsClientCertificateRequired;
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                certificate is null ? !isRequired
                : errors == SslPolicyErrors.None
                    && (material.Revoked is null || (chain is not null && !material.Revoked.HasAnyOf(chain)));
        }

        return options;
    }
}
