namespace EdgeStream.Mqtt;

/// <summary>UNSUBSCRIBE: subscriptions ended, UNSUBACK. Messages that wait already are still delivered.</summary>
internal static class UnsubscribeHandler
{
    internal static ValueTask Handle(ServerConnection connection, byte flags, ReadOnlySpan<byte> body) =>
        Unsubscribe(connection, UnsubscribePacket.Decode(flags, body, connection.Version));

    private static async ValueTask Unsubscribe(ServerConnection connection, UnsubscribePacket packet)
    {
        SubackPacket.CheckSize(packet.Filters.Count, connection.DeliveryTerms);
        Session session = connection.Session!;
        var reasons = new MqttReasonCode[packet.Filters.Count];
        for (int i = 0; i < reasons.Length; i++)
        {
            reasons[i] = session.Unsubscribe(packet.Filters[i], connection.Broker.Topics)
                ? MqttReasonCode.Success
                : MqttReasonCode.NoSubscriptionExisted;
        }

        session.Keep();
        if (session.IsPersistent && !await connection.Broker.Journal.TryFlushAsync().ConfigureAwait(false))
        {
            if (connection.Version == MqttVersion.V311)
            {
                // Its UNSUBACK can't say no: without one the client asks again on its next connection.
                connection.Close(MqttReasonCode.ImplementationSpecificError, "The session could not be stored.");
                return;
            }

            Array.Fill(reasons, MqttReasonCode.ImplementationSpecificError);
        }

        using PacketSender.Scope scope = connection.Sender.Begin();
        if (scope.Output is { } output)
        {
            new SubackPacket { PacketId = packet.PacketId, Reasons = reasons }
                .Write(output, PacketType.Unsuback, connection.Version);
        }
    }
}
