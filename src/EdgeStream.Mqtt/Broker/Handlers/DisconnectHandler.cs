namespace EdgeStream.Mqtt;

/// <summary>DISCONNECT: the client goes; its will is dropped unless it asks for it [MQTT-3.14.4-3].</summary>
internal static class DisconnectHandler
{
    internal static void Handle(ServerConnection connection, byte flags, ReadOnlySpan<byte> body)
    {
        var packet = DisconnectPacket.Decode(flags, body, connection.Version);
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
}
