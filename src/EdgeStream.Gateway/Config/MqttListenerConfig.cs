using System.Net;

namespace EdgeStream.Gateway.Config;

/// <summary>One MQTT listener.</summary>
internal sealed record MqttListenerConfig
{
    /// <summary>The name of the listener that 'mqtt.address' and 'mqtt.port' make.</summary>
    public const string ShortForm = "mqtt";

    public required string Name { get; init; }

    public required MqttTransport Transport { get; init; }

    /// <summary>Where it listens; null for a Unix socket.</summary>
    public ListenConfig? Listen { get; init; }

    /// <summary>The path of the Unix socket, or of the WebSocket's URL.</summary>
    public string Path { get; init; } = "";

    /// <summary>The mode of the Unix socket.</summary>
    public UnixFileMode Mode { get; init; }

    public required bool IsAnonymousAllowed { get; init; }

    public int ConnectionsMax { get; init; } = int.MaxValue;

    /// <summary>Where connections with a PROXY header come from, as the configuration has it; null without.</summary>
    public string? TrustedProxies { get; init; }

    public string Origins { get; init; } = "";

    public MqttTlsConfig? Tls { get; init; }

    public bool IsWebSocket => Transport is MqttTransport.WebSocket or MqttTransport.WebSocketTls;

    /// <summary>The networks of <see cref="TrustedProxies"/>.</summary>
    public IReadOnlyList<IPNetwork>? ProxyNetworks => TrustedProxies is null ? null : Names.NetworksOf(TrustedProxies);

    /// <summary>Whether another one differs in nothing that can't change while it is open.</summary>
    public bool IsSameDoor(MqttListenerConfig other) =>
        this == other with { IsAnonymousAllowed = IsAnonymousAllowed, Origins = Origins };

    /// <summary>The URL's scheme.</summary>
    public string Scheme => Transport switch
    {
        MqttTransport.Tls => "mqtts",
        MqttTransport.WebSocket => "ws",
        MqttTransport.WebSocketTls => "wss",
        MqttTransport.Unix => "unix",
        _ => "mqtt",
    };
}
