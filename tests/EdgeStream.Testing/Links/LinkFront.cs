using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EdgeStream.Testing;

/// <summary>What a <see cref="FaultyLink"/> is to its clients: TLS for <c>localhost</c> or an address, and before it
/// what the server says first, where it does.</summary>
public sealed class LinkFront : IDisposable
{
    private const string Name = "localhost";

    private readonly TestCertificates _authority = new();
    private readonly SslStreamCertificateContext _right;
    private readonly SslStreamCertificateContext _wrongName;
    private readonly SslStreamCertificateContext _wrongAuthority;

    /// <summary>Makes the certificates.</summary>
    /// <param name="address">The name or address that its certificate has instead of <c>localhost</c>; null for
    /// that.</param>
    public LinkFront(string? address = null)
    {
        using var stranger = new TestCertificates("Strange authority");
        _right = ContextOf(_authority.Sign(Name, address));
        _wrongName = ContextOf(_authority.Sign("elsewhere.example", "elsewhere.example"));
        _wrongAuthority = ContextOf(stranger.Sign(Name));
    }

    /// <summary>Who has signed the right certificate, as PEM.</summary>
    public string Authority => _authority.Authority;

    /// <summary>Whose errors the link answers with.</summary>
    public LinkAnswerForm AnswerForm { get; init; }

    /// <summary>Whether the server says a line before TLS begins.</summary>
    public bool IsServerFirst { get; init; }

    /// <inheritdoc/>
    public void Dispose() => _authority.Dispose();

    /// <summary>Begins TLS with the certificate that a fault asks for.</summary>
    internal async Task<SslStream> SecureAsync(Stream stream, LinkFault fault, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        await secure.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = fault switch
                {
                    LinkFault.WrongName => _wrongName,
                    LinkFault.WrongAuthority => _wrongAuthority,
                    _ => _right,
                },
            },
            cancellationToken);
        return secure;
    }

    private static SslStreamCertificateContext ContextOf((string Certificate, string Key) pair) =>
        SslStreamCertificateContext.Create(
            X509Certificate2.CreateFromPem(pair.Certificate, pair.Key), additionalCertificates: null, offline: true);
}
