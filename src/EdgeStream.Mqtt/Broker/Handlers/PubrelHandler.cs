namespace EdgeStream.Mqtt;

/// <summary>PUBREL: the client will not send this QoS 2 message again; its identifier is free once that is
/// durable.</summary>
internal static class PubrelHandler
{
    internal static void Handle(ServerConnection connection, byte header, ReadOnlySpan<byte> body)
    {
        var packet = AcknowledgementPacket.Decode(header, body, connection.Version);
        Session session = connection.Session!;
        bool isKnown = session.Inbound.TryRelease(connection, packet.PacketId, out bool isCounted);
        if (!isKnown)
        {
            Answer(connection, packet.PacketId, MqttReasonCode.PacketIdentifierNotFound);
            return;
        }

        // Before PUBCOMP the release is durable: a restart must not take the next message of that identifier for this
        // one.
        connection.Acknowledgements.Add(new PendingAcknowledgement
        {
            Kind = PendingAcknowledgement.Work.Release,
            Receipt = session.IsPersistent
                ? PublishReceipt.WhenSafe(connection.Broker.Journal.FlushAsync())
                : PublishReceipt.Accepted,
            PacketId = packet.PacketId,
            IsCounted = isCounted,
        });
    }

    internal static void Complete(
        ServerConnection connection, in PendingAcknowledgement pending, PublishOutcome outcome)
    {
        if (pending.IsCounted)
        {
            connection.ReturnQuota();
        }

        if (!outcome.IsAccepted)
        {
            // The client sends PUBREL again on its next connection.
            connection.Close(MqttReasonCode.UnspecifiedError, "The session's state could not be stored.");
            return;
        }

        Answer(connection, pending.PacketId, MqttReasonCode.Success);
    }

    private static void Answer(ServerConnection connection, ushort packetId, MqttReasonCode reason)
    {
        using PacketSender.Scope scope = connection.Sender.Begin();
        if (scope.Output is { } output)
        {
            AcknowledgementPacket.Write(output, PacketType.Pubcomp, packetId, reason, connection.Version);
        }
    }
}
