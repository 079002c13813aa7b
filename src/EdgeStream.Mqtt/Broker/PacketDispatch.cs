namespace EdgeStream.Mqtt;

/// <summary>Which handler gets a packet.</summary>
internal static class PacketDispatch
{
    /// <summary>Has a whole packet handled. Until there is a session only what a login consists of is
    /// allowed.</summary>
    /// <param name="connection">Where it came in.</param>
    /// <param name="header">Its first byte: type and flags.</param>
    /// <param name="body">What follows its length; valid during the call.</param>
    /// <returns>Completes when the next packet may be handled.</returns>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    internal static ValueTask Handle(ServerConnection connection, byte header, ReadOnlySpan<byte> body)
    {
        var type = (PacketType)(header >> 4);
        byte flags = (byte)(header & 0x0F);
        if (connection.Session is null)
        {
            return ConnectHandler.Handle(connection, type, flags, body);
        }

        switch (type)
        {
            case PacketType.Publish:
                return PublishHandler.Handle(connection, flags, body);
            case PacketType.Puback:
            case PacketType.Pubrec:
            case PacketType.Pubcomp:
                AcknowledgementHandler.Handle(connection, type, header, body);
                return default;
            case PacketType.Pubrel:
                PubrelHandler.Handle(connection, header, body);
                return default;
            case PacketType.Subscribe:
                return SubscribeHandler.Handle(connection, flags, body);
            case PacketType.Unsubscribe:
                return UnsubscribeHandler.Handle(connection, flags, body);
            case PacketType.Pingreq:
                PingHandler.Handle(connection, flags, body);
                return default;
            case PacketType.Auth:
                return AuthHandler.Handle(connection, flags, body);
            case PacketType.Disconnect:
                DisconnectHandler.Handle(connection, flags, body);
                return default;
            default:
                // A second CONNECT [MQTT-3.1.0-2], AUTH without an authentication under way, or a server's packet.
                Reject.ProtocolError($"{type} is not allowed here.");
                return default;
        }
    }
}
