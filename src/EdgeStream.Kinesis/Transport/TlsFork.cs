using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Kinesis;

/// <summary>Puts TLS between a connection and what serves it; ALPN chooses the version of HTTP.</summary>
internal sealed class TlsFork(Func<KinesisCertificate> certificate, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan HandshakeTimeMax = TimeSpan.FromSeconds(10);
    private static readonly List<SslApplicationProtocol> Protocols =
        [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private ConnectionDelegate? _http2;

    /// <summary>What connections are handed to that chose HTTP/2.</summary>
    internal ConnectionDelegate UseHttp2(ConnectionDelegate serve) => _http2 = serve;

    /// <summary>Shakes hands and serves the connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="http1">What serves HTTP/1.1.</param>
    internal async Task ServeAsync(ConnectionContext connection, ConnectionDelegate http1)
    {
        var below = connection.Transport;
        var stream = new SslStream(new TransportStream(below), leaveInnerStreamOpen: true);
        await using var _ = stream.ConfigureAwait(false);
        if (!await ShakeHandsAsync(connection, stream).ConfigureAwait(false))
        {
            return;
        }

        var above = new DuplexPipe(stream);
        connection.Transport = above;
        try
        {
            var isHttp2 = stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2;
            await (isHttp2 ? _http2! : http1)(connection).ConfigureAwait(false);
        }
        finally
        {
            await above.CompleteAsync().ConfigureAwait(false);
            await SayGoodbyeAsync(stream).ConfigureAwait(false);
            connection.Transport = below;
        }
    }

    private async ValueTask<bool> ShakeHandsAsync(ConnectionContext connection, SslStream stream)
    {
        using var timeout = new CancellationTokenSource(HandshakeTimeMax, time);
        try
        {
            var options = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate().Context,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ApplicationProtocols = Protocols,
                AllowRenegotiation = false,
            };
            await stream.AuthenticateAsServerAsync(options, timeout.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is AuthenticationException or IOException or OperationCanceledException
            or InvalidOperationException or NotSupportedException)
        {
            Log.HandshakeFailed(logger, connection.RemoteEndPoint?.ToString(), error.Message);
            return false;
        }
    }

    private static async ValueTask SayGoodbyeAsync(SslStream stream)
    {
        try
        {
            await stream.ShutdownAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException
            or InvalidOperationException)
        {
            // The peer is gone.
        }
    }
}
