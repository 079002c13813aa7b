namespace EdgeStream.Mqtt;

/// <summary>All subscriptions, by topic level: finds those that match a topic name (MQTT 5.0 section 4.7).</summary>
/// <remarks>
/// Thread-safe. Matching takes no lock; adding and removing take one. Filters are at most
/// <see cref="Topics.LevelsMax"/> levels deep, which bounds the recursion. A topic whose first level starts with '$' is
/// not matched by a wildcard there [MQTT-4.7.2-1].
/// </remarks>
internal sealed class TopicTree
{
    [ThreadStatic]
    private static MatchCollector? _threadCollector;

    private readonly Lock _gate = new();
    private readonly TopicNode _root = new([]);
    private int _count;
    private int _sharedCount;

    internal int Count => Volatile.Read(ref _count);

    /// <summary>Of those, the shared ones.</summary>
    internal int SharedCount => Volatile.Read(ref _sharedCount);

    /// <summary>Adds a subscription.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="previous">The one of the same session and filter that it replaces in one step, where there is
    /// one.</param>
    internal void Add(Subscription subscription, Subscription? previous = null)
    {
        lock (_gate)
        {
            TopicNode node = _root;
            ReadOnlySpan<byte> rest = subscription.FilterBytes;
            bool isLast;
            do
            {
                node = node.GetOrAdd(Topics.NextLevel(ref rest, out isLast));
            }
            while (!isLast);
            node.Add(subscription, previous);
            if (previous is null)
            {
                _count++;
                _sharedCount += subscription.ShareName is null ? 0 : 1;
            }
        }
    }

    internal void Remove(Subscription subscription)
    {
        lock (_gate)
        {
            if (!subscription.IsRemoved)
            {
                Remove(_root, subscription, subscription.FilterBytes);
                _count--;
                _sharedCount -= subscription.ShareName is null ? 0 : 1;
            }
        }
    }

    /// <summary>Whether anyone would get a message of that topic.</summary>
    internal bool HasMatch(ReadOnlySpan<byte> topic) =>
        Volatile.Read(ref _count) > 0 && Walk(_root, topic, isFirst: true, collector: null);

    /// <summary>Appends one delivery for each session that is to get the message, and one for each shared
    /// subscription.</summary>
    internal void Match(ApplicationMessage message, List<Delivery> deliveries)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return;
        }

        MatchCollector collector = _threadCollector ??= new MatchCollector();
        collector.Begin(message, deliveries);
        Walk(_root, message.Topic, isFirst: true, collector);
        collector.End();
    }

    /// <summary>The shared subscription of that filter, its share name included; null where it has no member.</summary>
    internal ShareGroup? FindGroup(string shareFilter)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(shareFilter);
        if (!Topics.TryReadShare(bytes, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> rest))
        {
            return null;
        }

        TopicNode? node = _root;
        bool isLast = false;
        while (node is not null && !isLast)
        {
            node = node.Child(Topics.NextLevel(ref rest, out isLast));
        }

        string wanted = Topics.Text(name);
        foreach (ShareGroup? group in node is null ? default : node.Groups)
        {
            if (group is { IsRemoved: false } && group.Name == wanted)
            {
                return group;
            }
        }

        return null;
    }

    /// <summary>Visits every matching node. Without a collector it ends at the first match.</summary>
    private static bool Walk(TopicNode node, ReadOnlySpan<byte> topic, bool isFirst, MatchCollector? collector)
    {
        bool wildcardsMatch = !(isFirst && topic is [(byte)'$', ..]);
        bool found = wildcardsMatch && Collect(node.MultiLevel, collector);
        if (found && collector is null)
        {
            return true;
        }

        ReadOnlySpan<byte> rest = topic;
        ReadOnlySpan<byte> level = Topics.NextLevel(ref rest, out bool isLast);
        found |= Descend(node.Find(level), rest, isLast, collector);
        if (wildcardsMatch && !(found && collector is null))
        {
            found |= Descend(node.SingleLevel, rest, isLast, collector);
        }

        return found;
    }

    private static bool Descend(TopicNode? node, ReadOnlySpan<byte> rest, bool isLast, MatchCollector? collector)
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

    private static bool Collect(TopicNode? node, MatchCollector? collector)
    {
        if (node is not { HasSubscriptions: true })
        {
            return false;
        }

        collector?.Add(node);
        return true;
    }

    private static void Remove(TopicNode node, Subscription subscription, ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> level = Topics.NextLevel(ref rest, out bool isLast);
        if (node.Child(level) is not { } child)
        {
            return;
        }

        if (isLast)
        {
            child.Remove(subscription);
        }
        else
        {
            Remove(child, subscription, rest);
        }

        if (child.IsEmpty)
        {
            node.Forget(child);
        }
    }
}
