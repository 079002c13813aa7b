using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>CONNECT: a client opens a session (MQTT 5.0 section 3.1).</summary>
internal sealed class ConnectPacket
{
    private const byte Header = (byte)PacketType.Connect << 4;
    private const int ReservedFlag = 0x01;
    private const int CleanStartFlag = 0x02;
    private const int WillFlag = 0x04;
    private const int WillQosShift = 3;
    private const int WillRetainFlag = 0x20;
    private const int PasswordFlag = 0x40;
    private const int UserNameFlag = 0x80;

    internal MqttVersion Version { get; private set; } = MqttVersion.V500;

    internal string ClientId { get; private set; } = "";

    /// <summary>Clean start (5.0) or clean session (3.1.1): forget what was.</summary>
    internal bool IsCleanStart { get; private set; }

    internal ushort KeepAliveSeconds { get; private set; }

    internal MqttWill? Will { get; private set; }

    internal string? UserName { get; private set; }

    internal byte[]? Password { get; private set; }

    internal uint SessionExpirySeconds { get; private set; }

    internal ushort ReceiveMaximum { get; private set; } = ushort.MaxValue;

    /// <summary>Zero where the client stated none.</summary>
    internal uint PacketSizeBytesMax { get; private set; }

    internal ushort TopicAliasMaximum { get; private set; }

    internal bool WantsProblemInformation { get; private set; } = true;

    internal bool WantsResponseInformation { get; private set; }

    internal string? AuthenticationMethod { get; private set; }

    internal ReadOnlyMemory<byte> AuthenticationData { get; private set; }

    internal static ConnectPacket Decode(byte flags, ReadOnlySpan<byte> body)
    {
        if (flags != 0)
        {
            Reject.Malformed("CONNECT has reserved header flags set.");
        }

        var reader = new PacketReader(body);
        var packet = new ConnectPacket { Version = ReadVersion(ref reader) };
        byte connectFlags = reader.ReadByte();
        CheckFlags(connectFlags, packet.Version);
        packet.IsCleanStart = (connectFlags & CleanStartFlag) != 0;
        packet.KeepAliveSeconds = reader.ReadUInt16();
        if (packet.Version == MqttVersion.V500)
        {
            packet.ReadProperties(ref reader);
        }

        packet.ClientId = reader.ReadString();
        if ((connectFlags & WillFlag) != 0)
        {
            packet.Will = ReadWill(ref reader, connectFlags, packet.Version);
        }

        packet.UserName = (connectFlags & UserNameFlag) != 0 ? reader.ReadString() : null;
        packet.Password = (connectFlags & PasswordFlag) != 0 ? reader.ReadBinary().ToArray() : null;
        reader.ExpectEnd();
        return packet;
    }

    /// <param name="output">Where it is written.</param>
    /// <param name="options">What it says.</param>
    /// <param name="authenticationData">The first data of an enhanced authentication.</param>
    internal static void Write(
        IBufferWriter<byte> output, MqttClientOptions options, ReadOnlyMemory<byte> authenticationData = default)
    {
        using var body = PacketWriter.Create();
        body.Text("MQTT");
        body.Byte((byte)options.Version);
        body.Byte(FlagsOf(options));
        body.UInt16(options.KeepAliveSeconds);
        if (options.Version == MqttVersion.V500)
        {
            WriteProperties(body, options, authenticationData);
        }

        body.Text(options.ClientId);
        if (options.Will is { } will)
        {
            WriteWill(body, will, options.Version);
        }

        if (options.UserName is { } userName)
        {
            body.Text(userName);
        }

        if (options.Password is { } password)
        {
            body.Text(password);
        }

        body.Complete(output, Header);
    }

    private static void WriteProperties(
        PacketWriter body, MqttClientOptions options, ReadOnlyMemory<byte> authenticationData)
    {
        using var properties = PacketWriter.Create();
        properties.Property(PropertyId.SessionExpiryInterval, options.SessionExpirySeconds);
        properties.Property(PropertyId.ReceiveMaximum, options.ReceiveMaximum);
        properties.Property(PropertyId.MaximumPacketSize, (uint)options.PacketSizeBytesMax);
        properties.Property(PropertyId.TopicAliasMaximum, options.TopicAliasMaximum);
        if (options.WantsResponseInformation)
        {
            properties.Property(PropertyId.RequestResponseInformation, (byte)1);
        }

        if (!options.WantsProblemInformation)
        {
            properties.Property(PropertyId.RequestProblemInformation, (byte)0);
        }

        properties.UserProperties(options.UserProperties);
        if (options.Authentication is { } authentication)
        {
            properties.Property(PropertyId.AuthenticationMethod, authentication.Method);
            if (!authenticationData.IsEmpty)
            {
                properties.Property(PropertyId.AuthenticationData, authenticationData.Span);
            }
        }

        body.Properties(properties);
    }

    private static MqttVersion ReadVersion(ref PacketReader reader)
    {
        ReadOnlySpan<byte> name = reader.ReadText();
        if (!name.SequenceEqual("MQTT"u8) && !name.SequenceEqual("MQIsdp"u8))
        {
            Reject.With(MqttReasonCode.UnsupportedProtocolVersion, "The protocol name of CONNECT is not MQTT.");
        }

        byte level = reader.ReadByte();
        if (name.Length != 4 || level is not ((byte)MqttVersion.V311 or (byte)MqttVersion.V500))
        {
            Reject.With(
                MqttReasonCode.UnsupportedProtocolVersion,
                $"Protocol level {level} is neither 3.1.1 (4) nor 5.0 (5).");
        }

        return (MqttVersion)level;
    }

    private static void CheckFlags(byte flags, MqttVersion version)
    {
        // [MQTT-3.1.2-3] reserved flag; [MQTT-3.1.2-11..15] will flags; [MQTT-3.1.2-22] of 3.1.1: no password without
        // user.
        int willQos = (flags >> WillQosShift) & 0x03;
        bool hasWill = (flags & WillFlag) != 0;
        if ((flags & ReservedFlag) != 0
            || willQos == 3
            || (!hasWill && (willQos != 0 || (flags & WillRetainFlag) != 0))
            || (version == MqttVersion.V311 && (flags & (UserNameFlag | PasswordFlag)) == PasswordFlag))
        {
            Reject.Malformed($"The connect flags 0x{flags:X2} contradict themselves.");
        }
    }

    private void ReadProperties(ref PacketReader reader)
    {
        PropertyReader properties = reader.ReadProperties(PropertySets.Connect);
        bool hasAuthenticationData = false;
        while (properties.TryRead(out PropertyId id))
        {
            switch (id)
            {
                case PropertyId.SessionExpiryInterval:
                    SessionExpirySeconds = properties.Value.ReadUInt32();
                    break;
                case PropertyId.ReceiveMaximum:
                    ReceiveMaximum = NotZero(properties.Value.ReadUInt16(), "receive maximum");
                    break;
                case PropertyId.MaximumPacketSize:
                    PacketSizeBytesMax = NotZero(properties.Value.ReadUInt32(), "maximum packet size");
                    break;
                case PropertyId.TopicAliasMaximum:
                    TopicAliasMaximum = properties.Value.ReadUInt16();
                    break;
                case PropertyId.RequestProblemInformation:
                    WantsProblemInformation =
                        properties.Value.ReadFlag("Request problem information is neither 0 nor 1.");
                    break;
                case PropertyId.RequestResponseInformation:
                    WantsResponseInformation =
                        properties.Value.ReadFlag("Request response information is neither 0 nor 1.");
                    break;
                case PropertyId.AuthenticationMethod:
                    AuthenticationMethod = properties.Value.ReadString();
                    break;
                case PropertyId.AuthenticationData:
                    hasAuthenticationData = true;
                    AuthenticationData = properties.Value.ReadBinary().ToArray();
                    break;
                default:
                    properties.Skip(id);
                    break;
            }
        }

        if (hasAuthenticationData && AuthenticationMethod is null)
        {
            Reject.ProtocolError("CONNECT has authentication data without a method.");
        }
    }

    private static T NotZero<T>(T value, string what)
        where T : struct, IEquatable<T>
    {
        if (value.Equals(default))
        {
            Reject.ProtocolError($"The {what} is zero.");
        }

        return value;
    }

    private static MqttWill ReadWill(ref PacketReader reader, byte connectFlags, MqttVersion version)
    {
        uint delaySeconds = 0;
        uint? expirySeconds = null;
        byte[] forwarded = [];
        if (version == MqttVersion.V500)
        {
            PropertyReader properties = reader.ReadProperties(PropertySets.Will);
            MessageProperties parsed = MessageProperties.Read(ref properties);
            delaySeconds = parsed.WillDelaySeconds;
            expirySeconds = parsed.ExpirySeconds;
            forwarded = parsed.CopyForwarded(properties.Bytes);
        }

        ReadOnlySpan<byte> topic = reader.ReadText();
        Topics.CheckName(topic, "will topic");
        return new MqttWill
        {
            Topic = Topics.Text(topic),
            Payload = reader.ReadBinary().ToArray(),
            Qos = (MqttQos)((connectFlags >> WillQosShift) & 0x03),
            Retain = (connectFlags & WillRetainFlag) != 0,
            DelaySeconds = delaySeconds,
            ExpirySeconds = expirySeconds,
            ForwardedProperties = forwarded,
        };
    }

    private static byte FlagsOf(MqttClientOptions options)
    {
        int flags = options.CleanStart ? CleanStartFlag : 0;
        flags |= options.UserName is null ? 0 : UserNameFlag;
        flags |= options.Password is null ? 0 : PasswordFlag;
        if (options.Will is { } will)
        {
            flags |= WillFlag | ((int)will.Qos << WillQosShift) | (will.Retain ? WillRetainFlag : 0);
        }

        return (byte)flags;
    }

    private static void WriteWill(PacketWriter body, MqttWill will, MqttVersion version)
    {
        if (version == MqttVersion.V500)
        {
            using var properties = PacketWriter.Create();
            properties.Property(PropertyId.WillDelayInterval, will.DelaySeconds);
            if (will.ExpirySeconds is { } expirySeconds)
            {
                properties.Property(PropertyId.MessageExpiryInterval, expirySeconds);
            }

            properties.Raw(ForwardedProperties.Encode(
                will.IsText, will.ContentType, will.ResponseTopic, will.CorrelationData, will.UserProperties));
            body.Properties(properties);
        }

        body.Text(will.Topic);
        body.Binary(will.Payload.Span);
    }
}
