using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Metrics;

/// <summary>The values of the label <c>reason</c> of refusals.</summary>
internal static class RefusalWords
{
    /// <summary>Every refusal.</summary>
    public static readonly IReadOnlyList<MqttRefusal> All = Enum.GetValues<MqttRefusal>();

    /// <summary>The word for a refusal.</summary>
    public static string Of(MqttRefusal refusal) => refusal switch
    {
        MqttRefusal.Connections => "connections",
        MqttRefusal.ConnectionsOfAddress => "connections-of-address",
        MqttRefusal.ProxyHeader => "proxy-header",
        MqttRefusal.TlsHandshake => "tls-handshake",
        MqttRefusal.ConnectTimeout => "connect-timeout",
        MqttRefusal.SlowPacket => "slow-packet",
        MqttRefusal.NameNeeded => "name-needed",
        MqttRefusal.BadLogin => "bad-login",
        MqttRefusal.LoginsTooFast => "logins-too-fast",
        MqttRefusal.LoginsBusy => "logins-busy",
        MqttRefusal.ClientIdentifier => "client-identifier",
        MqttRefusal.Will => "will",
        MqttRefusal.Publish => "publish",
        MqttRefusal.Subscribe => "subscribe",
        MqttRefusal.Receive => "receive",
        MqttRefusal.WebSocket => "websocket",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };
}
