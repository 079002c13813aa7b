namespace EdgeStream.Mqtt;

/// <summary>DISCONNECT: the client goes; its will is dropped unless it asks for it [MQTT-3.14.4-3].</summary>
internal static class DisconnectHandler
{
    internal static void Handle(ServerConnection connection, byte flags, ReadOnlySpan<byte> body)
    {
        var packet = DisconnectPacket.Decode(flags, body, connection.Version);
        if (!IsClientReason(packet.Reason))
        {
            // [MQTT-3.14.2-1].
            Reject.ProtocolError($"DISCONNECT has reason code 0x{(byte)packet.Reason:X2}, which a client can't give.");
        }

        if (packet.SessionExpirySeconds is { } expirySeconds)
        {
            if (expirySeconds != 0 && connection.RequestedExpirySeconds == 0)
            {
                Reject.ProtocolError("DISCONNECT asks for a session expiry that CONNECT did not ask for.");
            }

            Session session = connection.Session!;
            lock (session.Gate)
            {
                if (ReferenceEquals(session.Owner, connection))
                {
                    session.ExpirySeconds = Math.Min(expirySeconds, connection.Broker.Options.SessionExpirySecondsMax);
                }
            }

            session.Keep();
        }

        if (packet.Reason == MqttReasonCode.Success)
        {
            connection.SetWill(null);
        }

        connection.CloseQuietly();
    }

    /// <summary>Table 3-10, the codes that a client may send.</summary>
    private static bool IsClientReason(MqttReasonCode reason) => reason
        is MqttReasonCode.Success or MqttReasonCode.DisconnectWithWill
        or (>= MqttReasonCode.UnspecifiedError and <= MqttReasonCode.ImplementationSpecificError)
        or MqttReasonCode.TopicNameInvalid
        or (>= MqttReasonCode.ReceiveMaximumExceeded and <= MqttReasonCode.PayloadFormatInvalid);
}
