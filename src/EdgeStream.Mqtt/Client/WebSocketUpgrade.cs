using System.Net.WebSockets;

namespace EdgeStream.Mqtt;

/// <summary>A connection that was made a WebSocket with the subprotocol of MQTT [MQTT-6.0.0-3].</summary>
internal sealed class WebSocketUpgrade : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly HttpMessageInvoker _invoker;

    private WebSocketUpgrade(Stream connection)
    {
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = (_, _) => new ValueTask<Stream>(connection),
        });
        _socket.Options.AddSubProtocol(MqttWebSocket.SubProtocol);
        _socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        Stream = new WebSocketStream(_socket);
    }

    /// <summary>The bytes of its frames.</summary>
    internal Stream Stream { get; }

    /// <summary>Asks for it on a connection that is there, with TLS on it or not.</summary>
    /// <exception cref="IOException">The server has none; the message says why.</exception>
    internal static async Task<WebSocketUpgrade> AskAsync(
        Stream connection, string host, int port, string path, CancellationToken cancellationToken)
    {
        var upgrade = new WebSocketUpgrade(connection);
        try
        {
            // Not wss: TLS, where it is wanted, is below already.
            Uri address = new UriBuilder("ws", host, port, path).Uri;
            await upgrade._socket.ConnectAsync(address, upgrade._invoker, cancellationToken).ConfigureAwait(false);
            return upgrade._socket.SubProtocol == MqttWebSocket.SubProtocol
                ? upgrade
                : throw new IOException($"The WebSocket of {address} doesn't speak MQTT.");
        }
        catch (WebSocketException e)
        {
            upgrade.Dispose();
            throw new IOException($"WebSocket can't be had at '{path}': {e.Message}", e);
        }
        catch
        {
            upgrade.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _invoker.Dispose();
    }
}
