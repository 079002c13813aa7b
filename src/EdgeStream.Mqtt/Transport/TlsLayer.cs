using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Mqtt;

/// <summary>TLS between a connection's transport and what is served on it.</summary>
internal sealed class TlsLayer : IAsyncDisposable
{
    /// <summary>How long a peer that doesn't read may hold up the goodbye.</summary>
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    private readonly ConnectionContext _connection;
    private readonly System.IO.Pipelines.IDuplexPipe _below;
    private readonly SslStream _stream;
    private readonly DuplexPipe _above;

    private TlsLayer(ConnectionContext connection, SslStream stream)
    {
        _connection = connection;
        _below = connection.Transport;
        _stream = stream;
        _above = new DuplexPipe(stream);
        connection.Transport = _above;
        Certificate = stream.RemoteCertificate as X509Certificate2;
    }

    /// <summary>The client's certificate, verified; null where it showed none.</summary>
    internal X509Certificate2? Certificate { get; }

    /// <summary>Shakes hands and puts itself between; null, and why not, where that fails.</summary>
    internal static async Task<(TlsLayer? Layer, string Problem)> AcceptAsync(
        ConnectionContext connection, MqttTls tls, CancellationToken timeout)
    {
        var below = new TransportStream(connection.Transport);
        var stream = new SslStream(below, leaveInnerStreamOpen: true);
        try
        {
            await stream.AuthenticateAsServerAsync(tls.CreateOptions(), timeout).ConfigureAwait(false);
            below.EndHandshake();
            return (new TlsLayer(connection, stream), "");
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException
            or InvalidOperationException or NotSupportedException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            return (null, timeout.IsCancellationRequested
                ? "the TLS handshake did not end in time"
                : $"the TLS handshake failed: {Innermost(e).Message}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _above.CompleteAsync().ConfigureAwait(false);
        try
        {
            await _stream.ShutdownAsync().WaitAsync(GoodbyeTime).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException
            or InvalidOperationException or TimeoutException)
        {
            // The peer is gone, or as good as: nobody to say goodbye to.
            _connection.Abort();
        }

        await _stream.DisposeAsync().ConfigureAwait(false);
        Certificate?.Dispose();
        _connection.Transport = _below;
    }

    private static Exception Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return error;
    }
}
