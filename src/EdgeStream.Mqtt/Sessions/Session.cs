using System.Buffers;
using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>What is kept for a client identifier: subscriptions, messages under way, QoS 2 identifiers, a will that
/// waits.</summary>
/// <remarks>
/// <see cref="Gate"/> guards everything. At most one connection owns a session; one that was displaced finds that it
/// isn't the owner any more and gets nothing.
/// </remarks>
internal sealed class Session
{
    /// <summary>All topic filters together, in UTF-8: 256 KiB. They are stored anew with every change.</summary>
    private const int FilterBytesMax = 256 * 1024;

    private readonly SessionLimits _limits;
    private readonly OutboundQueue _outbound;
    private SessionInbound? _inbound;
    private Dictionary<string, Subscription>? _subscriptions;
    private uint _expirySeconds;
    private int _filterBytes;
    private int _ownings;
    private bool _isKept;
    private MqttWill? _storedWill;
    private SessionUser _user;
    private System.Net.IPAddress? _address;

    internal Session(string clientId, SessionLimits limits)
    {
        ClientId = clientId;
        _limits = limits;
        _outbound = new OutboundQueue(clientId, limits);
    }

    internal Lock Gate { get; } = new();

    internal string ClientId { get; }

    /// <summary>By topic filter. Made when it is asked for: most clients of a gateway only publish.</summary>
    internal Dictionary<string, Subscription> Subscriptions => _subscriptions ??= new(StringComparer.Ordinal);

    internal ServerConnection? Owner { get; set; }

    /// <summary>What its client may do, as it connected last; null for everything, or before it connects.</summary>
    internal IMqttRights? Rights { get; private set; }

    /// <summary>When the last owner left; meaningless while there is one.</summary>
    internal long DisconnectedAtMs { get; set; }

    /// <summary>The will of the last connection while its delay runs.</summary>
    internal MqttWill? WaitingWill { get; private set; }

    internal long WillDueMs { get; private set; }

    internal bool IsEnded { get; private set; }

    internal int QueuedCount
    {
        get
        {
            lock (Gate)
            {
                return _outbound.Count;
            }
        }
    }

    /// <summary>Seconds the session outlives its connection; zero: not at all, and nothing of it is kept in the
    /// state.</summary>
    internal uint ExpirySeconds
    {
        get => _expirySeconds;
        set
        {
            _expirySeconds = value;
            _outbound.SetPersistent(IsPersistent);
        }
    }

    internal bool IsPersistent => OutlivesConnection && _limits.Journal.IsEnabled;

    /// <summary>Whether its client may come back to it.</summary>
    internal bool OutlivesConnection => _expirySeconds > 0;

    /// <summary>What its client has sent and not seen answered; made when it is asked for.</summary>
    internal SessionInbound Inbound
    {
        get
        {
            lock (Gate)
            {
                return _inbound ??= new SessionInbound(this, _limits);
            }
        }
    }

    /// <summary>The same, where anything was ever asked of it.</summary>
    internal SessionInbound? KnownInbound => Volatile.Read(ref _inbound);

    /// <summary>How many connections have had it.</summary>
    internal int Ownings => _ownings;

    private StateKey Key => new(StateKind.Session, ClientId, 0);

    private StateKey WillKey => new(StateKind.Will, ClientId, 0);

    /// <summary>Whether its time without a connection is over.</summary>
    internal bool IsExpired(long nowMs) =>
        Owner is null && _expirySeconds != uint.MaxValue && nowMs - DisconnectedAtMs >= _expirySeconds * 1000L;

    /// <summary>How well it could take a message of a shared subscription now. Takes no lock: a hint.</summary>
    internal ShareReadiness ReadinessFor(MqttQos qos)
    {
        if (IsEnded || _outbound.IsFull)
        {
            return ShareReadiness.Unable;
        }

        if (Owner is null)
        {
            return qos == MqttQos.AtMostOnce ? ShareReadiness.Unable : ShareReadiness.Away;
        }

        return _outbound.HasWindow ? ShareReadiness.Ready : ShareReadiness.Busy;
    }

    /// <summary>Whether the client, as it connected last, may get a message of a topic.</summary>
    internal bool MayReceive(ReadOnlySpan<byte> topic) => Rights is not { } rights || rights.MayReceive(topic);

    /// <summary>Queues a message for the client, or drops and counts it.</summary>
    internal Enqueued Deliver(ApplicationMessage message, in Delivery delivery)
    {
        var qos = (MqttQos)Math.Min((byte)message.Qos, (byte)delivery.QosMax);
        return Enqueue(
            new OutboundMessage
            {
                Message = message,
                Qos = qos,
                Retain = delivery.RetainAsPublished && message.Retain,
                Ids = delivery.Ids,
                ShareFilter = delivery.ShareFilter,
            },
            isRetainedReplay: false);
    }

    /// <summary>Queues a retained message because of a new subscription [MQTT-3.3.1-8]; not where its topic has
    /// another by now, which comes by the subscription.</summary>
    /// <param name="message">The message.</param>
    /// <param name="subscription">The subscription, which is in the tree.</param>
    /// <param name="retained">Where the message is from; null for one that is made for this subscription, which takes
    /// room like any other.</param>
    internal void DeliverRetained(ApplicationMessage message, Subscription subscription, RetainedMessages? retained) =>
        Enqueue(
            new OutboundMessage
            {
                Message = message,
                Qos = (MqttQos)Math.Min((byte)message.Qos, (byte)subscription.Request.Qos),
                Retain = true,
                Ids = new SubscriptionIds(subscription.Identifier, null),
            },
            isRetainedReplay: retained is not null,
            retained);

    /// <summary>Replayed messages that wait and are their topics' no more count against the bounds from here
    /// on.</summary>
    internal void ChargeReplaced(RetainedMessages retained)
    {
        lock (Gate)
        {
            _outbound.ChargeReplaced(retained);
        }
    }

    /// <summary>Writes what the client is to get; nothing for a connection that isn't the owner.</summary>
    internal bool Fill(ServerConnection connection, IBufferWriter<byte> output, ref int budgetBytes)
    {
        lock (Gate)
        {
            if (!ReferenceEquals(Owner, connection))
            {
                return false;
            }

            bool hasMore = _outbound.Fill(output, connection.DeliveryTerms, ref budgetBytes);
            if (!hasMore && _outbound.TakeAwaitedCommit() is > 0 and long commit)
            {
                _limits.Journal.WakeWhenSettled(commit, connection.Sender);
            }

            return hasMore;
        }
    }

    /// <summary>Whether the session may be a user's: it is, or whose it is isn't known.</summary>
    internal bool MayBelongTo(string? userName) => !_user.IsKnown || _user.Name == userName;

    /// <summary>Whether its last client had the connection's user name; where neither has one, its address.</summary>
    internal bool IsOfSame(ServerConnection connection) => _user.Name == connection.UserName
        && (_user.Name is not null
            || (_address is { } address
                && connection.Peer.Address is { } other
                && AddressKey.Of(address).Equals(AddressKey.Of(other))));

    /// <summary>Takes back whose the state says it is; a client without a name leaves a session to whoever has its
    /// identifier.</summary>
    internal void RestoreUser(SessionUser user) => _user = user.Name is null ? default : user;

    /// <summary>A connection takes the session: it is sent everything that is not acknowledged.</summary>
    internal void Own(ServerConnection connection, uint expirySeconds)
    {
        lock (Gate)
        {
            Owner = connection;
            _ownings++;
            _user = new SessionUser(IsKnown: true, connection.UserName);
            _address = connection.Peer.Address;
            Rights = connection.Rights;
            CancelWaitingWill();
            ExpirySeconds = expirySeconds;
            if (Rights is { } rights)
            {
                // Rights may have changed since, and whose a restored session is may not be known.
                _outbound.RemoveWhere(message => !rights.MayReceive(message.Message.Topic), _limits);
            }

            _outbound.Resume(connection.DeliveryTerms.ReceiveMaximum);
        }
    }

    /// <summary>The client may receive something else from here on; without effect for a connection that isn't the
    /// owner.</summary>
    internal void ChangeRights(ServerConnection connection, IMqttRights? rights)
    {
        lock (Gate)
        {
            if (ReferenceEquals(Owner, connection))
            {
                Rights = rights;
                if (rights is not null)
                {
                    _outbound.RemoveWaitingWhere(message => !rights.MayReceive(message.Message.Topic), _limits);
                }
            }
        }
    }

    internal OutboundAnswer CompleteOutbound(ushort packetId, PacketType answer)
    {
        lock (Gate)
        {
            return _outbound.Complete(packetId, answer);
        }
    }

    internal OutboundAnswer ReleaseOutbound(ushort packetId)
    {
        lock (Gate)
        {
            return _outbound.Release(packetId);
        }
    }

    /// <summary>Puts expiry and subscriptions into the state, or takes them out where the session is no longer to be
    /// kept.</summary>
    internal void Keep()
    {
        lock (Gate)
        {
            if (IsPersistent && !IsEnded)
            {
                _isKept = true;
                long? leftAtMs = Owner is null ? DisconnectedAtMs : null;
                var record = new SessionRecord(_expirySeconds, leftAtMs, _user, Subscriptions.Values);
                _limits.Journal.Put(Key, record, isNew: false);
            }
            else if (_isKept)
            {
                DeleteKept();
            }
        }
    }

    /// <summary>The state has it already.</summary>
    internal void MarkKept() => _isKept = true;

    /// <summary>Adds or replaces a subscription; false where the bound or the session's end forbids it.</summary>
    internal bool TrySubscribe(Subscription subscription, TopicTree topics, int subscriptionsMax, out bool isNew)
    {
        lock (Gate)
        {
            string filter = subscription.Request.Filter;
            isNew = !Subscriptions.TryGetValue(filter, out Subscription? previous);
            int bytes = isNew ? Encoding.UTF8.GetByteCount(filter) : 0;
            bool hasRoom = !isNew
                || (Subscriptions.Count < subscriptionsMax && _filterBytes + bytes <= FilterBytesMax);
            if (IsEnded || !hasRoom)
            {
                return false;
            }

            _filterBytes += bytes;
            Subscriptions[filter] = subscription;
            topics.Add(subscription, previous);
            return true;
        }
    }

    internal bool Unsubscribe(string filter, TopicTree topics)
    {
        lock (Gate)
        {
            if (!Subscriptions.Remove(filter, out Subscription? subscription))
            {
                return false;
            }

            _filterBytes -= Encoding.UTF8.GetByteCount(filter);
            topics.Remove(subscription);
            return true;
        }
    }

    /// <summary>Lets the will of the connection that has left wait for its delay.</summary>
    internal void DelayWill(MqttWill will, long dueMs)
    {
        lock (Gate)
        {
            WaitingWill = will;
            WillDueMs = dueMs;
            if (IsPersistent)
            {
                _storedWill = will;
                _limits.Journal.Put(WillKey, new WillRecord(will, dueMs, _user), isNew: false);
            }
        }
    }

    /// <summary>The will that waits, which waits no longer. The state has it until <see cref="ForgetWill"/>.</summary>
    internal DueWill? TakeWaitingWill()
    {
        lock (Gate)
        {
            MqttWill? will = WaitingWill;
            WaitingWill = null;
            return will is null ? null : new DueWill(ClientId, will, ReferenceEquals(_storedWill, will) ? this : null);
        }
    }

    /// <summary>A will is published and safe, or never will be: the state need not have it any more.</summary>
    internal void ForgetWill(MqttWill will)
    {
        lock (Gate)
        {
            if (ReferenceEquals(_storedWill, will))
            {
                _storedWill = null;
                _limits.Journal.Delete(WillKey);
            }
        }
    }

    /// <summary>Takes back a will that the state kept.</summary>
    internal void RestoreWill(MqttWill will, long dueMs)
    {
        WaitingWill = will;
        WillDueMs = dueMs;
        _storedWill = will;
    }

    /// <summary>Takes back a subscription that the state kept, whatever the bounds are now.</summary>
    internal void Restore(Subscription subscription)
    {
        string filter = subscription.Request.Filter;
        _filterBytes += Subscriptions.ContainsKey(filter) ? 0 : Encoding.UTF8.GetByteCount(filter);
        Subscriptions[filter] = subscription;
    }

    /// <summary>Takes back what the state kept.</summary>
    internal void Restore(OutboundMessage message) => _outbound.Restore(message);

    /// <summary>Nothing is delivered any more, and nothing of it stays in the state.</summary>
    /// <returns>What came by shared subscriptions and may go to other members.</returns>
    internal List<OutboundMessage> End()
    {
        lock (Gate)
        {
            IsEnded = true;
            List<OutboundMessage> unshared = _outbound.Clear();
            if (_isKept)
            {
                DeleteKept();
            }

            _inbound?.Clear();
            return unshared;
        }
    }

    /// <summary>[MQTT-3.1.3-9]: its client is back.</summary>
    private void CancelWaitingWill()
    {
        if (WaitingWill is { } will)
        {
            WaitingWill = null;
            ForgetWill(will);
        }
    }

    /// <summary>Takes the session out of the state, with the identifiers that belong to it.</summary>
    private void DeleteKept()
    {
        _isKept = false;
        _inbound?.DeleteKept();
        _limits.Journal.Delete(Key);
    }

    private Enqueued Enqueue(OutboundMessage message, bool isRetainedReplay, RetainedMessages? retained = null)
    {
        if (!MayReceive(message.Message.Topic))
        {
            _limits.AddReceiveRefused();
            return Enqueued.No;
        }

        ServerConnection? owner;
        Enqueued enqueued;
        lock (Gate)
        {
            owner = Owner;
            if (IsEnded)
            {
                return Enqueued.No;
            }

            if (owner is null && message.Qos == MqttQos.AtMostOnce)
            {
                _limits.Statistics.AddDroppedOffline();
                return Enqueued.No;
            }

            // Whoever replaces it from here on waits for this lock to deliver its successor.
            if (retained?.IsCurrent(message.Message) == false
                || !_outbound.TryEnqueue(message, isRetainedReplay, isConnected: owner is not null))
            {
                return Enqueued.No;
            }

            bool isKept = _outbound.IsPersistent && message.Qos != MqttQos.AtMostOnce;
            enqueued = isKept ? Enqueued.Kept : Enqueued.InMemory;
        }

        owner?.Sender.Wake();
        return enqueued;
    }
}
