using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeStream.Delivery;

/// <summary>How a destination's server is verified, by PEM files, and what the gateway shows it.</summary>
/// <remarks>The certificate is always verified: to an authority, by its dates, and by its name. Revocation is not
/// looked up. Files are read when a connection is prepared, and anew after one that could not be verified.</remarks>
public sealed record ServerTls
{
    /// <summary>Who may have signed the server's certificate; null for the machine's authorities.</summary>
    public string? Authorities { get; init; }

    /// <summary>What the gateway shows; null for nothing.</summary>
    public string? Certificate { get; init; }

    /// <summary>The key to it, not encrypted.</summary>
    public string? Key { get; init; }

    /// <summary>The name in the server's certificate; null for that of the URL.</summary>
    /// <remarks>A server of HTTP is still told the URL's name as TLS begins.</remarks>
    public string? ServerName { get; init; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="IOException">One cannot be read.</exception>
    /// <exception cref="CryptographicException">One is not what it should be.</exception>
    internal SslClientAuthenticationOptions Read(string host)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
        };
        if (Authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.ImportFromPem(File.ReadAllText(Authorities));
        }

        return new SslClientAuthenticationOptions
        {
            TargetHost = ServerName ?? host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateContext = Certificate is null ? null : OwnCertificate(Certificate, Key ?? Certificate),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = policy,
            AllowRenegotiation = false,
            RemoteCertificateValidationCallback = ServerName is null ? null : IsOfName,
        };
    }

    /// <summary>Whether a certificate that is right but for its name is that of <see cref="ServerName"/>: a client of
    /// HTTP compares it with the URL's, whatever it was told.</summary>
    private bool IsOfName(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None
        && certificate is X509Certificate2 own && own.MatchesHostname(ServerName!);

    private static SslStreamCertificateContext OwnCertificate(string certificate, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(File.ReadAllText(certificate));
        return SslStreamCertificateContext.Create(
            X509Certificate2.CreateFromPemFile(certificate, key), chain, offline: true);
    }
}
