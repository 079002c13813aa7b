using System.Runtime.InteropServices;

namespace EdgeStream.Mqtt;

/// <summary>All subscriptions, by topic level: finds those that match a topic name (MQTT 5.0 section 4.7).</summary>
/// <remarks>
/// Thread-safe behind one lock, held for one walk. Filters are at most <see cref="Topics.LevelsMax"/> levels deep,
/// which bounds
/// the recursion. A topic whose first level starts with '$' is not matched by a wildcard there [MQTT-4.7.2-1].
/// </remarks>
internal sealed class TopicTree
{
    private readonly Lock _gate = new();
    private readonly Node _root = new();
    private long _generation;
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    /// <summary>Adds a subscription, or replaces the one of the same session and filter.</summary>
    internal void Add(Subscription subscription)
    {
        lock (_gate)
        {
            Node node = _root;
            ReadOnlySpan<byte> rest = subscription.FilterBytes;
            bool isLast;
            do
            {
                node = node.GetOrAdd(Topics.NextLevel(ref rest, out isLast));
            }
            while (!isLast);
            int index = node.IndexOf(subscription.Session);
            if (index >= 0)
            {
                node.Subscriptions![index] = subscription;
                return;
            }

            (node.Subscriptions ??= []).Add(subscription);
            _count++;
        }
    }

    internal void Remove(Subscription subscription)
    {
        lock (_gate)
        {
            Remove(_root, subscription, subscription.FilterBytes);
        }
    }

    /// <summary>Whether anyone would get a message of that topic.</summary>
    internal bool HasMatch(ReadOnlySpan<byte> topic)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return false;
        }

        lock (_gate)
        {
            return Walk(_root, topic, isFirst: true, new Collector());
        }
    }

    /// <summary>Appends one delivery for each session that is to get the message.</summary>
    internal void Match(ApplicationMessage message, List<Delivery> deliveries)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return;
        }

        lock (_gate)
        {
            _generation++;
            var collector = new Collector
            {
                Deliveries = deliveries,
                PublisherId = message.PublisherId,
                Generation = _generation,
            };
            Walk(_root, message.Topic, isFirst: true, collector);
        }
    }

    /// <summary>Visits every matching node. Without a list to collect into it ends at the first match.</summary>
    private static bool Walk(Node node, ReadOnlySpan<byte> topic, bool isFirst, in Collector collector)
    {
        bool wildcardsMatch = !(isFirst && topic is [(byte)'$', ..]);
        bool found = wildcardsMatch && Collect(node.MultiLevel, collector);
        if (found && collector.Deliveries is null)
        {
            return true;
        }

        ReadOnlySpan<byte> rest = topic;
        ReadOnlySpan<byte> level = Topics.NextLevel(ref rest, out bool isLast);
        found |= Descend(node.Find(level), rest, isLast, collector);
        if (wildcardsMatch && !(found && collector.Deliveries is null))
        {
            found |= Descend(node.SingleLevel, rest, isLast, collector);
        }

        return found;
    }

    private static bool Descend(Node? node, ReadOnlySpan<byte> rest, bool isLast, in Collector collector)
    {
        if (node is null)
        {
            return false;
        }

        // "sport/#" also matches "sport" (section 4.7.1.2).
        return isLast
            ? Collect(node, collector) | Collect(node.MultiLevel, collector)
            : Walk(node, rest, isFirst: false, collector);
    }

    private static bool Collect(Node? node, in Collector collector)
    {
        if (node?.Subscriptions is not { Count: > 0 } subscriptions)
        {
            return false;
        }

        if (collector.Deliveries is not null)
        {
            foreach (Subscription subscription in subscriptions)
            {
                collector.Add(subscription);
            }
        }

        return true;
    }

    private bool Remove(Node node, Subscription subscription, ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> level = Topics.NextLevel(ref rest, out bool isLast);
        if (node.Child(level) is not { } child)
        {
            return false;
        }

        if (!isLast)
        {
            Remove(child, subscription, rest);
        }
        else if (child.IndexOf(subscription.Session) is >= 0 and int index)
        {
            child.Subscriptions!.RemoveAt(index);
            _count--;
        }

        if (child.IsEmpty)
        {
            node.Forget(level);
        }

        return true;
    }

    /// <summary>Gathers matches, one entry a session: the session carries the place of its entry while the lock is
    /// held.</summary>
    private readonly ref struct Collector
    {
        internal List<Delivery>? Deliveries { get; init; }

        internal string PublisherId { get; init; }

        internal long Generation { get; init; }

        internal void Add(Subscription subscription)
        {
            Session session = subscription.Session;
            if (subscription.Request.NoLocal && session.ClientId == PublisherId)
            {
                // [MQTT-3.8.3-3].
                return;
            }

            if (session.MatchGeneration != Generation)
            {
                session.MatchGeneration = Generation;
                session.MatchIndex = Deliveries!.Count;
                Deliveries.Add(new Delivery { Session = session });
            }

            ref Delivery delivery = ref CollectionsMarshal.AsSpan(Deliveries)[session.MatchIndex];
            delivery.QosMax = (MqttQos)Math.Max((byte)delivery.QosMax, (byte)subscription.Request.Qos);
            delivery.RetainAsPublished |= subscription.Request.RetainAsPublished;
            delivery.Ids = delivery.Ids.With(subscription.Identifier);
        }
    }

    private sealed class Node
    {
        private Dictionary<byte[], Node>? _children;

        internal Node? SingleLevel { get; private set; }

        internal Node? MultiLevel { get; private set; }

        internal List<Subscription>? Subscriptions { get; set; }

        internal bool IsEmpty =>
            Subscriptions is not { Count: > 0 }
            && SingleLevel is null
            && MultiLevel is null
            && _children is not { Count: > 0 };

        internal Node? Find(ReadOnlySpan<byte> level) =>
            _children is not null
            && _children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(level, out Node? child) ? child : null;

        internal Node? Child(ReadOnlySpan<byte> level) => level switch
        {
            [Topics.SingleLevel] => SingleLevel,
            [Topics.MultiLevel] => MultiLevel,
            _ => Find(level),
        };

        internal Node GetOrAdd(ReadOnlySpan<byte> level)
        {
            switch (level)
            {
                case [Topics.SingleLevel]:
                    return SingleLevel ??= new Node();
                case [Topics.MultiLevel]:
                    return MultiLevel ??= new Node();
            }

            if (Find(level) is { } known)
            {
                return known;
            }

            var added = new Node();
            (_children ??= new Dictionary<byte[], Node>(Utf8Comparer.Instance)).Add(level.ToArray(), added);
            return added;
        }

        internal void Forget(ReadOnlySpan<byte> level)
        {
            switch (level)
            {
                case [Topics.SingleLevel]:
                    SingleLevel = null;
                    break;
                case [Topics.MultiLevel]:
                    MultiLevel = null;
                    break;
                default:
                    _children?.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(level);
                    break;
            }
        }

        internal int IndexOf(Session session)
        {
            for (int i = 0; i < (Subscriptions?.Count ?? 0); i++)
            {
                if (ReferenceEquals(Subscriptions![i].Session, session))
                {
                    return i;
                }
            }

            return -1;
        }
    }
}
