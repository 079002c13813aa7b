using System.Security.Cryptography.X509Certificates;

namespace EdgeStream.Mqtt;

/// <summary>Reads names out of certificates.</summary>
internal static class CertificateNames
{
    private const string CommonNameId = "2.5.4.3";
    private const string AlternativeNameId = "2.5.29.17";

    /// <summary>The name; null where the certificate has none.</summary>
    internal static string? UserOf(X509Certificate2 certificate, MqttCertificateUser which) => which switch
    {
        MqttCertificateUser.CommonName => CommonNameOf(certificate),
        MqttCertificateUser.AlternativeName => AlternativeNameOf(certificate),
        _ => null,
    };

    private static string? CommonNameOf(X509Certificate2 certificate)
    {
        foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameId)
            {
                return part.GetSingleElementValue();
            }
        }

        return null;
    }

    private static string? AlternativeNameOf(X509Certificate2 certificate)
    {
        foreach (X509Extension extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == AlternativeNameId)
            {
                foreach (string name in new X509SubjectAlternativeNameExtension(extension.RawData).EnumerateDnsNames())
                {
                    return name;
                }
            }
        }

        return null;
    }
}
