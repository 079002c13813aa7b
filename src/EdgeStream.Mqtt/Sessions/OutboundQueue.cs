using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>What a session has for its client: messages that wait, and those sent but not acknowledged.</summary>
/// <remarks>
/// Not thread-safe: guarded by its session. Messages go out in the order in which they came. Policy when full: what
/// comes is
/// dropped and counted; QoS 0 may fill half of the bound only, so that it can't crowd out the acknowledged qualities.
/// </remarks>
internal sealed class OutboundQueue
{
    private readonly string _clientId;
    private readonly SessionLimits _limits;
    private readonly Queue<OutboundMessage> _waiting = new();
    private Dictionary<ushort, OutboundMessage>? _inFlight;
    private Queue<ushort>? _toResend;
    private int _waitingReplays;
    private long _waitingReplayBytes;
    private long _waitingBytes;
    private long _nextOrder = 1;
    private int _receiveMaximum;
    private int _countedInFlight;
    private int _held;

    internal OutboundQueue(string clientId, SessionLimits limits)
    {
        _clientId = clientId;
        _limits = limits;
    }

    /// <summary>Whether unacknowledged messages are kept in the state.</summary>
    internal bool IsPersistent { get; set; }

    internal int Count => _waiting.Count + (_inFlight?.Count ?? 0);

    /// <summary>Sent and not acknowledged, by packet identifier; made when it is asked for.</summary>
    private Dictionary<ushort, OutboundMessage> InFlight => _inFlight ??= [];

    /// <summary>Whether no more messages may wait. May be asked without the session's lock, for a hint.</summary>
    internal bool IsFull =>
        _waiting.Count - _waitingReplays >= _limits.QueuedMessagesMax || _waitingBytes >= _limits.QueuedBytesMax;

    /// <summary>Whether a message would go out at once. May be asked without the session's lock, for a hint.</summary>
    internal bool HasWindow => Volatile.Read(ref _held) < _receiveMaximum;

    internal bool TryEnqueue(OutboundMessage message, bool isRetainedReplay)
    {
        message.IsReplay = isRetainedReplay;
        if (!(isRetainedReplay ? HasRoomForReplay(message) : TryTakeRoom(ref message)))
        {
            _limits.Statistics.AddDroppedQueueFull();
            return false;
        }

        if (message.Qos != MqttQos.AtMostOnce)
        {
            message.Order = _nextOrder++;
            Keep(message, isNew: true);
        }

        _held++;
        AddWaiting(message);
        return true;
    }

    /// <summary>Takes back a message that a state store kept.</summary>
    internal void Restore(OutboundMessage message)
    {
        _nextOrder = Math.Max(_nextOrder, message.Order + 1);
        message.SharedBytes = message.Message.SizeBytes;
        _limits.QueuedBytes.Take(message.SharedBytes);
        _held++;
        if (message.PacketId != 0 && InFlight.TryAdd(message.PacketId, message))
        {
            return;
        }

        message.PacketId = 0;
        AddWaiting(message);
    }

    /// <summary>A new connection: everything unacknowledged is sent again first, in its order [MQTT-4.4.0-1].</summary>
    /// <remarks>Where not all of it fits into the client's window now, PUBRELs come before, as they may not wait for
    /// it [MQTT-3.3.4-10].</remarks>
    internal void Resume(int receiveMaximum)
    {
        _receiveMaximum = receiveMaximum;
        _countedInFlight = 0;
        _toResend?.Clear();
        if (_inFlight is not { Count: > 0 })
        {
            return;
        }

        _toResend ??= new Queue<ushort>();
        var unacknowledged = new List<OutboundMessage>(InFlight.Values);
        bool releasesFirst = unacknowledged.Count > receiveMaximum;
        unacknowledged.Sort((left, right) => releasesFirst && left.IsReleased != right.IsReleased
            ? right.IsReleased.CompareTo(left.IsReleased)
            : left.Order.CompareTo(right.Order));
        foreach (OutboundMessage message in unacknowledged)
        {
            InFlight[message.PacketId] = message with { IsCounted = false };
            _toResend.Enqueue(message.PacketId);
        }
    }

    /// <summary>Takes out what the client may no longer get, but for messages that it has already. Before a resumption
    /// only.</summary>
    internal void RemoveWhere(Predicate<OutboundMessage> isForbidden, SessionLimits limits)
    {
        RemoveWaitingWhere(isForbidden, limits);
        foreach (OutboundMessage message in new List<OutboundMessage>(InFlight.Values))
        {
            if (!message.IsReleased && isForbidden(message))
            {
                InFlight.Remove(message.PacketId);
                limits.AddReceiveRefused();
                Forget(message);
            }
        }
    }

    /// <summary>Takes out what the client may no longer get and was not sent yet.</summary>
    internal void RemoveWaitingWhere(Predicate<OutboundMessage> isForbidden, SessionLimits limits)
    {
        for (int i = _waiting.Count; i > 0; i--)
        {
            OutboundMessage message = TakeWaiting();
            if (!isForbidden(message))
            {
                AddWaiting(message);
                continue;
            }

            limits.AddReceiveRefused();
            Forget(message);
        }
    }

    /// <summary>Replays that wait and whose topic has another message by now hold bytes that nothing else holds: they
    /// count like live messages from here on, and are dropped where there is no room.</summary>
    internal void ChargeReplaced(RetainedMessages retained)
    {
        for (int i = _waitingReplays > 0 ? _waiting.Count : 0; i > 0; i--)
        {
            OutboundMessage message = TakeWaiting();
            if (message.IsReplay && !retained.IsCurrent(message.Message))
            {
                message.IsReplay = false;
                if (!TryTakeRoom(ref message))
                {
                    _limits.Statistics.AddDroppedQueueFull();
                    Forget(message);
                    continue;
                }
            }

            AddWaiting(message);
        }
    }

    /// <summary>Persistent from now on, or no longer.</summary>
    internal void SetPersistent(bool isPersistent)
    {
        if (IsPersistent == isPersistent)
        {
            return;
        }

        IsPersistent = isPersistent;
        foreach (OutboundMessage message in AllMessages())
        {
            if (message.Order == 0)
            {
                continue;
            }

            if (isPersistent)
            {
                Keep(message, isNew: false);
            }
            else
            {
                _limits.Journal.Delete(KeyOf(message));
            }
        }
    }

    /// <summary>Writes packets until the budget is used, the window is full or nothing waits; true while there is more
    /// to send.</summary>
    internal bool Fill(IBufferWriter<byte> output, DeliveryTerms terms, ref int budgetBytes)
    {
        long nowMs = _limits.Clock.NowMs;
        while (budgetBytes > 0)
        {
            ushort packetId = 0;
            bool wasSent = (_toResend?.TryPeek(out packetId) ?? false)
                ? TryResend(output, terms, packetId, nowMs, ref budgetBytes)
                : TrySendNext(output, terms, nowMs, ref budgetBytes);
            if (!wasSent)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>PUBACK, PUBCOMP or a PUBREC that refuses: the message is done with.</summary>
    internal OutboundAnswer Complete(ushort packetId, PacketType answer)
    {
        if (!InFlight.TryGetValue(packetId, out OutboundMessage message))
        {
            return OutboundAnswer.Unknown;
        }

        bool isInTurn = answer switch
        {
            PacketType.Puback => message.Qos == MqttQos.AtLeastOnce,
            PacketType.Pubcomp => message.IsReleased,
            _ => message.Qos == MqttQos.ExactlyOnce,
        };
        if (!isInTurn)
        {
            return OutboundAnswer.OutOfTurn;
        }

        InFlight.Remove(packetId);
        _countedInFlight -= message.IsCounted ? 1 : 0;
        Forget(message);
        return OutboundAnswer.Taken;
    }

    /// <summary>PUBREC: the client has it; from now on only PUBREL goes out for it.</summary>
    internal OutboundAnswer Release(ushort packetId)
    {
        if (!InFlight.TryGetValue(packetId, out OutboundMessage message))
        {
            return OutboundAnswer.Unknown;
        }

        if (message.Qos != MqttQos.ExactlyOnce)
        {
            return OutboundAnswer.OutOfTurn;
        }

        if (!message.IsReleased)
        {
            message.IsReleased = true;
            InFlight[packetId] = message;
            Keep(message, isNew: false);
        }

        return OutboundAnswer.Taken;
    }

    /// <summary>The session ends: nothing of it stays in the state.</summary>
    /// <returns>What came by a shared subscription and may go to another member: all but what was sent with QoS 2
    /// [MQTT-4.8.2-5].</returns>
    internal List<OutboundMessage> Clear()
    {
        var unshared = new List<OutboundMessage>();
        foreach (OutboundMessage message in AllMessages())
        {
            Forget(message);
            if (message.ShareFilter is not null && (message.PacketId == 0 || message.Qos == MqttQos.AtLeastOnce))
            {
                unshared.Add(message);
            }
        }

        _inFlight?.Clear();
        _countedInFlight = 0;
        _waiting.Clear();
        _toResend?.Clear();
        _waitingReplays = 0;
        _waitingReplayBytes = 0;
        _waitingBytes = 0;
        return unshared;
    }

    private List<OutboundMessage> AllMessages()
    {
        var messages = new List<OutboundMessage>(InFlight.Values);
        messages.Sort(static (left, right) => left.Order.CompareTo(right.Order));
        messages.AddRange(_waiting);
        return messages;
    }

    private bool TrySendNext(IBufferWriter<byte> output, DeliveryTerms terms, long nowMs, ref int budgetBytes)
    {
        if (!_waiting.TryPeek(out OutboundMessage message)
            || (message.Qos != MqttQos.AtMostOnce && _countedInFlight >= terms.ReceiveMaximum))
        {
            return false;
        }

        TakeWaiting();
        if (message.Message.IsExpired(nowMs))
        {
            // [MQTT-3.3.2-5].
            _limits.Statistics.AddDroppedExpired();
            Forget(message);
            return true;
        }

        if (message.Qos != MqttQos.AtMostOnce)
        {
            message.PacketId = PacketIdOf(message.Order);
        }

        if (!TryWrite(output, terms, message, isDuplicate: false, nowMs, ref budgetBytes))
        {
            Forget(message);
            return true;
        }

        if (message.Qos != MqttQos.AtMostOnce)
        {
            message.IsCounted = true;
            _countedInFlight++;
            InFlight.Add(message.PacketId, message);
            Keep(message, isNew: false);
        }
        else
        {
            Forget(message);
        }

        return true;
    }

    /// <summary>Sends one again; false while the client's window has no room for it.</summary>
    private bool TryResend(
        IBufferWriter<byte> output, DeliveryTerms terms, ushort packetId, long nowMs, ref int budgetBytes)
    {
        if (!InFlight.TryGetValue(packetId, out OutboundMessage message))
        {
            // Acknowledged meanwhile.
            _toResend!.Dequeue();
            return true;
        }

        if (!message.IsReleased && _countedInFlight >= terms.ReceiveMaximum)
        {
            return false;
        }

        _toResend!.Dequeue();
        if (message.IsReleased)
        {
            AcknowledgementPacket.Write(output, PacketType.Pubrel, packetId, MqttReasonCode.Success, terms.Version);
            budgetBytes -= sizeof(uint);
        }
        else if (!TryWrite(output, terms, message, isDuplicate: true, nowMs, ref budgetBytes))
        {
            InFlight.Remove(packetId);
            Forget(message);
            return true;
        }

        message.IsCounted = true;
        _countedInFlight++;
        InFlight[packetId] = message;
        return true;
    }

    /// <summary>False where the packet exceeds what the client takes; then it is done with [MQTT-3.1.2-25].</summary>
    /// <remarks>An alias makes a packet longer when it is new or its topic is short: where only that is too much, the
    /// topic goes out without it.</remarks>
    private bool TryWrite(
        IBufferWriter<byte> output,
        DeliveryTerms terms,
        in OutboundMessage message,
        bool isDuplicate,
        long nowMs,
        ref int budgetBytes)
    {
        bool isNewAlias = false;
        ushort alias = terms.Aliases?.Find(message.Message.Topic, out isNewAlias) ?? 0;
        PublishWriter writer = WriterOf(terms, message, isDuplicate, nowMs, alias, isNewAlias);
        int size = writer.Measure();
        if (alias != 0 && !terms.Takes(size))
        {
            isNewAlias = false;
            writer = WriterOf(terms, message, isDuplicate, nowMs, alias: 0, isNewAlias);
            size = writer.Measure();
        }

        if (!terms.Takes(size))
        {
            _limits.Statistics.AddDroppedTooLarge();
            return false;
        }

        writer.Write(output);
        if (isNewAlias)
        {
            terms.Aliases!.Establish(message.Message.Topic, alias);
        }

        budgetBytes -= size;
        _limits.Statistics.AddPublishSent(size);
        return true;
    }

    private static PublishWriter WriterOf(
        DeliveryTerms terms,
        in OutboundMessage message,
        bool isDuplicate,
        long nowMs,
        ushort alias,
        bool isNewAlias) => new()
    {
        Version = terms.Version,
        Qos = message.Qos,
        IsDuplicate = isDuplicate,
        Retain = message.Retain,
        PacketId = message.PacketId,
        Topic = alias == 0 || isNewAlias ? message.Message.Topic : default(ReadOnlySpan<byte>),
        TopicAlias = alias,
        Payload = message.Message.Payload,
        ForwardedProperties = message.Message.ForwardedProperties,
        ExpirySeconds = message.Message.RemainingSeconds(nowMs),
        SubscriptionIds = message.Ids,
    };

    /// <summary>An identifier that follows from the message's place in the order: after a power cut between its sending
    /// and the storing of that, it goes out under the same one, by which a QoS 2 client knows it.</summary>
    private ushort PacketIdOf(long order)
    {
        int packetId = (int)((order - 1) % ushort.MaxValue) + 1;
        while (InFlight.ContainsKey((ushort)packetId))
        {
            packetId = (packetId % ushort.MaxValue) + 1;
        }

        return (ushort)packetId;
    }

    private StateKey KeyOf(in OutboundMessage message) => new(StateKind.Outbound, _clientId, message.Order);

    private void Keep(in OutboundMessage message, bool isNew)
    {
        if (IsPersistent)
        {
            _limits.Journal.Put(KeyOf(message), new OutboundRecord(message), isNew);
        }
    }

    private void AddWaiting(in OutboundMessage message)
    {
        _waiting.Enqueue(message);
        CountWaiting(message, 1);
    }

    private OutboundMessage TakeWaiting()
    {
        OutboundMessage message = _waiting.Dequeue();
        CountWaiting(message, -1);
        return message;
    }

    private void CountWaiting(in OutboundMessage message, int sign)
    {
        int bytes = sign * message.Message.SizeBytes;
        if (message.IsReplay)
        {
            _waitingReplays += sign;
            _waitingReplayBytes += bytes;
        }
        else
        {
            _waitingBytes += bytes;
        }
    }

    private bool HasRoomForReplay(in OutboundMessage message) =>
        _waitingReplays < _limits.RetainedMessagesMax
        && _waitingReplayBytes + message.Message.SizeBytes <= _limits.RetainedBytesMax;

    /// <summary>Takes room of the session's bounds and of those that all share; QoS 0 has half of each.</summary>
    private bool TryTakeRoom(ref OutboundMessage message)
    {
        bool isHalved = message.Qos == MqttQos.AtMostOnce;
        int countMax = isHalved ? (_limits.QueuedMessagesMax + 1) / 2 : _limits.QueuedMessagesMax;
        int sizeBytes = message.Message.SizeBytes;
        if (_waiting.Count - _waitingReplays >= countMax
            || _waitingBytes + sizeBytes > _limits.QueuedBytesMax
            || !_limits.QueuedBytes.TryTake(sizeBytes, _limits.QueuedBytes.BytesMax / (isHalved ? 2 : 1)))
        {
            return false;
        }

        message.SharedBytes = sizeBytes;
        return true;
    }

    /// <summary>The message is done with: nothing of it is held or stays in the state.</summary>
    private void Forget(in OutboundMessage message)
    {
        _held--;
        _limits.QueuedBytes.Return(message.SharedBytes);
        if (IsPersistent && message.Order != 0)
        {
            _limits.Journal.Delete(KeyOf(message));
        }
    }
}
