using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>SUBSCRIBE: subscriptions made and kept, SUBACK, then the retained messages.</summary>
internal static class SubscribeHandler
{
    internal static ValueTask Handle(ServerConnection connection, byte flags, ReadOnlySpan<byte> body) =>
        Subscribe(connection, SubscribePacket.Decode(flags, body, connection.Version));

    private static async ValueTask Subscribe(ServerConnection connection, SubscribePacket packet)
    {
        Session session = connection.Session!;
        var reasons = new MqttReasonCode[packet.Requests.Count];
        var replays = new List<Subscription>();
        for (int i = 0; i < reasons.Length; i++)
        {
            reasons[i] = Subscribe(connection, packet.Requests[i], packet.SubscriptionIdentifier, replays);
        }

        session.Keep();
        if (session.IsPersistent)
        {
            await connection.Broker.Journal.FlushAsync().ConfigureAwait(false);
        }

        using (PacketSender.Scope scope = connection.Sender.Begin())
        {
            if (scope.Output is { } output)
            {
                new SubackPacket { PacketId = packet.PacketId, Reasons = reasons }
                    .Write(output, PacketType.Suback, connection.Version);
            }
        }

        foreach (Subscription subscription in replays)
        {
            Replay(connection, subscription);
        }
    }

    private static MqttReasonCode Subscribe(
        ServerConnection connection, SubscriptionRequest request, uint identifier, List<Subscription> replays)
    {
        byte[] filter = Encoding.UTF8.GetBytes(request.Filter);
        if (Topics.IsShared(filter))
        {
            if (connection.Version == MqttVersion.V500)
            {
                // CONNACK said so; section 3.2.2.3.13 makes it a protocol error with its own reason.
                Reject.With(MqttReasonCode.SharedSubscriptionsNotSupported, "Shared subscriptions are not supported.");
            }

            return MqttReasonCode.SharedSubscriptionsNotSupported;
        }

        if (Topics.IsTooDeep(filter))
        {
            return MqttReasonCode.TopicFilterInvalid;
        }

        MqttBroker broker = connection.Broker;
        var subscription = new Subscription(connection.Session!, request, identifier);
        if (!connection.Session!.TrySubscribe(
            subscription, broker.Topics, broker.Options.SubscriptionsPerSessionMax, out bool isNew))
        {
            return MqttReasonCode.QuotaExceeded;
        }

        if (request.RetainHandling == MqttRetainHandling.Send
            || (request.RetainHandling == MqttRetainHandling.SendIfNew && isNew))
        {
            replays.Add(subscription);
        }

        return (MqttReasonCode)request.Qos;
    }

    private static void Replay(ServerConnection connection, Subscription subscription)
    {
        MqttBroker broker = connection.Broker;
        foreach (ApplicationMessage message in broker.Retained.Match(subscription.FilterBytes, broker.Clock.NowMs))
        {
            bool isOwn = message.PublisherId == connection.ClientId;
            if (!(subscription.Request.NoLocal && isOwn))
            {
                connection.Session!.DeliverRetained(message, subscription);
            }
        }
    }
}
