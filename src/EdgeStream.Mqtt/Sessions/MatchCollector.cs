using System.Runtime.InteropServices;

namespace EdgeStream.Mqtt;

/// <summary>Gathers the deliveries of one message: one for each session with matching subscriptions, and one for each
/// shared subscription.</summary>
/// <remarks>A node holds a session once, so that only what earlier nodes gave is searched: a few by looking through
/// them, many by an index that is made then. One collector is used by one thread at a time, again and again.</remarks>
internal sealed class MatchCollector
{
    private const int SearchedMax = 16;

    private readonly Dictionary<Session, int> _index = [];
    private List<Delivery> _deliveries = null!;
    private ApplicationMessage _message = null!;
    private int _earlier;
    private int _indexed;

    internal void Begin(ApplicationMessage message, List<Delivery> deliveries)
    {
        _message = message;
        _deliveries = deliveries;
        _earlier = 0;
        _indexed = 0;
    }

    internal void Add(TopicNode node)
    {
        _earlier = _deliveries.Count;
        foreach (Subscription? subscription in node.Subscriptions)
        {
            if (subscription is { IsRemoved: false })
            {
                Add(subscription);
            }
        }

        foreach (ShareGroup? group in node.Groups)
        {
            if (group is { IsRemoved: false } && group.Choose(_message) is { } member)
            {
                _deliveries.Add(group.DeliveryTo(member));
            }
        }
    }

    /// <summary>Forgets what it has held on to.</summary>
    internal void End()
    {
        _index.Clear();
        _deliveries = null!;
        _message = null!;
    }

    private void Add(Subscription subscription)
    {
        Session session = subscription.Session;
        if (subscription.Request.NoLocal && session.ClientId == _message.PublisherId)
        {
            // [MQTT-3.8.3-3].
            return;
        }

        int at = Find(session);
        if (at < 0)
        {
            at = _deliveries.Count;
            _deliveries.Add(new Delivery { Session = session });
        }

        ref Delivery delivery = ref CollectionsMarshal.AsSpan(_deliveries)[at];
        delivery.QosMax = (MqttQos)Math.Max((byte)delivery.QosMax, (byte)subscription.Request.Qos);
        delivery.RetainAsPublished |= subscription.Request.RetainAsPublished;
        delivery.Ids = delivery.Ids.With(subscription.Identifier);
    }

    private int Find(Session session)
    {
        ReadOnlySpan<Delivery> deliveries = CollectionsMarshal.AsSpan(_deliveries)[.._earlier];
        if (deliveries.Length > SearchedMax)
        {
            return FindIndexed(session, deliveries);
        }

        for (int i = 0; i < deliveries.Length; i++)
        {
            if (ReferenceEquals(deliveries[i].Session, session) && deliveries[i].Group is null)
            {
                return i;
            }
        }

        return -1;
    }

    private int FindIndexed(Session session, ReadOnlySpan<Delivery> deliveries)
    {
        for (; _indexed < deliveries.Length; _indexed++)
        {
            if (deliveries[_indexed].Group is null)
            {
                _index.TryAdd(deliveries[_indexed].Session, _indexed);
            }
        }

        return _index.TryGetValue(session, out int at) ? at : -1;
    }
}
