namespace EdgeStream.Mqtt;

/// <summary>PUBACK, PUBREC and PUBCOMP from a subscriber: its message is done, or half done.</summary>
internal static class AcknowledgementHandler
{
    internal static void Handle(ServerConnection connection, PacketType type, byte header, ReadOnlySpan<byte> body)
    {
        var packet = AcknowledgementPacket.Decode(header, body, connection.Version);
        Session session = connection.Session!;
        switch (type)
        {
            case PacketType.Puback:
                session.CompleteOutbound(packet.PacketId, MqttQos.AtLeastOnce);
                break;
            case PacketType.Pubcomp:
                session.CompleteOutbound(packet.PacketId, MqttQos.ExactlyOnce);
                break;
            case PacketType.Pubrec when packet.Reason >= MqttReasonCode.UnspecifiedError:
                // The client refused it: the exchange is over (section 4.3.3).
                session.CompleteOutbound(packet.PacketId, MqttQos.ExactlyOnce);
                break;
            default:
                Release(connection, session.ReleaseOutbound(packet.PacketId), packet.PacketId);
                break;
        }

        // The window has room: the sender looks for what waits.
        connection.Sender.Wake();
    }

    private static void Release(ServerConnection connection, bool isKnown, ushort packetId)
    {
        MqttReasonCode reason = isKnown ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound;
        using PacketSender.Scope scope = connection.Sender.Begin();
        if (scope.Output is { } output)
        {
            AcknowledgementPacket.Write(output, PacketType.Pubrel, packetId, reason, connection.Version);
        }
    }
}
