using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace EdgeStream.Mqtt;

/// <summary>MQTT over WebSocket: subprotocol <c>mqtt</c>, binary frames (MQTT 5.0 section 6).</summary>
public static class MqttWebSocket
{
    /// <summary>The subprotocol's name.</summary>
    public const string SubProtocol = "mqtt";

    /// <summary>Whether a client offers the subprotocol [MQTT-6.0.0-3].</summary>
    /// <param name="context">A WebSocket request.</param>
    public static bool IsOffered(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol);
    }

    /// <summary>Accepts a WebSocket request and serves it until it ends.</summary>
    /// <remarks>Who may come (the page's origin) is the caller's to check before.</remarks>
    /// <param name="context">A WebSocket request that offers the subprotocol.</param>
    /// <param name="broker">Serves it.</param>
    /// <param name="peer">What is known of the client where it came through no <see cref="MqttListener"/>; null leaves
    /// the defaults.</param>
    /// <returns>Completes when the connection is over.</returns>
    public static async Task ServeAsync(HttpContext context, MqttBroker broker, MqttPeer? peer = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(broker);
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = SubProtocol,

            // MQTT has its own keep-alive.
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
        }).ConfigureAwait(false);
        var stream = new WebSocketStream(socket);
        var pipe = new DuplexPipe(stream);
        MqttPeer? known = context.Features.Get<MqttPeer>() ?? peer;
        await using var connection = new WebSocketConnection(context, pipe, known);
        await broker.ServeAsync(connection).ConfigureAwait(false);
        await pipe.CompleteAsync().ConfigureAwait(false);
        if (stream.HasSeenText)
        {
            broker.Refusals.Report(MqttRefusal.WebSocket, $"{connection.RemoteEndPoint}", "it sent a text frame");
        }

        await CloseAsync(socket, stream.HasSeenText, broker).ConfigureAwait(false);
    }

    private static async Task CloseAsync(WebSocket socket, bool hasSeenText, MqttBroker broker)
    {
        using var limit = new CancellationTokenSource(broker.Options.CloseTimeout, broker.Time);
        try
        {
            await socket.CloseOutputAsync(
                hasSeenText ? WebSocketCloseStatus.InvalidMessageType : WebSocketCloseStatus.NormalClosure,
                null,
                limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or InvalidOperationException
            or IOException)
        {
            // The client is gone, or does not take the goodbye.
        }
    }
}
