using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeStream.Mqtt;

/// <summary>Certificates that their authorities have revoked, as lists (RFC 5280, section 5) name them.
/// Immutable.</summary>
/// <remarks>A list's signature and its dates are not looked at: it is as trustworthy as the file it stands in, and
/// counts until that is replaced. Lists of changes only, and of other issuers' certificates, are not
/// understood.</remarks>
internal sealed class RevokedCertificates
{
    private const string Label = "X509 CRL";
    private const string Damaged = "A revocation list in it is damaged.";

    /// <summary>Serial numbers in hexadecimal by the issuer's name in DER, in hexadecimal too.</summary>
    private readonly Dictionary<string, HashSet<string>> _serials = new(StringComparer.Ordinal);

    private RevokedCertificates()
    {
    }

    /// <summary>Reads all lists of a PEM text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="authorities">Whose lists they may be.</param>
    /// <exception cref="CryptographicException">There is none, one is damaged or of somebody else.</exception>
    internal static RevokedCertificates FromPem(string text, X509Certificate2Collection authorities)
    {
        var revoked = new RevokedCertificates();
        int unread = text.AsSpan().Count($"-----BEGIN {Label}-----");
        ReadOnlySpan<char> rest = text;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            if (rest[fields.Label] is Label)
            {
                unread--;
                revoked.Add(Convert.FromBase64String(rest[fields.Base64Data].ToString()), authorities);
            }

            rest = rest[fields.Location.End..];
        }

        if (unread > 0)
        {
            throw new CryptographicException(Damaged);
        }

        return revoked._serials.Count > 0
            ? revoked
            : throw new CryptographicException($"There is no revocation list ({Label}) in it.");
    }

    /// <summary>Whether a verified chain has a certificate that is revoked.</summary>
    internal bool HasAnyOf(X509Chain chain)
    {
        for (int i = 0; i + 1 < chain.ChainElements.Count; i++)
        {
            string issuer = Convert.ToHexString(chain.ChainElements[i + 1].Certificate.SubjectName.RawData);
            if (_serials.TryGetValue(issuer, out HashSet<string>? serials)
                && serials.Contains(Text(chain.ChainElements[i].Certificate.SerialNumberBytes.Span)))
            {
                return true;
            }
        }

        return false;
    }

    private static string Text(ReadOnlySpan<byte> serial) => Convert.ToHexString(serial.TrimStart((byte)0));

    private static string IssuerOf(ReadOnlyMemory<byte> name, X509Certificate2Collection authorities)
    {
        foreach (X509Certificate2 authority in authorities)
        {
            if (authority.SubjectName.RawData.AsSpan().SequenceEqual(name.Span))
            {
                return Convert.ToHexString(name.Span);
            }
        }

        throw new CryptographicException(
            $"It has a list of '{new X500DistinguishedName(name.Span).Name}', which is none of the authorities.");
    }

    private static bool IsTime(Asn1Tag tag) =>
        tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private void Add(byte[] list, X509Certificate2Collection authorities)
    {
        try
        {
            AsnReader body = new AsnReader(list, AsnEncodingRules.DER).ReadSequence().ReadSequence();
            if (body.PeekTag() == Asn1Tag.Integer)
            {
                // The version.
                body.ReadEncodedValue();
            }

            // The algorithm of the signature.
            body.ReadEncodedValue();
            string issuer = IssuerOf(body.ReadEncodedValue(), authorities);
            if (!_serials.TryGetValue(issuer, out HashSet<string>? serials))
            {
                _serials.Add(issuer, serials = new HashSet<string>(StringComparer.Ordinal));
            }

            // When it was issued, and perhaps when the next one is.
            while (body.HasData && IsTime(body.PeekTag()))
            {
                body.ReadEncodedValue();
            }

            if (!body.HasData || body.PeekTag() != Asn1Tag.Sequence)
            {
                return;
            }

            AsnReader entries = body.ReadSequence();
            while (entries.HasData)
            {
                serials.Add(Text(entries.ReadSequence().ReadIntegerBytes().Span));
            }
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException(Damaged, e);
        }
    }
}
