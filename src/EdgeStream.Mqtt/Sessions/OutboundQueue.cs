using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>What a session has for its client: messages that wait, and those sent but not acknowledged.</summary>
/// <remarks>
/// Not thread-safe: guarded by its session. Messages go out in the order in which they came. Policy when full: what
/// comes is dropped and counted; QoS 0 may fill half of the bound only, so that it can't crowd out the acknowledged
/// qualities.
/// A QoS 2 message of a persistent session gets its packet identifier, is stored with it, and goes out when that commit
/// is over: a client that has it under an identifier never meets another one there after a power cut, nor the same one
/// under another. QoS 1 needs no such thing, as its identifiers mean nothing on the next connection.
/// </remarks>
internal sealed class OutboundQueue
{
    private readonly string _clientId;
    private readonly SessionLimits _limits;
    private readonly WaitingMessages _waiting;
    private readonly OutboundWriter _writer;
    private InFlightMessages? _inFlight;
    private long _waitedFor;
    private long _nextOrder = 1;
    private int _receiveMaximum;
    private int _held;

    internal OutboundQueue(string clientId, SessionLimits limits)
    {
        _clientId = clientId;
        _limits = limits;
        _waiting = new WaitingMessages(limits);
        _writer = new OutboundWriter(limits.Statistics);
    }

    /// <summary>Whether unacknowledged messages are kept in the state.</summary>
    internal bool IsPersistent { get; set; }

    internal int Count => _waiting.Count + (_inFlight?.Count ?? 0);

    /// <summary>Made when it is asked for: what only gets QoS 0 needs none.</summary>
    private InFlightMessages InFlight => _inFlight ??= new InFlightMessages();

    /// <summary>Whether no more messages may wait. May be asked without the session's lock, for a hint.</summary>
    internal bool IsFull => _waiting.IsFull;

    /// <summary>Whether a message would go out at once. May be asked without the session's lock, for a hint.</summary>
    internal bool HasWindow => Volatile.Read(ref _held) < _receiveMaximum;

    /// <param name="message">The message.</param>
    /// <param name="isRetainedReplay">Whether it is sent because of a new subscription.</param>
    /// <param name="isConnected">Whether its client is there: then it is stored with the identifier it goes out
    /// under.</param>
    internal bool TryEnqueue(OutboundMessage message, bool isRetainedReplay, bool isConnected = false)
    {
        message.IsReplay = isRetainedReplay;
        if (IsPersistent && message.Qos != MqttQos.AtMostOnce && IsTooLargeToKeep(message))
        {
            _limits.Statistics.AddDroppedTooLarge();
            return false;
        }

        if (!_waiting.TryTakeRoom(ref message))
        {
            _limits.Statistics.AddDroppedQueueFull();
            return false;
        }

        if (message.Qos != MqttQos.AtMostOnce)
        {
            message.Order = _nextOrder++;
            if (isConnected && IsHeldBack(message) && _waiting.Count == 0 && HasRoomForNew(_receiveMaximum))
            {
                _held++;
                Identify(message, isNew: true);
                return true;
            }

            Keep(message, isNew: true);
        }

        _held++;
        _waiting.Add(message);
        return true;
    }

    /// <summary>The commit that what would go out next waits for, where nobody has been told of it yet; else
    /// zero.</summary>
    internal long TakeAwaitedCommit()
    {
        long commit = _inFlight?.AwaitedCommit() ?? 0;
        if (commit == _waitedFor)
        {
            return 0;
        }

        _waitedFor = commit;
        return commit;
    }

    /// <summary>Takes back a message that a state store kept.</summary>
    internal void Restore(OutboundMessage message)
    {
        _nextOrder = Math.Max(_nextOrder, message.Order + 1);
        _waiting.TakeRoom(ref message);
        _held++;
        if (message.PacketId != 0 && InFlight.TryRestore(message))
        {
            return;
        }

        message.PacketId = 0;
        _waiting.Add(message);
    }

    /// <summary>A new connection: everything unacknowledged is sent again first.</summary>
    internal void Resume(int receiveMaximum)
    {
        _receiveMaximum = receiveMaximum;
        _waitedFor = 0;
        _inFlight?.Resume(receiveMaximum);
    }

    /// <summary>Takes out what the client may no longer get, but for messages that it has already. Before a resumption
    /// only.</summary>
    internal void RemoveWhere(Predicate<OutboundMessage> isForbidden, SessionLimits limits)
    {
        RemoveWaitingWhere(isForbidden, limits);
        if (_inFlight is not { Count: > 0 } inFlight)
        {
            return;
        }

        foreach (OutboundMessage message in new List<OutboundMessage>(inFlight.Messages))
        {
            if (!message.IsReleased && isForbidden(message))
            {
                limits.AddReceiveRefused();
                Remove(message.PacketId);
            }
        }
    }

    /// <summary>Takes out what the client may no longer get and was not sent yet.</summary>
    internal void RemoveWaitingWhere(Predicate<OutboundMessage> isForbidden, SessionLimits limits)
    {
        for (int i = _waiting.Count; i > 0; i--)
        {
            OutboundMessage message = _waiting.Take();
            if (!isForbidden(message))
            {
                _waiting.Add(message);
                continue;
            }

            limits.AddReceiveRefused();
            Forget(message);
        }

        foreach (OutboundMessage message in _inFlight?.RemoveUnsentWhere(isForbidden) ?? [])
        {
            limits.AddReceiveRefused();
            Forget(message);
        }
    }

    /// <summary>Replays that wait and whose topic has another message by now hold bytes that nothing else holds: they
    /// count like live messages from here on, and are dropped where there is no room.</summary>
    internal void ChargeReplaced(RetainedMessages retained)
    {
        for (int i = _waiting.ReplayCount > 0 ? _waiting.Count : 0; i > 0; i--)
        {
            OutboundMessage message = _waiting.Take();
            if (message.IsReplay && !retained.IsCurrent(message.Message))
            {
                message.IsReplay = false;
                if (!_waiting.TryTakeRoom(ref message))
                {
                    _limits.Statistics.AddDroppedQueueFull();
                    Forget(message);
                    continue;
                }
            }

            _waiting.Add(message);
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
            bool wasSent = _inFlight is { HasToResend: true } inFlight
                ? TryResend(inFlight, output, terms, nowMs, ref budgetBytes)
                : TrySend(output, terms, nowMs, ref budgetBytes);
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
        if (_inFlight is not { } inFlight || !inFlight.TryGetSent(packetId, out OutboundMessage message))
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

        Remove(packetId);
        return OutboundAnswer.Taken;
    }

    /// <summary>PUBREC: the client has it; from now on only PUBREL goes out for it.</summary>
    internal OutboundAnswer Release(ushort packetId)
    {
        if (_inFlight is not { } inFlight || !inFlight.TryGetSent(packetId, out OutboundMessage message))
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
            inFlight.Replace(message);
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
            bool isSent = message.PacketId != 0 && message.HeldUntil == 0;
            if (message.ShareFilter is not null && (!isSent || message.Qos == MqttQos.AtLeastOnce))
            {
                unshared.Add(message);
            }
        }

        _inFlight?.Clear();
        _waiting.Clear();
        return unshared;
    }

    private List<OutboundMessage> AllMessages()
    {
        var messages = new List<OutboundMessage>(_inFlight?.Messages ?? []);
        messages.Sort(static (left, right) => left.Order.CompareTo(right.Order));
        messages.AddRange(_waiting.Messages);
        return messages;
    }

    private bool IsHeldBack(in OutboundMessage message) => IsPersistent && message.Qos == MqttQos.ExactlyOnce;

    /// <summary>Whether one more may be begun: nothing is to be sent again before, and the window has room.</summary>
    private bool HasRoomForNew(int receiveMaximum) => InFlight.HasRoom(receiveMaximum) && !InFlight.HasToResend;

    /// <summary>Gives a message its identifier, to be stored with it before it goes out.</summary>
    private void Identify(OutboundMessage message, bool isNew)
    {
        message.PacketId = InFlight.FreeIdFor(message.Order);
        message.HeldUntil = Keep(message, isNew);
        InFlight.AddToStore(message);
    }

    /// <summary>What is next and has to be stored first gets its identifiers as far as the window goes, so that one
    /// commit serves all of it.</summary>
    private void IdentifyAhead(DeliveryTerms terms)
    {
        while (_waiting.TryPeek(out OutboundMessage message)
            && IsHeldBack(message)
            && HasRoomForNew(terms.ReceiveMaximum))
        {
            Identify(_waiting.Take(), isNew: false);
        }
    }

    private bool TrySend(IBufferWriter<byte> output, DeliveryTerms terms, long nowMs, ref int budgetBytes)
    {
        IdentifyAhead(terms);
        return _inFlight is { HasToStore: true } inFlight
            ? TrySendStored(inFlight, output, terms, nowMs, ref budgetBytes)
            : TrySendNext(output, terms, nowMs, ref budgetBytes);
    }

    /// <summary>Sends a message that had to be stored first; false while that is under way.</summary>
    private bool TrySendStored(
        InFlightMessages inFlight,
        IBufferWriter<byte> output,
        DeliveryTerms terms,
        long nowMs,
        ref int budgetBytes)
    {
        OutboundMessage message = inFlight.PeekToStore();
        if (!_limits.Journal.IsSettled(message.HeldUntil))
        {
            return false;
        }

        inFlight.TakeToStore();
        SendHeld(output, terms, message, nowMs, ref budgetBytes);
        return true;
    }

    private void SendHeld(
        IBufferWriter<byte> output, DeliveryTerms terms, OutboundMessage message, long nowMs, ref int budgetBytes)
    {
        bool isExpired = message.Message.IsExpired(nowMs);
        if (isExpired)
        {
            _limits.Statistics.AddDroppedExpired();
        }

        if (isExpired || !_writer.TryWrite(output, terms, message, isDuplicate: false, nowMs, ref budgetBytes))
        {
            Remove(message.PacketId);
            return;
        }

        message.HeldUntil = 0;
        InFlight.Replace(message);
    }

    /// <summary>A message with an identifier is done with.</summary>
    private void Remove(ushort packetId)
    {
        Forget(InFlight.Remove(packetId));
    }

    private bool TrySendNext(IBufferWriter<byte> output, DeliveryTerms terms, long nowMs, ref int budgetBytes)
    {
        if (!_waiting.TryPeek(out OutboundMessage message)
            || (message.Qos != MqttQos.AtMostOnce && !InFlight.HasRoom(terms.ReceiveMaximum)))
        {
            return false;
        }

        _waiting.Take();
        if (message.Message.IsExpired(nowMs))
        {
            // [MQTT-3.3.2-5].
            _limits.Statistics.AddDroppedExpired();
            Forget(message);
            return true;
        }

        if (message.Qos != MqttQos.AtMostOnce)
        {
            message.PacketId = InFlight.FreeIdFor(message.Order);
        }

        if (!_writer.TryWrite(output, terms, message, isDuplicate: false, nowMs, ref budgetBytes))
        {
            Forget(message);
            return true;
        }

        if (message.Qos != MqttQos.AtMostOnce)
        {
            InFlight.Add(message);
            Keep(message, isNew: false);
        }
        else
        {
            Forget(message);
        }

        return true;
    }

    /// <summary>Sends one again; false while the client's window has no room for it, or it isn't stored yet.</summary>
    private bool TryResend(
        InFlightMessages inFlight,
        IBufferWriter<byte> output,
        DeliveryTerms terms,
        long nowMs,
        ref int budgetBytes)
    {
        if (!inFlight.TryPeekResend(out OutboundMessage message))
        {
            // Acknowledged meanwhile.
            return true;
        }

        if ((!message.IsReleased && !inFlight.HasRoom(terms.ReceiveMaximum))
            || !_limits.Journal.IsSettled(message.HeldUntil))
        {
            return false;
        }

        message = inFlight.TakeResend();
        if (message.HeldUntil != 0)
        {
            SendHeld(output, terms, message, nowMs, ref budgetBytes);
        }
        else if (message.IsReleased)
        {
            AcknowledgementPacket.Write(
                output, PacketType.Pubrel, message.PacketId, MqttReasonCode.Success, terms.Version);
            budgetBytes -= sizeof(uint);
        }
        else if (!_writer.TryWrite(output, terms, message, isDuplicate: true, nowMs, ref budgetBytes))
        {
            Remove(message.PacketId);
        }

        return true;
    }

    private StateKey KeyOf(in OutboundMessage message) => new(StateKind.Outbound, _clientId, message.Order);

    /// <returns>The commit that stores it; zero where it isn't stored.</returns>
    private long Keep(in OutboundMessage message, bool isNew) => IsPersistent && !IsTooLargeToKeep(message)
        ? _limits.Journal.Put(KeyOf(message), new OutboundRecord(message), isNew)
        : 0;

    private bool IsTooLargeToKeep(in OutboundMessage message) =>
        message.Message.SizeBytes > _limits.KeptMessageSizeBytesMax;

    /// <summary>The message is done with: nothing of it is held or stays in the state.</summary>
    private void Forget(in OutboundMessage message)
    {
        _held--;
        _waiting.ReturnRoom(message);
        if (IsPersistent && message.Order != 0)
        {
            _limits.Journal.Delete(KeyOf(message));
        }
    }
}
