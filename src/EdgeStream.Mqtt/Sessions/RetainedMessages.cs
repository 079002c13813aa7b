namespace EdgeStream.Mqtt;

/// <summary>The last retained message of each topic, found by topic filter (MQTT 5.0 section 3.3.1.3).</summary>
/// <remarks>Thread-safe. Finding takes no lock; setting and removing take one, and tell the journal under it: what is
/// stored has the order of what is retained. Bounded by count and bytes: beyond them a new topic's message is not
/// retained.</remarks>
internal sealed class RetainedMessages
{
    private readonly Lock _gate = new();
    private readonly Node _root = new([]);
    private readonly int _countMax;
    private readonly long _bytesMax;
    private readonly StateJournal? _journal;
    private int _count;
    private int _expiringCount;
    private long _bytes;

    /// <param name="countMax">Messages.</param>
    /// <param name="bytesMax">Their bytes.</param>
    /// <param name="journal">Gets the changes; null where nothing is stored.</param>
    internal RetainedMessages(int countMax, long bytesMax, StateJournal? journal = null)
    {
        _countMax = countMax;
        _bytesMax = bytesMax;
        _journal = journal is { IsEnabled: true } ? journal : null;
    }

    internal int Count => Volatile.Read(ref _count);

    internal long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Replaces the topic's message; false where a bound forbids it, and the message before stays.</summary>
    internal bool TrySet(ApplicationMessage message)
    {
        lock (_gate)
        {
            if (!TryPlace(message))
            {
                return false;
            }

            _journal?.Put(KeyOf(message.Topic), new MessageRecord(message), isNew: false);
            return true;
        }
    }

    /// <summary>Takes back a message that the state kept; false where a bound forbids it.</summary>
    internal bool TryRestore(ApplicationMessage message)
    {
        lock (_gate)
        {
            return TryPlace(message);
        }
    }

    /// <summary>Forgets the topic's message; false where there is none.</summary>
    internal bool Remove(byte[] topic) => Remove(topic, expiredAtMs: null);

    /// <summary>Whether the message still is what its topic retains.</summary>
    internal bool IsCurrent(ApplicationMessage message) => ReferenceEquals(Find(message.Topic)?.Message, message);

    /// <summary>All messages whose topic the filter matches and that have not expired.</summary>
    internal List<ApplicationMessage> Match(ReadOnlySpan<byte> filter, long nowMs)
    {
        var found = new List<ApplicationMessage>();
        Walk(_root, filter, isFirst: true, nowMs, found);
        return found;
    }

    /// <summary>Forgets what has expired. Looks at all topics, if any can expire.</summary>
    internal void Expire(long nowMs)
    {
        if (Volatile.Read(ref _expiringCount) == 0)
        {
            return;
        }

        var expired = new List<byte[]>();
        CollectExpired(_root, nowMs, expired);
        foreach (byte[] topic in expired)
        {
            Remove(topic, nowMs);
        }
    }

    private static StateKey KeyOf(byte[] topic) => new(StateKind.Retained, Topics.Text(topic), 0);

    private static int Expires(ApplicationMessage? message) => message?.ExpiresAtMs is null ? 0 : 1;

    private static void CollectExpired(Node node, long nowMs, List<byte[]> expired)
    {
        if (node.Message is { } message && message.IsExpired(nowMs))
        {
            expired.Add(message.Topic);
        }

        if (node.Children is { } children)
        {
            foreach (LevelNode child in children)
            {
                CollectExpired((Node)child, nowMs, expired);
            }
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
                WalkChildren(node, rest, isFirst, isLast, nowMs, found);
                break;
            default:
                Descend(node.Find(level), rest, isLast, nowMs, found);
                break;
        }
    }

    private static void WalkChildren(
        Node node, ReadOnlySpan<byte> rest, bool isFirst, bool isLast, long nowMs, List<ApplicationMessage> found)
    {
        if (node.Children is not { } children)
        {
            return;
        }

        foreach (LevelNode child in children)
        {
            if (!(isFirst && child.Name is [(byte)'$', ..]))
            {
                Descend((Node)child, rest, isLast, nowMs, found);
            }
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
        if (node.Children is not { } children)
        {
            return;
        }

        foreach (LevelNode child in children)
        {
            if (!(isFirst && child.Name is [(byte)'$', ..]))
            {
                AddAll((Node)child, isFirst: false, nowMs, found);
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

    private bool TryPlace(ApplicationMessage message)
    {
        Node? known = Find(message.Topic);
        long bytes = _bytes + message.SizeBytes - (known?.Message?.SizeBytes ?? 0);
        if ((known?.Message is null && _count >= _countMax) || bytes > _bytesMax)
        {
            return false;
        }

        Node node = known ?? Add(message.Topic);
        _count += node.Message is null ? 1 : 0;
        _expiringCount += Expires(message) - Expires(node.Message);
        _bytes = bytes;
        node.Message = message;
        return true;
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
                child = new Node(level.ToArray());
                LevelTable children = node.Children ?? new LevelTable();
                children.Add(child);
                node.Children = children;
            }

            node = child;
        }

        return node;
    }

    private bool Remove(byte[] topic, long? expiredAtMs)
    {
        lock (_gate)
        {
            if (!RemoveBelow(_root, topic, expiredAtMs))
            {
                return false;
            }

            _journal?.Delete(KeyOf(topic));
            return true;
        }
    }

    /// <summary>Removes the topic's message; with a moment only if it has expired by then.</summary>
    private bool RemoveBelow(Node node, ReadOnlySpan<byte> rest, long? expiredAtMs)
    {
        ReadOnlySpan<byte> level = Topics.NextLevel(ref rest, out bool isLast);
        if (node.Find(level) is not { } child)
        {
            return false;
        }

        bool removed = isLast ? Clear(child, expiredAtMs) : RemoveBelow(child, rest, expiredAtMs);
        if (child.Message is null && child.Children is null)
        {
            node.Children!.Remove(child);
            if (node.Children.Count == 0)
            {
                node.Children = null;
            }
        }

        return removed;
    }

    private bool Clear(Node node, long? expiredAtMs)
    {
        if (node.Message is not { } message || (expiredAtMs is { } nowMs && !message.IsExpired(nowMs)))
        {
            return false;
        }

        node.Message = null;
        _count--;
        _expiringCount -= Expires(message);
        _bytes -= message.SizeBytes;
        return true;
    }

    private sealed class Node(byte[] name) : LevelNode(name)
    {
        private LevelTable? _children;
        private ApplicationMessage? _message;

        internal LevelTable? Children
        {
            get => Volatile.Read(ref _children);
            set => Volatile.Write(ref _children, value);
        }

        internal ApplicationMessage? Message
        {
            get => Volatile.Read(ref _message);
            set => Volatile.Write(ref _message, value);
        }

        internal Node? Find(ReadOnlySpan<byte> level) => (Node?)Children?.Find(level);
    }
}
