using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeStream.Mqtt;

/// <summary>What a TLS listener shows and what it trusts. Immutable; a rotation makes a new one.</summary>
public sealed class MqttTlsMaterial
{
    private MqttTlsMaterial(
        SslStreamCertificateContext certificate, X509Certificate2Collection? authorities, RevokedCertificates? revoked)
    {
        Certificate = certificate;
        Authorities = authorities;
        Revoked = revoked;
    }

    /// <summary>When the server's certificate ends.</summary>
    public DateTimeOffset ExpiresAt => Certificate.TargetCertificate.NotAfter;

    internal SslStreamCertificateContext Certificate { get; }

    /// <summary>Who may have signed client certificates; null where none are asked for.</summary>
    internal X509Certificate2Collection? Authorities { get; }

    /// <summary>Which client certificates are revoked; null where nobody says so.</summary>
    internal RevokedCertificates? Revoked { get; }

    /// <summary>Reads PEM texts.</summary>
    /// <param name="certificate">The server's certificate, then those between it and its root, if any.</param>
    /// <param name="key">Its private key, not encrypted.</param>
    /// <param name="clientAuthorities">The roots, and certificates between, that client certificates are verified
    /// against; null asks for none.</param>
    /// <param name="revoked">Revocation lists (CRL) of these authorities; null revokes nothing, as does the lack of
    /// authorities.</param>
    /// <exception cref="CryptographicException">A text is no PEM of its kind, or key and certificate don't
    /// belong together.</exception>
    public static MqttTlsMaterial FromPem(
        string certificate, string key, string? clientAuthorities = null, string? revoked = null)
    {
        using X509Certificate2 own = FromPem(certificate, key);
        var between = new X509Certificate2Collection();
        between.ImportFromPem(certificate);
        between.RemoveAt(0);
        X509Certificate2Collection? authorities = null;
        if (clientAuthorities is not null)
        {
            authorities = [];
            authorities.ImportFromPem(clientAuthorities);
            if (authorities.Count == 0)
            {
                throw new CryptographicException("There is no certificate in it.");
            }
        }

        // The context keeps a certificate of its own; the chain is not fetched from anywhere.
        var copy = new X509Certificate2(own);
        return new MqttTlsMaterial(
            SslStreamCertificateContext.Create(copy, between, offline: true),
            authorities,
            revoked is null || authorities is null ? null : RevokedCertificates.FromPem(revoked, authorities));
    }

    private static X509Certificate2 FromPem(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException(e.Message, e);
        }
    }
}
