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
            Release(connection, session, answer, packet.PacketId);
        }

        // The window has room: the sender looks for what waits.
        connection.Sender.Wake();
    }

    /// <summary>That the client has the message is durable, or could not be made so.</summary>
    internal static void Release(ServerConnection connection, ushort packetId, PublishOutcome outcome)
    {
        if (!outcome.IsAccepted)
        {
            // On its next connection the client gets PUBREL, or the message again and answers PUBREC.
            connection.Close(MqttReasonCode.UnspecifiedError, "The session's state could not be stored.");
            return;
        }

        Answer(connection, packetId, MqttReasonCode.Success);
    }

    /// <summary>With PUBREL the client forgets the identifier: a restart must know by then that the message is not to
    /// be sent again.</summary>
    private static void Release(ServerConnection connection, Session session, OutboundAnswer answer, ushort packetId)
    {
        if (answer == OutboundAnswer.Unknown)
        {
            Answer(connection, packetId, MqttReasonCode.PacketIdentifierNotFound);
        }
        else if (!session.IsPersistent)
        {
            Answer(connection, packetId, MqttReasonCode.Success);
        }
        else
        {
            connection.Acknowledgements.Add(new PendingAcknowledgement
            {
                Kind = PendingAcknowledgement.Work.Received,
                Receipt = PublishReceipt.WhenSafe(connection.Broker.Journal.FlushAsync()),
                PacketId = packetId,
            });
        }
    }

    private static void Answer(ServerConnection connection, ushort packetId, MqttReasonCode reason)
    {
        using PacketSender.Scope scope = connection.Sender.Begin();
        if (scope.Output is { } output)
        {
            AcknowledgementPacket.Write(output, PacketType.Pubrel, packetId, reason, connection.Version);
        }
    }
}
