using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeStream.Mqtt;

/// <summary>A WebSocket in the shape of a connection.</summary>
internal sealed class WebSocketConnection : ConnectionContext
{
    private readonly HttpContext _http;

    internal WebSocketConnection(HttpContext http, IDuplexPipe transport, MqttPeer? peer)
    {
        _http = http;
        Transport = transport;
        ConnectionClosed = http.RequestAborted;
        if (http.Connection.RemoteIpAddress is { } address)
        {
            RemoteEndPoint = new IPEndPoint(address, http.Connection.RemotePort);
        }

        if (peer is not null)
        {
            Features.Set(peer);
        }
    }

    /// <inheritdoc/>
    public override string ConnectionId
    {
        get => _http.Connection.Id;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    /// <inheritdoc/>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason) => _http.Abort();
}
