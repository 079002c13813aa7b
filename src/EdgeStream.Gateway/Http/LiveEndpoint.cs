using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Live;

namespace EdgeStream.Gateway.Http;

/// <summary>The WebSocket <c>/api/live</c>.</summary>
internal static class LiveEndpoint
{
    /// <summary>Serves the browser until it leaves or the gateway stops.</summary>
    public static async Task HandleAsync(HttpContext context, LiveHub live, GatewayParts parts)
    {
        Router.RequireSameOrigin(context);
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status426UpgradeRequired, "websocket_only", "This is a WebSocket.",
                "Connect with ws:// instead of http://."));
        }

        if (live.ClientCount >= LiveHub.ClientCountMax)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "too_many_clients",
                $"{LiveHub.ClientCountMax} live clients are connected already.", "Close one and try again."));
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(parts.Stopping, context.RequestAborted);
        await live.ServeAsync(socket, context.Connection.RemoteIpAddress?.ToString() ?? "?", stop.Token);
    }
}
