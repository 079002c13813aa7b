namespace EdgeStream.Mqtt;

/// <summary>The enhanced authentication of one connection: its method, and the exchange under way.</summary>
internal sealed class ConnectionAuthentication(string method, MqttLogin login, ConnectPacket connect)
{
    internal string Method { get; } = method;

    internal MqttLogin Login { get; } = login;

    /// <summary>The CONNECT that waits for the decision; null once it is accepted.</summary>
    internal ConnectPacket? Connect { get; set; } = connect;

    /// <summary>Null while none is under way.</summary>
    internal IMqttAuthenticationExchange? Exchange { get; set; }

    /// <summary>What CONNACK carries.</summary>
    internal ReadOnlyMemory<byte> FinalData { get; set; }
}
