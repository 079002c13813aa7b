using System.Buffers;
using System.IO.Pipelines;

namespace EdgeStream.Mqtt;

/// <summary>A client's read loop: completes what waits for answers, hands messages over, acknowledges them.</summary>
internal sealed class ClientReceiver
{
    private readonly MqttClientOptions _options;
    private readonly PacketSender _sender;
    private readonly PendingRequests _pending;
    private readonly Action _pingAnswered;
    private readonly HashSet<ushort> _receivedExactlyOnce = [];
    private readonly TaskCompletionSource<ConnackPacket> _connected =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ClientReceiver(
        MqttClientOptions options, PacketSender sender, PendingRequests pending, Action pingAnswered)
    {
        _options = options;
        _sender = sender;
        _pending = pending;
        _pingAnswered = pingAnswered;
    }

    internal Task<ConnackPacket> Connected => _connected.Task;

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
            ReadResult result = await input.ReadAsync().ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            while (PacketFrame.TryRead(
                ref buffer, _options.PacketSizeBytesMax, out byte header, out ReadOnlySequence<byte> body))
            {
                ValueTask handling = Handle(header, body.IsSingleSegment ? body.FirstSpan : body.ToArray());
                if (!handling.IsCompletedSuccessfully)
                {
                    await handling.ConfigureAwait(false);
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

    private ValueTask Handle(byte header, ReadOnlySpan<byte> body)
    {
        var type = (PacketType)(header >> 4);
        byte flags = (byte)(header & 0x0F);
        if (!_connected.Task.IsCompleted && type != PacketType.Connack)
        {
            Reject.ProtocolError($"The server's first packet is {type}, not CONNACK.");
        }

        switch (type)
        {
            case PacketType.Connack:
                _connected.TrySetResult(ConnackPacket.Decode(flags, body, _options.Version));
                break;
            case PacketType.Publish:
                return Receive(PublishPacket.Decode(flags, body, _options.Version));
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubrel or PacketType.Pubcomp:
                Acknowledge(type, AcknowledgementPacket.Decode(header, body, _options.Version));
                break;
            case PacketType.Suback or PacketType.Unsuback:
                var answer = SubackPacket.Decode(type, flags, body, _options.Version);
                _pending.Complete(answer.PacketId, type, answer.Reasons);
                break;
            case PacketType.Pingresp:
                PingPacket.Check(type, flags, body);
                _pingAnswered();
                break;
            case PacketType.Disconnect when _options.Version == MqttVersion.V500:
                DisconnectPacket packet = DisconnectPacket.Decode(flags, body, _options.Version);
                throw new MqttProtocolException(packet.Reason, $"The server disconnected: {packet.Reason}.");
            default:
                Reject.ProtocolError($"{type} is not a packet for a client.");
                break;
        }

        return default;
    }

    private void Acknowledge(PacketType type, AcknowledgementPacket packet)
    {
        switch (type)
        {
            case PacketType.Pubrec when packet.Reason < MqttReasonCode.UnspecifiedError:
                bool isKnown = _pending.Advance(packet.PacketId);
                Write(
                    PacketType.Pubrel,
                    packet.PacketId,
                    isKnown ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
                break;
            case PacketType.Pubrel:
                bool wasThere = _receivedExactlyOnce.Remove(packet.PacketId);
                Write(
                    PacketType.Pubcomp,
                    packet.PacketId,
                    wasThere ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
                break;
            default:
                _pending.Complete(packet.PacketId, type, [packet.Reason]);
                break;
        }
    }

    private ValueTask Receive(scoped in PublishPacket packet)
    {
        bool isRepeated = packet.Qos == MqttQos.ExactlyOnce && !_receivedExactlyOnce.Add(packet.PacketId);
        if (isRepeated || _options.Received is not { } received)
        {
            Acknowledge(packet.Qos, packet.PacketId);
            return default;
        }

        var properties = new MqttPublishProperties(packet.PropertyBytes);
        ValueTask handling = received(new MqttReceivedMessage
        {
            Topic = Topics.Text(packet.Topic),
            Payload = packet.Payload.ToArray(),
            Qos = packet.Qos,
            Retain = packet.Retain,
            IsDuplicate = packet.IsDuplicate,
            ContentType = Topics.Text(properties.ContentType),
            UserProperties = properties.GetUserProperties(),
            ExpirySeconds = packet.Properties.ExpirySeconds,
        });
        if (!handling.IsCompletedSuccessfully)
        {
            return AcknowledgeAfter(handling, packet.Qos, packet.PacketId);
        }

        Acknowledge(packet.Qos, packet.PacketId);
        return default;
    }

    private async ValueTask AcknowledgeAfter(ValueTask handling, MqttQos qos, ushort packetId)
    {
        await handling.ConfigureAwait(false);
        Acknowledge(qos, packetId);
        _sender.Wake();
    }

    private void Acknowledge(MqttQos qos, ushort packetId)
    {
        if (qos != MqttQos.AtMostOnce)
        {
            Write(
                qos == MqttQos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec, packetId, MqttReasonCode.Success);
        }
    }

    private void Write(PacketType type, ushort packetId, MqttReasonCode reason)
    {
        using PacketSender.Scope scope = _sender.Begin();
        if (scope.Output is { } output)
        {
            AcknowledgementPacket.Write(output, type, packetId, reason, _options.Version);
        }
    }
}
