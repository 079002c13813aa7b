using System.Buffers;
using System.IO.Pipelines;

namespace EdgeStream.Mqtt;

/// <summary>A client's read loop: completes what waits for answers, hands messages to the host.</summary>
internal sealed class ClientReceiver
{
    /// <summary>What a message counts beside its payload and topic.</summary>
    private const int MessageBytes = 64;

    /// <summary>How long a server may send without reading anything.</summary>
    private static readonly TimeSpan UnreadTime = TimeSpan.FromMinutes(1);

    private readonly MqttClientOptions _options;
    private readonly MqttClientSession _session;
    private readonly PacketSender _sender;
    private readonly PendingRequests _pending;
    private readonly ClientAcknowledgements _acknowledgements;
    private readonly TopicAliases _aliases;
    private readonly IMqttPublishHandler? _handler;
    private readonly Action _pingAnswered;
    private readonly CancellationToken _closed;
    private readonly OversizedPublish _oversized = new();
    private readonly TaskCompletionSource<ConnackPacket> _connected =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ClientReceiver(
        MqttClientOptions options,
        MqttClientSession session,
        PacketSender sender,
        PendingRequests pending,
        ClientAcknowledgements acknowledgements,
        Action pingAnswered,
        CancellationToken closed)
    {
        _options = options;
        _session = session;
        _sender = sender;
        _pending = pending;
        _acknowledgements = acknowledgements;
        _aliases = new TopicAliases(options.TopicAliasMaximum);
        _handler = options.Handler ?? (options.Received is { } received ? new ReceivedCallback(received) : null);
        _pingAnswered = pingAnswered;
        _closed = closed;
    }

    internal Task<ConnackPacket> Connected => _connected.Task;

    /// <summary>Acts on CONNACK before the next packet is read.</summary>
    internal Action<ConnackPacket> Accepted { get; init; } = static _ => { };

    /// <summary>The enhanced authentication; null where there is none.</summary>
    internal ClientAuthentication? Authentication { get; init; }

    /// <summary>Whether the loop waits for the host: the server's answers are not read meanwhile.</summary>
    internal bool IsHeld { get; private set; }

    /// <summary>Once set, nothing more is handed over: what comes is left to the next connection.</summary>
    internal bool IsStopping { get; set; }

    internal void Fail(Exception end)
    {
        _connected.TrySetException(end);
        _ = _connected.Task.Exception;
    }

    /// <summary>Reads until the server closes.</summary>
    internal async Task RunAsync(PipeReader input)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(_closed).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            while (TryRead(ref buffer, out byte header, out ReadOnlySequence<byte> body, out int droppedBytes))
            {
                ValueTask handling = Handle(
                    header, body.IsSingleSegment ? body.FirstSpan : body.ToArray(), droppedBytes);
                if (!handling.IsCompletedSuccessfully)
                {
                    // What was acknowledged so far goes out while the host makes room.
                    _sender.Wake();
                    await handling.ConfigureAwait(false);
                }

                while (!_sender.HasRoom)
                {
                    await WaitForServerAsync().ConfigureAwait(false);
                }
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            _sender.Wake();
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Takes the next packet; of one that is too large and may be cut, its beginning.</summary>
    private bool TryRead(
        ref ReadOnlySequence<byte> buffer, out byte header, out ReadOnlySequence<byte> body, out int droppedBytes)
    {
        droppedBytes = 0;
        bool mayBeCut = _options.TakesCutPayloads && _options.Version == MqttVersion.V311;
        if (_oversized.IsUnderWay || (mayBeCut && _oversized.TryBegin(ref buffer, _options.PacketSizeBytesMax)))
        {
            droppedBytes = _oversized.DroppedBytes;
            return _oversized.TryTake(ref buffer, out header, out body);
        }

        return PacketFrame.TryRead(ref buffer, _options.PacketSizeBytesMax, out header, out body);
    }

    /// <summary>A server that sends and doesn't read what it is answered isn't read either, and counts as gone if that
    /// goes on.</summary>
    private async Task WaitForServerAsync()
    {
        _sender.Wake();
        try
        {
            await _sender.WaitForRoomAsync().AsTask().WaitAsync(UnreadTime, _options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new IOException(
                $"The server has not read anything for {UnreadTime.TotalSeconds:0} s, and sends all the while.");
        }
    }

    private ValueTask Handle(byte header, ReadOnlySpan<byte> body, int droppedBytes)
    {
        var type = (PacketType)(header >> 4);
        byte flags = (byte)(header & 0x0F);
        if (_connected.Task.IsCompleted == (type == PacketType.Connack)
            && !(type == PacketType.Auth && Authentication is not null))
        {
            Reject.ProtocolError($"{type} came where {(type == PacketType.Connack ? "no CONNACK" : "CONNACK")} may.");
        }

        switch (type)
        {
            case PacketType.Connack:
                ConnackPacket answer = ConnackPacket.Decode(flags, body, _options.Version);
                Accepted(answer);
                _connected.TrySetResult(answer);
                break;
            case PacketType.Publish:
                return Receive(PublishPacket.Decode(flags, body, _options.Version), droppedBytes);
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubrel or PacketType.Pubcomp:
                Acknowledge(type, AcknowledgementPacket.Decode(header, body, _options.Version));
                break;
            case PacketType.Suback or PacketType.Unsuback:
                var granted = SubackPacket.Decode(type, flags, body, _options.Version);
                _pending.Complete(granted.PacketId, type, granted.Reasons);
                break;
            case PacketType.Pingresp:
                PingPacket.Check(type, flags, body);
                _pingAnswered();
                break;
            case PacketType.Auth when Authentication is { } authentication:
                return authentication.ContinueAsync(AuthPacket.Decode(flags, body));
            case PacketType.Disconnect when _options.Version == MqttVersion.V500:
                DisconnectPacket end = DisconnectPacket.Decode(flags, body, _options.Version);
                throw Farewell("The server disconnected", end.Reason, end.ReasonString, end.ServerReference);
            default:
                Reject.ProtocolError($"{type} is not a packet for a client.");
                break;
        }

        return default;
    }

    /// <summary>What a server says when it doesn't want the client, in one sentence.</summary>
    internal static MqttProtocolException Farewell(
        string what, MqttReasonCode reason, string? reasonString, string? serverReference)
    {
        string words = reasonString is null ? "" : $" ({reasonString})";
        string other = serverReference is null ? "" : $" It names another server: {serverReference}.";
        return new MqttProtocolException(reason, $"{what}: {reason}{words}.{other}")
        {
            ServerReference = serverReference,
            IsFromPeer = true,
        };
    }

    private void Acknowledge(PacketType type, AcknowledgementPacket packet)
    {
        switch (type)
        {
            case PacketType.Puback:
                _session.Outbound.Acknowledged(packet.PacketId, packet.Reason);
                break;
            case PacketType.Pubrec:
                if (_session.Outbound.Received(packet.PacketId, packet.Reason, out MqttReasonCode release))
                {
                    Write(PacketType.Pubrel, packet.PacketId, release);
                }

                break;
            case PacketType.Pubrel:
                bool wasThere = _session.Inbound.Release(packet.PacketId);
                Write(
                    PacketType.Pubcomp,
                    packet.PacketId,
                    wasThere ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
                break;
            default:
                _session.Outbound.Completed(packet.PacketId);
                break;
        }
    }

    private ValueTask Receive(scoped in PublishPacket packet, int droppedBytes)
    {
        ReadOnlySpan<byte> topic = _aliases.Resolve(packet, packet.Topic);
        if (IsStopping)
        {
            return default;
        }

        _session.Counters.AddReceived();
        if (packet.Qos == MqttQos.AtMostOnce)
        {
            PublishReceipt taken = HandOver(packet, topic, droppedBytes);
            return taken.DeferredReceipt is { } later ? HoldAsync(later, default) : default;
        }

        int hash = HashOf(topic, packet.Payload, droppedBytes);
        var message = new Arrival(
            packet.Qos, packet.PacketId, hash, MessageBytes + topic.Length + packet.Payload.Length);
        if (_session.Inbound.IsRepeat(packet, hash, out PublishReceipt receipt))
        {
            _session.Counters.AddRepeated();
            _acknowledgements.Add(message.Qos, message.PacketId, receipt, message.SizeBytes);
        }
        else
        {
            receipt = HandOver(packet, topic, droppedBytes);
            if (receipt.DeferredReceipt is { } deferred)
            {
                return HoldAsync(deferred, message);
            }

            Line(message, receipt);
        }

        return _acknowledgements.HasRoom ? default : HoldAsync(null, default);
    }

    private PublishReceipt HandOver(scoped in PublishPacket packet, ReadOnlySpan<byte> topic, int droppedBytes) =>
        _handler is null
            ? PublishReceipt.Accepted
            : _handler.Publish(new MqttPublication(_options.ClientId, topic, packet.Payload, packet.PropertyBytes)
            {
                Qos = packet.Qos,
                Retain = packet.Retain,
                IsDuplicate = packet.IsDuplicate,
                PacketId = packet.PacketId,
                DroppedBytes = droppedBytes,
                ExpirySeconds = packet.Properties.ExpirySeconds,
                ClientClosed = _closed,
            });

    private void Line(in Arrival message, PublishReceipt receipt)
    {
        _session.Inbound.Add(message.PacketId, message.ContentHash, receipt);
        _acknowledgements.Add(message.Qos, message.PacketId, receipt, message.SizeBytes);
    }

    /// <summary>Reads nothing until the host has taken the message over and there is room for the next.</summary>
    private async ValueTask HoldAsync(Task<PublishReceipt>? deferred, Arrival message)
    {
        IsHeld = true;
        try
        {
            while (deferred is not null)
            {
                PublishReceipt receipt = await deferred.WaitAsync(_closed).ConfigureAwait(false);
                deferred = receipt.DeferredReceipt;
                if (deferred is null && message.PacketId != 0)
                {
                    Line(message, receipt);
                }
            }

            while (!_acknowledgements.HasRoom)
            {
                _closed.ThrowIfCancellationRequested();
                await _acknowledgements.WaitForRoomAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            IsHeld = false;
        }
    }

    private static int HashOf(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int droppedBytes)
    {
        var hash = default(HashCode);
        hash.AddBytes(topic);
        hash.AddBytes(payload);
        hash.Add(droppedBytes);
        return hash.ToHashCode();
    }

    private void Write(PacketType type, ushort packetId, MqttReasonCode reason)
    {
        using PacketSender.Scope scope = _sender.Begin();
        if (scope.Output is { } output)
        {
            AcknowledgementPacket.Write(output, type, packetId, reason, _options.Version);
        }
    }

    private readonly record struct Arrival(MqttQos Qos, ushort PacketId, int ContentHash, int SizeBytes);
}
