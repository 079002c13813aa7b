using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeStream.Kinesis;

/// <summary>What a TLS listener shows. Immutable; a rotation makes a new one.</summary>
public sealed class KinesisCertificate
{
    private KinesisCertificate(SslStreamCertificateContext context)
    {
        Context = context;
    }

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset ExpiresAt => Context.TargetCertificate.NotAfter;

    internal SslStreamCertificateContext Context { get; }

    /// <summary>Reads PEM texts.</summary>
    /// <param name="certificate">The server's certificate, then those between it and its root, if any.</param>
    /// <param name="key">Its private key, not encrypted.</param>
    /// <exception cref="CryptographicException">A text is no PEM of its kind, or key and certificate don't belong
    /// together.</exception>
    public static KinesisCertificate FromPem(string certificate, string key)
    {
        try
        {
            using var own = X509Certificate2.CreateFromPem(certificate, key);
            var between = new X509Certificate2Collection();
            between.ImportFromPem(certificate);
            between.RemoveAt(0);

            // The context keeps a certificate of its own; the chain is not fetched from anywhere.
            var copy = new X509Certificate2(own);
            return new KinesisCertificate(SslStreamCertificateContext.Create(copy, between, offline: true));
        }
        catch (ArgumentException error)
        {
            throw new CryptographicException(error.Message, error);
        }
    }
}
