namespace EdgeStream.Mqtt;

/// <summary>One level of topic filters: who subscribes here, and the levels below.</summary>
/// <remarks>Read without a lock, changed under the tree's.</remarks>
internal sealed class TopicNode(byte[] name) : LevelNode(name)
{
    private readonly SnapshotList<Subscription> _subscriptions = new();
    private LevelTable? _children;
    private TopicNode? _singleLevel;
    private TopicNode? _multiLevel;
    private SnapshotList<ShareGroup>? _groups;
    private Dictionary<string, ShareGroup>? _groupsByName;

    internal TopicNode? SingleLevel => Volatile.Read(ref _singleLevel);

    internal TopicNode? MultiLevel => Volatile.Read(ref _multiLevel);

    internal ReadOnlySpan<Subscription?> Subscriptions => _subscriptions.Items;

    internal ReadOnlySpan<ShareGroup?> Groups => Volatile.Read(ref _groups) is { } groups ? groups.Items : default;

    internal bool HasSubscriptions => _subscriptions.Count > 0 || Volatile.Read(ref _groups) is { Count: > 0 };

    internal bool IsEmpty =>
        !HasSubscriptions && _singleLevel is null && _multiLevel is null && _children is not { Count: > 0 };

    internal TopicNode? Find(ReadOnlySpan<byte> level) => (TopicNode?)Volatile.Read(ref _children)?.Find(level);

    /// <summary>The node of a level of a filter.</summary>
    internal TopicNode? Child(ReadOnlySpan<byte> level) => level switch
    {
        [Topics.SingleLevel] => SingleLevel,
        [Topics.MultiLevel] => MultiLevel,
        _ => Find(level),
    };

    internal TopicNode GetOrAdd(ReadOnlySpan<byte> level)
    {
        if (Child(level) is { } known)
        {
            return known;
        }

        var added = new TopicNode(level.ToArray());
        switch (level)
        {
            case [Topics.SingleLevel]:
                Volatile.Write(ref _singleLevel, added);
                break;
            case [Topics.MultiLevel]:
                Volatile.Write(ref _multiLevel, added);
                break;
            default:
                LevelTable children = _children ?? new LevelTable();
                children.Add(added);
                Volatile.Write(ref _children, children);
                break;
        }

        return added;
    }

    internal void Forget(TopicNode child)
    {
        if (ReferenceEquals(child, _singleLevel))
        {
            Volatile.Write(ref _singleLevel, null);
        }
        else if (ReferenceEquals(child, _multiLevel))
        {
            Volatile.Write(ref _multiLevel, null);
        }
        else
        {
            _children!.Remove(child);
            if (_children.Count == 0)
            {
                Volatile.Write(ref _children, null);
            }
        }
    }

    internal void Add(Subscription subscription, Subscription? previous)
    {
        SnapshotList<Subscription> list =
            subscription.ShareName is { } name ? GetOrAddGroup(name).Members : _subscriptions;
        if (previous is null)
        {
            list.Add(subscription);
        }
        else
        {
            list.Replace(previous, subscription);
        }
    }

    internal void Remove(Subscription subscription)
    {
        if (subscription.ShareName is not { } name)
        {
            _subscriptions.Remove(subscription);
            return;
        }

        ShareGroup group = _groupsByName![name];
        group.Members.Remove(subscription);
        if (group.Members.Count > 0)
        {
            return;
        }

        _groupsByName.Remove(name);
        _groups!.Remove(group);
        if (_groups.Count == 0)
        {
            _groupsByName = null;
            Volatile.Write(ref _groups, null);
        }
    }

    private ShareGroup GetOrAddGroup(string name)
    {
        _groupsByName ??= new Dictionary<string, ShareGroup>(StringComparer.Ordinal);
        if (!_groupsByName.TryGetValue(name, out ShareGroup? group))
        {
            group = new ShareGroup(name);
            _groupsByName.Add(name, group);
            SnapshotList<ShareGroup> groups = _groups ?? new SnapshotList<ShareGroup>();
            groups.Add(group);
            Volatile.Write(ref _groups, groups);
        }

        return group;
    }
}
