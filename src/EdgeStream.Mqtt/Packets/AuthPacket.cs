using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>AUTH: a step of an enhanced authentication (MQTT 5.0 section 3.15).</summary>
/// <param name="Reason">Success, go on, or authenticate again.</param>
/// <param name="Method">The authentication method; null where there is none.</param>
/// <param name="Data">The authentication data.</param>
internal readonly record struct AuthPacket(MqttReasonCode Reason, string? Method, ReadOnlyMemory<byte> Data)
{
    private const byte Header = (byte)PacketType.Auth << 4;

    internal static AuthPacket Decode(byte flags, ReadOnlySpan<byte> body)
    {
        if (flags != 0)
        {
            // [MQTT-3.15.1-1].
            Reject.Malformed("AUTH has reserved header flags set.");
        }

        var reader = new PacketReader(body);
        var reason = reader.IsAtEnd ? MqttReasonCode.Success : (MqttReasonCode)reader.ReadByte();
        string? method = null;
        byte[] data = [];
        if (!reader.IsAtEnd)
        {
            PropertyReader properties = reader.ReadProperties(PropertySets.Auth);
            while (properties.TryRead(out PropertyId id))
            {
                switch (id)
                {
                    case PropertyId.AuthenticationMethod:
                        method = properties.Value.ReadString();
                        break;
                    case PropertyId.AuthenticationData:
                        data = properties.Value.ReadBinary().ToArray();
                        break;
                    default:
                        properties.Skip(id);
                        break;
                }
            }
        }

        reader.ExpectEnd();
        return new AuthPacket(reason, method, data);
    }

    internal void Write(IBufferWriter<byte> output)
    {
        using var body = PacketWriter.Create();
        body.Byte((byte)Reason);
        using var properties = PacketWriter.Create();
        properties.Property(PropertyId.AuthenticationMethod, Method);
        if (Data.Length > 0)
        {
            properties.Property(PropertyId.AuthenticationData, Data.Span);
        }

        body.Properties(properties);
        body.Complete(output, Header);
    }

    /// <summary>The bytes of the whole packet.</summary>
    internal int Measure()
    {
        var bytes = new ArrayBufferWriter<byte>();
        Write(bytes);
        return bytes.WrittenCount;
    }
}
