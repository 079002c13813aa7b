using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace EdgeStream.Mqtt;

/// <summary>A client's way to its server: TCP, with TLS on it where that is asked for, and WebSocket on
/// that.</summary>
internal sealed class ClientTransport : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly WebSocketUpgrade? _upgrade;

    private ClientTransport(Socket socket, Stream stream, WebSocketUpgrade? upgrade)
    {
        _upgrade = upgrade;
        _socket = socket;
        _stream = stream;
        Pipe = new DuplexPipe(stream);
    }

    /// <summary>The bytes both ways. A flush that is over has handed its bytes to the kernel.</summary>
    internal DuplexPipe Pipe { get; }

    /// <exception cref="SocketException">The server can't be reached.</exception>
    /// <exception cref="IOException">TLS or WebSocket can't be had; the message says why.</exception>
    internal static async Task<ClientTransport> ConnectAsync(
        string host, int port, MqttClientTls? tls, string? webSocketPath, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A name's look-up can't be cancelled: it is left behind.
            await socket.ConnectAsync(host, port, cancellationToken).AsTask().WaitAsync(cancellationToken)
                .ConfigureAwait(false);
            var network = new NetworkStream(socket, ownsSocket: false);
            Stream stream = tls is null
                ? network
                : await SecureAsync(network, tls, host, cancellationToken).ConfigureAwait(false);
            WebSocketUpgrade? upgrade = webSocketPath is null
                ? null
                : await WebSocketUpgrade.AskAsync(stream, host, port, webSocketPath, cancellationToken)
                    .ConfigureAwait(false);
            return new ClientTransport(socket, upgrade?.Stream ?? stream, upgrade);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends the connection at once; what is being read or written fails.</summary>
    internal void Abort() => _socket.Dispose();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Pipe.CompleteAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
        _upgrade?.Dispose();
    }

    private static async Task<Stream> SecureAsync(
        NetworkStream network, MqttClientTls tls, string host, CancellationToken cancellationToken)
    {
        var stream = new SslStream(network, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(tls.CreateOptions(host), cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e) when (e is AuthenticationException or InvalidOperationException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"The TLS handshake failed: {e.Message}", e);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
