using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Http;

/// <summary>MQTT over WebSocket: <c>/mqtt</c> of the HTTP port, and listeners of their own.</summary>
internal static class MqttSocketEndpoint
{
    /// <summary>The path at the HTTP port.</summary>
    public const string Path = "/mqtt";

    private const string AnyOrigin = "*";

    /// <summary>Serves a client at the HTTP port.</summary>
    /// <remarks>The gateway's name was checked; a page must be the gateway's own.</remarks>
    public static Task HandleAsync(HttpContext context, GatewayParts parts)
    {
        RequireWebSocket(context);
        Router.RequireSameOrigin(context);
        return MqttWebSocket.ServeAsync(context, parts.Broker, new MqttPeer
        {
            ListenerName = MqttDoors.HttpName,
            IsAnonymousAllowed = parts.Config.IsHttpAnonymous,
            Address = context.Connection.RemoteIpAddress,
        });
    }

    /// <summary>Serves a client of a listener of its own.</summary>
    public static Task HandleAsync(HttpContext context, GatewayParts parts, MqttPeer peer, HostNames names)
    {
        MqttListenerConfig? listener = null;
        foreach (var candidate in parts.Config.MqttListeners)
        {
            listener = candidate.Name == peer.ListenerName ? candidate : listener;
        }

        if (listener is null || context.Request.Path.Value != listener.Path)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status404NotFound, "not_found", $"There is nothing at {context.Request.Path}.",
                $"This port is for MQTT over WebSocket at {listener?.Path}."));
        }

        RequireWebSocket(context);
        RequireOrigin(context, listener, names);
        return MqttWebSocket.ServeAsync(context, parts.Broker);
    }

    /// <summary>Whether a page of an origin may use a listener.</summary>
    /// <remarks>A page of the same host under a name that is the gateway's, whatever its port; or one that the listener
    /// lists. Clients that are no browser send no origin.</remarks>
    public static bool IsAllowed(string? origin, HostString host, string listed, HostNames names)
    {
        if (origin is null || listed.Trim() == AnyOrigin)
        {
            return true;
        }

        if (HostNames.Split(listed).Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        return Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && string.Equals(uri.Host, host.Host, StringComparison.OrdinalIgnoreCase)
            && names.IsAllowed(host);
    }

    private static void RequireOrigin(HttpContext context, MqttListenerConfig listener, HostNames names)
    {
        var origins = context.Request.Headers.Origin;
        if (origins.Count > 1 || !IsAllowed(origins, context.Request.Host, listener.Origins, names))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status403Forbidden, "cross_origin", $"A page of '{origins}' may not use this listener.",
                $"List it in 'origins' of the listener '{listener.Name}'."));
        }
    }

    private static void RequireWebSocket(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status426UpgradeRequired, "websocket_only", "This is MQTT over WebSocket.",
                "Connect with ws:// instead of http://."));
        }

        if (!MqttWebSocket.IsOffered(context))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status400BadRequest, "no_subprotocol", "The client does not offer the subprotocol 'mqtt'.",
                "Send 'Sec-WebSocket-Protocol: mqtt'."));
        }
    }
}
