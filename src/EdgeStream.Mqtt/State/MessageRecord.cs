namespace EdgeStream.Mqtt;

/// <summary>A kept message: retained, or inside an outbound entry.</summary>
/// <remarks>
/// <code>
/// version u8 | flags u8 (bits 0-1 QoS, bit 2 retain, bit 3 expires) | remaining expiry in seconds u32
/// topic bytes | payload bytes | forwarded properties bytes | publisher's client identifier text
/// </code>
/// The expiry counts anew from the start of the broker that reads it: a board's wall clock may have jumped in between.
/// </remarks>
internal sealed class MessageRecord : StateRecord
{
    private const int RetainFlag = 0x04;
    private const int ExpiresFlag = 0x08;

    private readonly ApplicationMessage _message;
    private readonly long _nowMs;

    internal MessageRecord(ApplicationMessage message, long nowMs)
    {
        _message = message;
        _nowMs = nowMs;
    }

    internal static void Write(StateBuffer buffer, ApplicationMessage message, long nowMs)
    {
        uint? remaining = message.RemainingSeconds(nowMs);
        int flags = (int)message.Qos | (message.Retain ? RetainFlag : 0) | (remaining is null ? 0 : ExpiresFlag);
        buffer.Byte((byte)flags);
        buffer.UInt32(remaining ?? 0);
        buffer.Bytes(message.Topic);
        buffer.Bytes(message.Payload);
        buffer.Bytes(message.ForwardedProperties);
        buffer.Text(message.PublisherId);
    }

    internal static ApplicationMessage Read(ref StateReader reader, long nowMs)
    {
        byte flags = reader.Byte();
        uint remaining = reader.UInt32();
        return new ApplicationMessage
        {
            Qos = (MqttQos)(flags & 0x03),
            Retain = (flags & RetainFlag) != 0,
            ExpiresAtMs = ApplicationMessage.ExpiryAt(nowMs, (flags & ExpiresFlag) != 0 ? remaining : null),
            Topic = reader.Bytes(),
            Payload = reader.Bytes(),
            ForwardedProperties = reader.Bytes(),
            PublisherId = reader.Text(),
        };
    }

    internal override byte[] Encode()
    {
        var buffer = new StateBuffer();
        Write(buffer, _message, _nowMs);
        return buffer.ToArray();
    }
}
