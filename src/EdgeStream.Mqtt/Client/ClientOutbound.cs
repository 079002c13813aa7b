using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>The messages that a client publishes, in their order, until the server has acknowledged them.</summary>
/// <remarks>
/// Thread-safe. Those of QoS 1 and 2 outlive a connection where the session is kept: on the next one they go out first,
/// in their old order, under their old packet identifiers [MQTT-4.4.0-1] [MQTT-4.6.0-1]. Bounded by the client's send
/// maximum: further ones wait, first come, first sent. What is on its way is also within the server's receive maximum
/// [MQTT-3.3.4-7].
/// </remarks>
internal sealed class ClientOutbound : IPacketSource
{
    private const int AcknowledgementBytes = 4;

    private readonly Lock _gate = new();
    private readonly PacketIds _ids;
    private readonly LinkedList<OutgoingPublish> _waiting = new();
    private readonly LinkedList<OutgoingPublish> _open = new();
    private readonly Dictionary<ushort, OutgoingPublish> _byId = [];
    private readonly Queue<OutgoingPublish> _toSend = new();
    private ServerTerms? _terms;
    private PacketSender? _sender;
    private int _room;
    private int _window;

    internal ClientOutbound(PacketIds ids, int sendMaximum)
    {
        _ids = ids;
        _room = sendMaximum;
    }

    /// <summary>Messages of QoS 1 and 2 that aren't acknowledged.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Takes a message over, as soon as there is room; the task is the server's answer.</summary>
    /// <param name="message">What to send.</param>
    /// <param name="topic">Its topic in UTF-8.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    /// <exception cref="IOException">There is no connection.</exception>
    internal async Task<MqttReasonCode> PublishAsync(
        MqttMessage message, byte[] topic, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var publish = new OutgoingPublish { Message = message, Topic = topic };
        bool isWaiting;
        lock (_gate)
        {
            if (_sender is null)
            {
                throw new IOException("The MQTT connection is over.");
            }

            publish.Waiting = _waiting.AddLast(publish);
            Admit();
            isWaiting = publish.Waiting is not null;
        }

        if (!isWaiting)
        {
            return await publish.Completion.Task.ConfigureAwait(false);
        }

        using CancellationTokenRegistration givingUp = cancellationToken.UnsafeRegister(
            (state, token) => GiveUp((OutgoingPublish)state!, token), publish);
        return await publish.Completion.Task.ConfigureAwait(false);
    }

    /// <summary>A connection begins: what the one before left open goes out again, or fails where the server has
    /// forgotten the session and so what became of it. What waited behind it fails too, as it would overtake
    /// it.</summary>
    internal void Begin(PacketSender sender, ServerTerms terms, bool isSessionPresent)
    {
        lock (_gate)
        {
            _terms = terms;
            _sender = sender;
            _window = terms.ReceiveMaximum;
            bool isForgotten = false;
            foreach (OutgoingPublish publish in _open.ToArray())
            {
                publish.IsCounted = false;
                if (!isSessionPresent && (publish.WasSent || isForgotten))
                {
                    isForgotten = true;
                    Fail(publish, Forgotten());
                    continue;
                }

                if (publish.IsReleased)
                {
                    publish.IsCounted = true;
                    _window--;
                }

                _toSend.Enqueue(publish);
            }

            while (isForgotten && _waiting.First is { } next)
            {
                _room--;
                Fail(Take(next), Forgotten());
            }

            // Behind what was there before.
            Admit();
        }

        sender.Attach(this);
    }

    private static IOException Forgotten() => new(
        "The server has forgotten the session: whether the message, or one before it, arrived is not known.");

    /// <summary>The connection is over: QoS 0 is lost, the rest too unless the session is kept.</summary>
    internal void End(Exception end, bool isSessionKept)
    {
        lock (_gate)
        {
            _sender = null;
            _terms = null;
            while (_toSend.TryDequeue(out OutgoingPublish? publish))
            {
                if (publish.Place is null)
                {
                    Fail(publish, end);
                }
            }

            if (!isSessionKept)
            {
                foreach (OutgoingPublish publish in _open.ToArray())
                {
                    Fail(publish, end);
                }

                while (_waiting.First is { } next)
                {
                    _room--;
                    Fail(Take(next), end);
                }
            }
        }
    }

    /// <inheritdoc/>
    public bool Fill(IBufferWriter<byte> output, ref int budgetBytes)
    {
        lock (_gate)
        {
            while (budgetBytes > 0)
            {
                if (_terms is not { } terms || !_toSend.TryPeek(out OutgoingPublish? publish))
                {
                    return false;
                }

                if (publish.Place is { List: null })
                {
                    // Completed while it waited here.
                }
                else if (publish.IsReleased)
                {
                    AcknowledgementPacket.Write(
                        output, PacketType.Pubrel, publish.PacketId, MqttReasonCode.Success, terms.Version);
                    budgetBytes -= AcknowledgementBytes;
                }
                else if (publish.Place is not null && _window <= 0)
                {
                    return false;
                }
                else
                {
                    Send(output, publish, terms, ref budgetBytes);
                }

                _toSend.Dequeue();
            }

            return true;
        }
    }

    /// <summary>PUBACK came.</summary>
    internal void Acknowledged(ushort packetId, MqttReasonCode reason)
    {
        lock (_gate)
        {
            if (Find(packetId, MqttQos.AtLeastOnce) is { } publish)
            {
                Complete(publish, reason);
            }
        }
    }

    /// <summary>PUBREC came; tells whether PUBREL answers it, and with what.</summary>
    internal bool Received(ushort packetId, MqttReasonCode reason, out MqttReasonCode release)
    {
        release = MqttReasonCode.Success;
        lock (_gate)
        {
            if (Find(packetId, MqttQos.ExactlyOnce) is not { } publish)
            {
                release = MqttReasonCode.PacketIdentifierNotFound;
                return reason < MqttReasonCode.UnspecifiedError;
            }

            if (reason >= MqttReasonCode.UnspecifiedError)
            {
                Complete(publish, reason);
                return false;
            }

            publish.IsReleased = true;
            return true;
        }
    }

    /// <summary>PUBCOMP came. Its reason tells nothing: the server has had the message since its PUBREC.</summary>
    internal void Completed(ushort packetId)
    {
        lock (_gate)
        {
            if (Find(packetId, MqttQos.ExactlyOnce) is { IsReleased: true } publish)
            {
                Complete(publish, MqttReasonCode.Success);
            }
        }
    }

    private void Send(IBufferWriter<byte> output, OutgoingPublish publish, ServerTerms terms, ref int budgetBytes)
    {
        MqttMessage message = publish.Message;
        var packet = new PublishWriter
        {
            Version = terms.Version,
            Qos = message.Qos,
            IsDuplicate = publish.WasSent,
            Retain = message.Retain,
            PacketId = publish.PacketId,
            Topic = publish.Topic,
            Payload = message.Payload.Span,
            ForwardedProperties = terms.Version == MqttVersion.V500 ? message.EncodeProperties() : [],
            ExpirySeconds = message.ExpirySeconds,
        };
        int packetBytes = packet.Measure();
        MqttReasonCode verdict = terms.Judge(message, packetBytes);
        if (verdict != MqttReasonCode.Success)
        {
            Complete(publish, verdict);
            return;
        }

        packet.Write(output);
        budgetBytes -= packetBytes;
        if (publish.Place is null)
        {
            Complete(publish, MqttReasonCode.Success);
            return;
        }

        publish.WasSent = true;
        publish.IsCounted = true;
        _window--;
    }

    /// <summary>The message of that identifier, if it was sent on this connection.</summary>
    private OutgoingPublish? Find(ushort packetId, MqttQos qos) =>
        _byId.TryGetValue(packetId, out OutgoingPublish? publish) && publish.IsCounted && publish.Message.Qos == qos
            ? publish
            : null;

    private void Complete(OutgoingPublish publish, MqttReasonCode reason)
    {
        Remove(publish);
        Admit();
        publish.Completion.TrySetResult(reason);
    }

    private void Fail(OutgoingPublish publish, Exception end)
    {
        Remove(publish);
        publish.Completion.TrySetException(
            end as IOException ?? new IOException("The MQTT connection ended before the answer came.", end));
        _ = publish.Completion.Task.Exception;
    }

    private void Remove(OutgoingPublish publish)
    {
        if (publish.Place is { } place)
        {
            _open.Remove(place);
            _byId.Remove(publish.PacketId);
            _ids.Release(publish.PacketId);
            _window += publish.IsCounted ? 1 : 0;
        }

        _room++;
        _sender?.Wake();
    }

    /// <summary>Lets in those that wait, in their order, as far as there is room and a connection.</summary>
    private void Admit()
    {
        while (_room > 0 && _sender is not null && _waiting.First is { } next)
        {
            OutgoingPublish publish = Take(next);
            _room--;
            if (publish.Message.Qos == MqttQos.AtMostOnce || TryEnter(publish))
            {
                _toSend.Enqueue(publish);
                _sender.Wake();
            }
        }
    }

    private bool TryEnter(OutgoingPublish publish)
    {
        try
        {
            publish.PacketId = _ids.Take();
        }
        catch (IOException allInUse)
        {
            Fail(publish, allInUse);
            return false;
        }

        publish.Place = _open.AddLast(publish);
        _byId.Add(publish.PacketId, publish);
        return true;
    }

    private OutgoingPublish Take(LinkedListNode<OutgoingPublish> waiting)
    {
        _waiting.Remove(waiting);
        waiting.Value.Waiting = null;
        return waiting.Value;
    }

    private void GiveUp(OutgoingPublish publish, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (publish.Waiting is { } waiting)
            {
                Take(waiting);
                publish.Completion.TrySetCanceled(cancellationToken);
            }
        }
    }
}
