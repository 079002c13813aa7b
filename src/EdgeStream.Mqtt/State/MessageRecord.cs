namespace EdgeStream.Mqtt;

/// <summary>A kept message: retained, or inside an outbound entry.</summary>
/// <remarks>
/// <code>
/// version u8 | flags u8 (bits 0-1 QoS, bit 2 retain, bit 3 expires) | expires at, broker's clock in ms i64
/// topic bytes | payload bytes | forwarded properties bytes | publisher's client identifier text
/// </code>
/// Version 1 has instead of the moment the seconds that were left when it was written, u32: they count anew from the
/// start of the broker that reads it.
/// </remarks>
internal sealed class MessageRecord : StateRecord
{
    private const int RetainFlag = 0x04;
    private const int ExpiresFlag = 0x08;

    private readonly ApplicationMessage _message;

    internal MessageRecord(ApplicationMessage message)
    {
        _message = message;
    }

    internal static void Write(StateBuffer buffer, ApplicationMessage message)
    {
        int flags = (int)message.Qos
            | (message.Retain ? RetainFlag : 0)
            | (message.ExpiresAtMs is null ? 0 : ExpiresFlag);
        buffer.Byte((byte)flags);
        buffer.Int64(message.ExpiresAtMs ?? 0);
        buffer.Bytes(message.Topic);
        buffer.Bytes(message.Payload);
        buffer.Bytes(message.ForwardedProperties);
        buffer.Text(message.PublisherId);
    }

    internal static ApplicationMessage Read(ref StateReader reader, long nowMs)
    {
        byte flags = reader.Byte();
        long expiresAtMs = reader.Version == 1 ? nowMs + (reader.UInt32() * 1000L) : reader.Int64();
        return new ApplicationMessage
        {
            Qos = (MqttQos)(flags & 0x03),
            Retain = (flags & RetainFlag) != 0,
            ExpiresAtMs = (flags & ExpiresFlag) != 0 ? expiresAtMs : null,
            Topic = reader.Bytes(),
            Payload = reader.Bytes(),
            ForwardedProperties = reader.Bytes(),
            PublisherId = reader.Text(),
        };
    }

    internal override byte[] Encode()
    {
        var buffer = new StateBuffer(UserlessVersion);
        Write(buffer, _message);
        return buffer.ToArray();
    }
}
