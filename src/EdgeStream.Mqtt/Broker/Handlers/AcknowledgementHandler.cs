namespace EdgeStream.Mqtt;

/// <summary>PUBACK, PUBREC and PUBCOMP from a subscriber: its message is done, or half done.</summary>
internal static class AcknowledgementHandler
{
    internal static void Handle(ServerConnection connection, PacketType type, byte header, ReadOnlySpan<byte> body)
    {
        var packet = AcknowledgementPacket.Decode(header, body, connection.Version);
        Session session = connection.Session!;

        // A client that refuses with PUBREC ends the exchange (section 4.3.3).
        bool isRelease = type == PacketType.Pubrec && packet.Reason < MqttReasonCode.UnspecifiedError;
        OutboundAnswer answer = isRelease
            ? session.ReleaseOutbound(packet.PacketId)
            : session.CompleteOutbound(packet.PacketId, type);
        if (answer == OutboundAnswer.OutOfTurn)
        {
            Reject.ProtocolError($"{type} is not what the message of identifier {packet.PacketId} waits for.");
        }

        if (isRelease)
        {
            Release(connection, answer, packet.PacketId);
        }

        // The window has room: the sender looks for what waits.
        connection.Sender.Wake();
    }

    private static void Release(ServerConnection connection, OutboundAnswer answer, ushort packetId)
    {
        MqttReasonCode reason =
            answer == OutboundAnswer.Taken ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound;
        using PacketSender.Scope scope = connection.Sender.Begin();
        if (scope.Output is { } output)
        {
            AcknowledgementPacket.Write(output, PacketType.Pubrel, packetId, reason, connection.Version);
        }
    }
}
