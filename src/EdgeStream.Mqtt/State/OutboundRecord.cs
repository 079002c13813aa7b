namespace EdgeStream.Mqtt;

/// <summary>A message on its way to a session's client.</summary>
/// <remarks>
/// <code>
/// version u8 | flags u8 (bits 0-1 QoS, bit 2 retain, bit 3 released: PUBREC came, bit 4 shared)
/// packet identifier u16, 0 = not sent yet | subscription identifiers: count u16, then u32 each
/// where shared: the filter of the shared subscription, text
/// the fields of <see cref="MessageRecord"/> of the same version, without its version
/// </code>
/// </remarks>
internal sealed class OutboundRecord : StateRecord
{
    private const int RetainFlag = 0x04;
    private const int ReleasedFlag = 0x08;
    private const int SharedFlag = 0x10;

    private readonly OutboundMessage _message;

    internal OutboundRecord(OutboundMessage message)
    {
        _message = message;
    }

    internal static OutboundMessage Decode(ReadOnlySpan<byte> value, long order, long nowMs)
    {
        var reader = new StateReader(value);
        byte flags = reader.Byte();
        ushort packetId = reader.UInt16();
        var ids = default(SubscriptionIds);
        for (int count = reader.UInt16(); count > 0; count--)
        {
            ids = ids.With(reader.UInt32());
        }

        return new OutboundMessage
        {
            Qos = (MqttQos)(flags & 0x03),
            Retain = (flags & RetainFlag) != 0,
            IsReleased = (flags & ReleasedFlag) != 0,
            PacketId = packetId,
            Ids = ids,
            ShareFilter = (flags & SharedFlag) != 0 ? reader.Text() : null,
            Order = order,
            Message = MessageRecord.Read(ref reader, nowMs),
        };
    }

    internal override byte[] Encode()
    {
        var buffer = new StateBuffer(UserlessVersion);
        int flags = (int)_message.Qos
            | (_message.Retain ? RetainFlag : 0)
            | (_message.IsReleased ? ReleasedFlag : 0)
            | (_message.ShareFilter is null ? 0 : SharedFlag);
        buffer.Byte((byte)flags);
        buffer.UInt16(_message.PacketId);
        uint[] more = _message.Ids.More ?? [];
        buffer.UInt16((ushort)((_message.Ids.First == 0 ? 0 : 1) + more.Length));
        if (_message.Ids.First != 0)
        {
            buffer.UInt32(_message.Ids.First);
        }

        foreach (uint identifier in more)
        {
            buffer.UInt32(identifier);
        }

        if (_message.ShareFilter is { } shareFilter)
        {
            buffer.Text(shareFilter);
        }

        MessageRecord.Write(buffer, _message.Message);
        return buffer.ToArray();
    }
}
