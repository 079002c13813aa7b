using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeStream.Testing;

/// <summary>Certificates as PEM texts: one that signs itself, or an authority that signs others.</summary>
public sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset Until = From.AddDays(365);

    private readonly X509Certificate2 _authority;

    /// <summary>Makes an authority.</summary>
    public TestCertificates(string name = "Test authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(From, Until);
    }

    /// <summary>The authority's certificate.</summary>
    public string Authority => _authority.ExportCertificatePem();

    /// <summary>A server's certificate for 127.0.0.1 and localhost that signs itself.</summary>
    public static (string Certificate, string Key) SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Request(name, key).CreateSelfSigned(From, Until);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A certificate, good for 127.0.0.1, for localhost or another name or address, and for clients, that the
    /// authority signs.</summary>
    public (string Certificate, string Key) Sign(string name, string? alternativeName = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Request(name, key, alternativeName)
            .Create(_authority, From, Until, RandomNumberGenerator.GetBytes(8));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The authority's revocation list.</summary>
    public string Revoke(params string[] certificates)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var text in certificates)
        {
            using var certificate = X509Certificate2.CreateFromPem(text);
            builder.AddEntry(certificate);
        }

        return PemEncoding.WriteString("X509 CRL", builder.Build(_authority, 1, Until, HashAlgorithmName.SHA256));
    }

    /// <inheritdoc/>
    public void Dispose() => _authority.Dispose();

    private static CertificateRequest Request(string name, ECDsa key, string? alternativeName = null)
    {
        var request = new CertificateRequest($"O=Test, CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(alternativeName, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(alternativeName ?? "localhost");
        }

        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        return request;
    }
}
