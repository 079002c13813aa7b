namespace EdgeStream.Mqtt;

/// <summary>A will that waits for its delay.</summary>
/// <remarks>
/// <code>
/// version u8 | due at, broker's clock in ms i64 | flags u8 (bits 0-1 QoS, bit 2 retain, bit 3 expires)
/// message expiry in seconds u32, from when it is published | topic text | payload bytes | forwarded properties bytes
/// whose it is u8, 0 = not known, 1 = a client's without a name, 2 = a user's whose name follows, text
/// </code>
/// Version 2 doesn't tell whose it is.
/// </remarks>
internal sealed class WillRecord : StateRecord
{
    private const int RetainFlag = 0x04;
    private const int ExpiresFlag = 0x08;

    private readonly MqttWill _will;
    private readonly long _dueMs;
    private readonly SessionUser _user;

    internal WillRecord(MqttWill will, long dueMs, SessionUser user)
    {
        _user = user;
        _will = will;
        _dueMs = dueMs;
    }

    internal static MqttWill Decode(ReadOnlySpan<byte> value, out long dueMs)
    {
        var reader = new StateReader(value);
        dueMs = reader.Int64();
        byte flags = reader.Byte();
        uint expirySeconds = reader.UInt32();
        return new MqttWill
        {
            Qos = (MqttQos)(flags & 0x03),
            Retain = (flags & RetainFlag) != 0,
            ExpirySeconds = (flags & ExpiresFlag) != 0 ? expirySeconds : null,
            Topic = reader.Text(),
            Payload = reader.Bytes(),
            ForwardedProperties = reader.Bytes(),
            UserName = reader.Version > UserlessVersion ? reader.User().Name : null,
            IsRestored = true,
        };
    }

    internal override byte[] Encode()
    {
        var buffer = new StateBuffer(Version);
        buffer.Int64(_dueMs);
        int flags = (int)_will.Qos | (_will.Retain ? RetainFlag : 0) | (_will.ExpirySeconds is null ? 0 : ExpiresFlag);
        buffer.Byte((byte)flags);
        buffer.UInt32(_will.ExpirySeconds ?? 0);
        buffer.Text(_will.Topic);
        buffer.Bytes(_will.Payload.Span);
        buffer.Bytes(_will.ForwardedProperties);
        buffer.User(_user);
        return buffer.ToArray();
    }
}
