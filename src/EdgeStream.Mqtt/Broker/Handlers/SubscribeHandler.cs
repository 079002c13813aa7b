using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>SUBSCRIBE: subscriptions made and kept, SUBACK, then the retained messages.</summary>
internal static class SubscribeHandler
{
    /// <summary>With more retained messages than these, those of a subscription are looked for in the thread
    /// pool.</summary>
    private const int ReplayedHereMax = 1_000;

    internal static ValueTask Handle(ServerConnection connection, byte flags, ReadOnlySpan<byte> body) =>
        Subscribe(connection, SubscribePacket.Decode(flags, body, connection.Version));

    private static async ValueTask Subscribe(ServerConnection connection, SubscribePacket packet)
    {
        SubackPacket.CheckSize(packet.Requests.Count, connection.DeliveryTerms);
        Session session = connection.Session!;
        var reasons = new MqttReasonCode[packet.Requests.Count];
        var replays = new List<Subscription>();
        for (int i = 0; i < reasons.Length; i++)
        {
            reasons[i] = Subscribe(connection, packet.Requests[i], packet.SubscriptionIdentifier, replays);
        }

        session.Keep();
        if (session.IsPersistent && !await connection.Broker.Journal.TryFlushAsync().ConfigureAwait(false))
        {
            Undo(connection, packet, reasons);
            replays.Clear();
        }

        using (PacketSender.Scope scope = connection.Sender.Begin())
        {
            if (scope.Output is { } output)
            {
                new SubackPacket { PacketId = packet.PacketId, Reasons = reasons }
                    .Write(output, PacketType.Suback, connection.Version);
            }
        }

        if (replays.Count > 0)
        {
            if (connection.Broker.Retained.Count > ReplayedHereMax)
            {
                // There may be a million of them: not on a thread of the sockets.
                await Task.Yield();
            }

            session.ChargeReplaced(connection.Broker.Retained);
        }

        foreach (Subscription subscription in replays.TakeWhile(_ => !connection.IsClosing))
        {
            Replay(connection, subscription);
        }
    }

    private static MqttReasonCode Subscribe(
        ServerConnection connection, SubscriptionRequest request, uint identifier, List<Subscription> replays)
    {
        byte[] filter = Encoding.UTF8.GetBytes(request.Filter);
        if (!AccessCheck.MaySubscribe(connection, filter))
        {
            return MqttReasonCode.NotAuthorized;
        }

        bool isShared = Topics.IsShared(filter);
        if (Topics.IsTooDeep(filter) || (isShared && !Topics.TryReadShare(filter, out _, out _)))
        {
            // [MQTT-4.8.2-1] [MQTT-4.8.2-2]: a shared subscription without a name or a filter is none.
            return MqttReasonCode.TopicFilterInvalid;
        }

        MqttBroker broker = connection.Broker;
        var subscription = new Subscription(connection.Session!, request, identifier);
        if (!connection.Session!.TrySubscribe(
            subscription, broker.Topics, broker.Options.SubscriptionsPerSessionMax, out bool isNew))
        {
            return MqttReasonCode.QuotaExceeded;
        }

        // Retained messages are not sent because of a shared subscription (section 4.8.2).
        bool wantsReplay = request.RetainHandling == MqttRetainHandling.Send
            || (request.RetainHandling == MqttRetainHandling.SendIfNew && isNew);
        if (wantsReplay && !isShared)
        {
            replays.Add(subscription);
        }

        return (MqttReasonCode)request.Qos;
    }

    /// <summary>What could not be stored is not granted: none of it stays, also where a filter had a subscription
    /// before.</summary>
    private static void Undo(ServerConnection connection, SubscribePacket packet, MqttReasonCode[] reasons)
    {
        Session session = connection.Session!;
        for (int i = 0; i < reasons.Length; i++)
        {
            if (reasons[i] < MqttReasonCode.UnspecifiedError)
            {
                session.Unsubscribe(packet.Requests[i].Filter, connection.Broker.Topics);
                reasons[i] = MqttReasonCode.ImplementationSpecificError;
            }
        }

        session.Keep();
    }

    private static void Replay(ServerConnection connection, Subscription subscription)
    {
        MqttBroker broker = connection.Broker;
        foreach (ApplicationMessage message in broker.Retained.Match(subscription.FilterBytes, broker.Clock.NowMs))
        {
            bool isOwn = message.PublisherId == connection.ClientId;
            if (!(subscription.Request.NoLocal && isOwn))
            {
                connection.Session!.DeliverRetained(message, subscription, broker.Retained);
            }
        }

        var figures = new List<ApplicationMessage>();
        broker.SysTopics.AddMatching(subscription.FilterBytes, figures);
        foreach (ApplicationMessage figure in figures)
        {
            connection.Session!.DeliverRetained(figure, subscription, retained: null);
        }
    }
}
