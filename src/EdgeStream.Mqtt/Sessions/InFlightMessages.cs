namespace EdgeStream.Mqtt;

/// <summary>The messages of a session that have a packet identifier: those that were sent and are not acknowledged, and
/// those that go out as soon as they are stored under theirs.</summary>
/// <remarks>
/// Not thread-safe: guarded by its session. Two lines stand beside the table: what is sent again on a new connection,
/// and what is sent for the first time when it is stored; the first goes before the second. What was begun on the
/// present connection counts against its client's receive maximum.
/// </remarks>
internal sealed class InFlightMessages
{
    private readonly Dictionary<ushort, OutboundMessage> _messages = [];
    private Queue<ushort>? _toResend;
    private Queue<ushort>? _toStore;
    private int _counted;

    internal int Count => _messages.Count;

    internal IReadOnlyCollection<OutboundMessage> Messages => _messages.Values;

    /// <summary>Whether something is to be sent again.</summary>
    internal bool HasToResend => _toResend is { Count: > 0 };

    /// <summary>Whether something waits to be stored, and then sent.</summary>
    internal bool HasToStore => _toStore is { Count: > 0 };

    /// <summary>Whether the client's window has room for one more.</summary>
    internal bool HasRoom(int receiveMaximum) => _counted < receiveMaximum;

    /// <summary>An identifier that follows from the message's place in the order: after a power cut between its sending
    /// and the storing of that, it goes out under the same one, by which a QoS 2 client knows it.</summary>
    internal ushort FreeIdFor(long order)
    {
        int packetId = (int)((order - 1) % ushort.MaxValue) + 1;
        while (_messages.ContainsKey((ushort)packetId))
        {
            packetId = (packetId % ushort.MaxValue) + 1;
        }

        return (ushort)packetId;
    }

    internal bool TryGet(ushort packetId, out OutboundMessage message) => _messages.TryGetValue(packetId, out message);

    /// <summary>Finds a message that the client may answer: one that was sent.</summary>
    internal bool TryGetSent(ushort packetId, out OutboundMessage message) =>
        _messages.TryGetValue(packetId, out message) && message.HeldUntil == 0;

    /// <summary>Takes back a message that the state kept; false where another one has its identifier.</summary>
    internal bool TryRestore(OutboundMessage message) => _messages.TryAdd(message.PacketId, message);

    /// <summary>Adds a message that was sent.</summary>
    internal void Add(OutboundMessage message)
    {
        message.IsCounted = true;
        _counted++;
        _messages.Add(message.PacketId, message);
    }

    /// <summary>Adds a message that is sent when it is stored.</summary>
    internal void AddToStore(OutboundMessage message)
    {
        Add(message);
        (_toStore ??= new Queue<ushort>()).Enqueue(message.PacketId);
    }

    /// <summary>Puts a message in the place of what it was before.</summary>
    internal void Replace(in OutboundMessage message) => _messages[message.PacketId] = message;

    /// <summary>The message is done with, or not to go out.</summary>
    internal OutboundMessage Remove(ushort packetId)
    {
        _messages.Remove(packetId, out OutboundMessage message);
        _counted -= message.IsCounted ? 1 : 0;
        return message;
    }

    /// <summary>Takes out what was not sent yet, where it is so.</summary>
    internal List<OutboundMessage> RemoveUnsentWhere(Predicate<OutboundMessage> isSo)
    {
        var removed = new List<OutboundMessage>();
        for (int i = _toStore?.Count ?? 0; i > 0; i--)
        {
            ushort packetId = _toStore!.Dequeue();
            if (isSo(_messages[packetId]))
            {
                removed.Add(Remove(packetId));
            }
            else
            {
                _toStore.Enqueue(packetId);
            }
        }

        return removed;
    }

    /// <summary>A new connection: all of them are sent again, in their order [MQTT-4.4.0-1].</summary>
    /// <remarks>Where not all of it fits into the client's window now, PUBRELs come before, as they may not wait for
    /// it [MQTT-3.3.4-10].</remarks>
    internal void Resume(int receiveMaximum)
    {
        _counted = 0;
        _toResend?.Clear();
        _toStore?.Clear();
        if (_messages.Count == 0)
        {
            return;
        }

        _toResend ??= new Queue<ushort>();
        var unacknowledged = new List<OutboundMessage>(_messages.Values);
        bool releasesFirst = unacknowledged.Count > receiveMaximum;
        unacknowledged.Sort((left, right) => releasesFirst && left.IsReleased != right.IsReleased
            ? right.IsReleased.CompareTo(left.IsReleased)
            : left.Order.CompareTo(right.Order));
        foreach (OutboundMessage message in unacknowledged)
        {
            Replace(message with { IsCounted = false });
            _toResend.Enqueue(message.PacketId);
        }
    }

    /// <summary>What is to be sent again next; what was acknowledged meanwhile is passed over.</summary>
    internal bool TryPeekResend(out OutboundMessage message)
    {
        while (_toResend is not null && _toResend.TryPeek(out ushort packetId))
        {
            if (_messages.TryGetValue(packetId, out message))
            {
                return true;
            }

            _toResend.Dequeue();
        }

        message = default;
        return false;
    }

    /// <summary>Takes it out of its line; it counts from here on.</summary>
    internal OutboundMessage TakeResend()
    {
        OutboundMessage message = _messages[_toResend!.Dequeue()];
        message.IsCounted = true;
        _counted++;
        Replace(message);
        return message;
    }

    /// <summary>What is to be stored and sent next.</summary>
    internal OutboundMessage PeekToStore() => _messages[_toStore!.Peek()];

    /// <summary>Takes it out of its line.</summary>
    internal void TakeToStore() => _toStore!.Dequeue();

    /// <summary>The commit that what goes out next waits for; zero where it waits for none.</summary>
    internal long AwaitedCommit()
    {
        ushort packetId = 0;
        bool isNext = HasToResend ? _toResend!.TryPeek(out packetId) : _toStore?.TryPeek(out packetId) ?? false;
        return isNext && _messages.TryGetValue(packetId, out OutboundMessage message) ? message.HeldUntil : 0;
    }

    internal void Clear()
    {
        _messages.Clear();
        _counted = 0;
        _toResend?.Clear();
        _toStore?.Clear();
    }
}
