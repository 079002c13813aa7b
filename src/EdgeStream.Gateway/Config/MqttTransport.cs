namespace EdgeStream.Gateway.Config;

/// <summary>What the connections of an MQTT listener are.</summary>
internal enum MqttTransport
{
    /// <summary>Plain TCP.</summary>
    Tcp,

    /// <summary>TLS.</summary>
    Tls,

    /// <summary>WebSocket over HTTP.</summary>
    WebSocket,

    /// <summary>WebSocket over HTTPS.</summary>
    WebSocketTls,

    /// <summary>A Unix socket.</summary>
    Unix,
}
