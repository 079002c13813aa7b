using System.Net;

namespace EdgeStream.Mqtt;

/// <summary>How a listener takes connections.</summary>
public sealed class MqttListenerOptions
{
    /// <summary>What the log and the authenticator call it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it takes clients without a name; the authenticator is told.</summary>
    public bool IsAnonymousAllowed { get; init; } = true;

    /// <summary>Connections of this listener. Beyond, a connection is closed at once.</summary>
    public int ConnectionsMax { get; init; } = int.MaxValue;

    /// <summary>TLS; null without.</summary>
    public MqttTls? Tls { get; init; }

    /// <summary>The proxies that begin each connection with a PROXY header (version 1 or 2); connections from
    /// elsewhere are closed. Null where there is no proxy.</summary>
    public IReadOnlyList<IPNetwork>? TrustedProxies { get; init; }

    /// <summary>How long the PROXY header may take, and after it the TLS handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
