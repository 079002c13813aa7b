namespace EdgeStream.Mqtt;

/// <summary>The last retained message of each topic, found by topic filter (MQTT 5.0 section 3.3.1.3).</summary>
/// <remarks>Thread-safe behind one lock. Bounded by count and bytes: beyond them a new topic's message is not
/// retained.</remarks>
internal sealed class RetainedMessages
{
    private readonly Lock _gate = new();
    private readonly Node _root = new();
    private readonly int _countMax;
    private readonly long _bytesMax;
    private int _count;
    private long _bytes;

    internal RetainedMessages(int countMax, long bytesMax)
    {
        _countMax = countMax;
        _bytesMax = bytesMax;
    }

    internal int Count => Volatile.Read(ref _count);

    internal long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Replaces the topic's message; false where a bound forbids it, and the message before stays.</summary>
    internal bool TrySet(ApplicationMessage message)
    {
        lock (_gate)
        {
            Node? known = Find(message.Topic);
            long bytes = _bytes + message.SizeBytes - (known?.Message?.SizeBytes ?? 0);
            if ((known?.Message is null && _count >= _countMax) || bytes > _bytesMax)
            {
                return false;
            }

            Node node = known ?? Add(message.Topic);
            _count += node.Message is null ? 1 : 0;
            _bytes = bytes;
            node.Message = message;
            return true;
        }
    }

    /// <summary>Forgets the topic's message; false where there is none.</summary>
    internal bool Remove(ReadOnlySpan<byte> topic)
    {
        lock (_gate)
        {
            return Remove(_root, topic);
        }
    }

    /// <summary>All messages whose topic the filter matches and that have not expired.</summary>
    internal List<ApplicationMessage> Match(ReadOnlySpan<byte> filter, long nowMs)
    {
        var found = new List<ApplicationMessage>();
        lock (_gate)
        {
            Walk(_root, filter, isFirst: true, nowMs, found);
        }

        return found;
    }

    /// <summary>Forgets what has expired, and says which topics.</summary>
    internal List<byte[]> Expire(long nowMs)
    {
        var expired = new List<byte[]>();
        lock (_gate)
        {
            CollectExpired(_root, nowMs, expired);
            foreach (byte[] topic in expired)
            {
                Remove(_root, topic);
            }
        }

        return expired;
    }

    private static void CollectExpired(Node node, long nowMs, List<byte[]> expired)
    {
        if (node.Message is { } message && message.IsExpired(nowMs))
        {
            expired.Add(message.Topic);
        }

        foreach ((_, Node child) in node.Children ?? [])
        {
            CollectExpired(child, nowMs, expired);
        }
    }

    private static void Walk(
        Node node, ReadOnlySpan<byte> filter, bool isFirst, long nowMs, List<ApplicationMessage> found)
    {
        ReadOnlySpan<byte> rest = filter;
        ReadOnlySpan<byte> level = Topics.NextLevel(ref rest, out bool isLast);
        switch (level)
        {
            case [Topics.MultiLevel]:
                AddAll(node, isFirst, nowMs, found);
                break;
            case [Topics.SingleLevel]:
                foreach ((byte[] name, Node child) in node.Children ?? [])
                {
                    if (!(isFirst && name is [(byte)'$', ..]))
                    {
                        Descend(child, rest, isLast, nowMs, found);
                    }
                }

                break;
            default:
                Descend(node.Find(level), rest, isLast, nowMs, found);
                break;
        }
    }

    private static void Descend(
        Node? node, ReadOnlySpan<byte> rest, bool isLast, long nowMs, List<ApplicationMessage> found)
    {
        if (node is null)
        {
            return;
        }

        if (isLast)
        {
            AddOne(node, nowMs, found);
        }
        else
        {
            Walk(node, rest, isFirst: false, nowMs, found);
        }
    }

    private static void AddAll(Node node, bool isFirst, long nowMs, List<ApplicationMessage> found)
    {
        AddOne(node, nowMs, found);
        foreach ((byte[] name, Node child) in node.Children ?? [])
        {
            if (!(isFirst && name is [(byte)'$', ..]))
            {
                AddAll(child, isFirst: false, nowMs, found);
            }
        }
    }

    private static void AddOne(Node node, long nowMs, List<ApplicationMessage> found)
    {
        if (node.Message is { } message && !message.IsExpired(nowMs))
        {
            found.Add(message);
        }
    }

    private Node? Find(ReadOnlySpan<byte> topic)
    {
        Node? node = _root;
        bool isLast = false;
        while (node is not null && !isLast)
        {
            node = node.Find(Topics.NextLevel(ref topic, out isLast));
        }

        return node;
    }

    private Node Add(ReadOnlySpan<byte> topic)
    {
        Node node = _root;
        bool isLast = false;
        while (!isLast)
        {
            ReadOnlySpan<byte> level = Topics.NextLevel(ref topic, out isLast);
            Node? child = node.Find(level);
            if (child is null)
            {
                child = new Node();
                (node.Children ??= new Dictionary<byte[], Node>(Utf8Comparer.Instance)).Add(level.ToArray(), child);
            }

            node = child;
        }

        return node;
    }

    private bool Remove(Node node, ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> level = Topics.NextLevel(ref rest, out bool isLast);
        if (node.Find(level) is not { } child)
        {
            return false;
        }

        bool removed = isLast ? child.Message is not null : Remove(child, rest);
        if (isLast && child.Message is { } message)
        {
            child.Message = null;
            _count--;
            _bytes -= message.SizeBytes;
        }

        if (child.Message is null && child.Children is not { Count: > 0 })
        {
            node.Children!.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(level);
        }

        return removed;
    }

    private sealed class Node
    {
        internal Dictionary<byte[], Node>? Children { get; set; }

        internal ApplicationMessage? Message { get; set; }

        internal Node? Find(ReadOnlySpan<byte> level) =>
            Children is not null
            && Children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(level, out Node? child) ? child : null;
    }
}
