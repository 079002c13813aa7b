using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeStream.Mqtt;

/// <summary>How a client does TLS 1.2 or 1.3. Immutable and thread-safe.</summary>
/// <remarks>The server's certificate is always verified: to an authority, by its dates, and by its name. Revocation
/// is not looked up, and certificates between are not fetched from anywhere.</remarks>
public sealed class MqttClientTls
{
    private readonly X509Certificate2Collection? _authorities;
    private readonly SslStreamCertificateContext? _certificate;
    private readonly string? _serverName;

    private MqttClientTls(
        X509Certificate2Collection? authorities, SslStreamCertificateContext? certificate, string? serverName)
    {
        _authorities = authorities;
        _certificate = certificate;
        _serverName = serverName;
    }

    /// <summary>Reads PEM texts.</summary>
    /// <param name="authorities">The roots, and certificates between, that the server's certificate is verified
    /// against; null takes those of the machine.</param>
    /// <param name="certificate">The client's certificate, then those between it and its root; null shows
    /// none.</param>
    /// <param name="key">Its private key, not encrypted; with a certificate only.</param>
    /// <param name="serverName">The name that the server's certificate must have; null for the name or address that
    /// is connected to.</param>
    /// <exception cref="CryptographicException">A text is no PEM of its kind, or key and certificate don't belong
    /// together.</exception>
    public static MqttClientTls FromPem(
        string? authorities = null, string? certificate = null, string? key = null, string? serverName = null)
    {
        X509Certificate2Collection? roots = null;
        if (authorities is not null)
        {
            roots = [];
            roots.ImportFromPem(authorities);
            if (roots.Count == 0)
            {
                throw new CryptographicException("There is no certificate among the authorities.");
            }
        }

        return new MqttClientTls(
            roots,
            certificate is null ? null : MqttTlsMaterial.FromPem(certificate, key ?? "").Certificate,
            serverName);
    }

    internal SslClientAuthenticationOptions CreateOptions(string host)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        if (_authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(_authorities);
        }

        return new SslClientAuthenticationOptions
        {
            TargetHost = _serverName ?? host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateContext = _certificate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = policy,
            AllowRenegotiation = false,
        };
    }
}
