using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>CONNACK: the server's answer to CONNECT (MQTT 5.0 section 3.2).</summary>
internal sealed class ConnackPacket
{
    private const byte Header = (byte)PacketType.Connack << 4;

    internal bool IsSessionPresent { get; set; }

    internal MqttReasonCode Reason { get; init; }

    internal uint? SessionExpirySeconds { get; set; }

    internal ushort ReceiveMaximum { get; set; } = ushort.MaxValue;

    /// <summary>Zero where none is stated.</summary>
    internal uint PacketSizeBytesMax { get; set; }

    internal string? AssignedClientId { get; set; }

    internal ushort TopicAliasMaximum { get; set; }

    internal ushort? ServerKeepAliveSeconds { get; set; }

    internal bool IsRetainAvailable { get; set; } = true;

    internal bool AreSharedSubscriptionsAvailable { get; set; } = true;

    internal MqttQos QosMax { get; set; } = MqttQos.ExactlyOnce;

    internal string? ReasonString { get; set; }

    /// <summary>Another server for the client; only with a reason that says so (section 3.2.2.3.16).</summary>
    internal string? ServerReference { get; set; }

    /// <summary>What topics for answers begin with; only for a client that asked [MQTT-3.1.2-28].</summary>
    internal string? ResponseInformation { get; set; }

    /// <summary>As in CONNECT [MQTT-4.12.0-5]; null where that had none.</summary>
    internal string? AuthenticationMethod { get; set; }

    internal ReadOnlyMemory<byte> AuthenticationData { get; set; }

    /// <summary>The reason itself where CONNACK may carry it (table 3-1), else the nearest that it may.</summary>
    internal static MqttReasonCode Sendable(MqttReasonCode reason) => reason switch
    {
        MqttReasonCode.ServerShuttingDown => MqttReasonCode.ServerUnavailable,
        MqttReasonCode.KeepAliveTimeout or MqttReasonCode.SessionTakenOver or MqttReasonCode.TopicFilterInvalid
            or (>= MqttReasonCode.PacketIdentifierInUse and <= MqttReasonCode.TopicAliasInvalid)
            or MqttReasonCode.MessageRateTooHigh or MqttReasonCode.AdministrativeAction
            or MqttReasonCode.SharedSubscriptionsNotSupported
            or >= MqttReasonCode.MaximumConnectTime => MqttReasonCode.UnspecifiedError,
        _ => reason,
    };

    /// <summary>The bytes of the whole packet.</summary>
    internal int Measure(MqttVersion version)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Write(bytes, version);
        return bytes.WrittenCount;
    }

    internal void Write(IBufferWriter<byte> output, MqttVersion version)
    {
        using var body = PacketWriter.Create();
        body.Byte(IsSessionPresent ? (byte)1 : (byte)0);
        if (version == MqttVersion.V311)
        {
            body.Byte(ReturnCode(Reason));
        }
        else
        {
            body.Byte((byte)Reason);
            WriteProperties(body);
        }

        body.Complete(output, Header);
    }

    internal static ConnackPacket Decode(byte flags, ReadOnlySpan<byte> body, MqttVersion version)
    {
        var reader = new PacketReader(body);
        byte acknowledgeFlags = reader.ReadByte();
        if (flags != 0 || acknowledgeFlags > 1)
        {
            Reject.Malformed("CONNACK has reserved flags set.");
        }

        byte code = reader.ReadByte();
        var packet = new ConnackPacket
        {
            IsSessionPresent = acknowledgeFlags == 1,
            Reason = version == MqttVersion.V311 ? FromReturnCode(code) : (MqttReasonCode)code,
        };
        if (version == MqttVersion.V500)
        {
            packet.ReadProperties(ref reader);
        }

        reader.ExpectEnd();
        return packet;
    }

    /// <summary>The return codes of 3.1.1, table 3.1; they have no word for the finer reasons.</summary>
    private static byte ReturnCode(MqttReasonCode reason) => reason switch
    {
        MqttReasonCode.Success => 0,
        MqttReasonCode.UnsupportedProtocolVersion => 1,
        MqttReasonCode.ClientIdentifierNotValid => 2,
        MqttReasonCode.BadUserNameOrPassword => 4,
        MqttReasonCode.NotAuthorized or MqttReasonCode.Banned => 5,
        _ => 3,
    };

    private static MqttReasonCode FromReturnCode(byte code) => code switch
    {
        0 => MqttReasonCode.Success,
        1 => MqttReasonCode.UnsupportedProtocolVersion,
        2 => MqttReasonCode.ClientIdentifierNotValid,
        3 => MqttReasonCode.ServerUnavailable,
        4 => MqttReasonCode.BadUserNameOrPassword,
        5 => MqttReasonCode.NotAuthorized,
        _ => MqttReasonCode.UnspecifiedError,
    };

    private void WriteProperties(PacketWriter body)
    {
        using var properties = PacketWriter.Create();
        if (SessionExpirySeconds is { } expirySeconds)
        {
            properties.Property(PropertyId.SessionExpiryInterval, expirySeconds);
        }

        if (Reason == MqttReasonCode.Success)
        {
            properties.Property(PropertyId.ReceiveMaximum, ReceiveMaximum);
            properties.Property(PropertyId.MaximumPacketSize, PacketSizeBytesMax);
            properties.Property(PropertyId.TopicAliasMaximum, TopicAliasMaximum);
            properties.Property(PropertyId.RetainAvailable, IsRetainAvailable ? (byte)1 : (byte)0);
            properties.Property(
                PropertyId.SharedSubscriptionAvailable, AreSharedSubscriptionsAvailable ? (byte)1 : (byte)0);
        }

        properties.Property(PropertyId.AssignedClientIdentifier, AssignedClientId);
        if (ServerKeepAliveSeconds is { } keepAliveSeconds)
        {
            properties.Property(PropertyId.ServerKeepAlive, keepAliveSeconds);
        }

        properties.Property(PropertyId.ResponseInformation, ResponseInformation);
        properties.Property(PropertyId.ServerReference, ServerReference);
        properties.Property(PropertyId.AuthenticationMethod, AuthenticationMethod);
        if (AuthenticationData.Length > 0)
        {
            properties.Property(PropertyId.AuthenticationData, AuthenticationData.Span);
        }

        properties.Property(PropertyId.ReasonString, ReasonString);
        body.Properties(properties);
    }

    private void ReadProperties(ref PacketReader reader)
    {
        PropertyReader properties = reader.ReadProperties(PropertySets.Connack);
        while (properties.TryRead(out PropertyId id))
        {
            switch (id)
            {
                case PropertyId.SessionExpiryInterval:
                    SessionExpirySeconds = properties.Value.ReadUInt32();
                    break;
                case PropertyId.ReceiveMaximum:
                    ReceiveMaximum = properties.Value.ReadUInt16();
                    break;
                case PropertyId.MaximumPacketSize:
                    PacketSizeBytesMax = properties.Value.ReadUInt32();
                    break;
                case PropertyId.AssignedClientIdentifier:
                    AssignedClientId = properties.Value.ReadString();
                    break;
                case PropertyId.TopicAliasMaximum:
                    TopicAliasMaximum = properties.Value.ReadUInt16();
                    break;
                case PropertyId.ServerKeepAlive:
                    ServerKeepAliveSeconds = properties.Value.ReadUInt16();
                    break;
                case PropertyId.MaximumQos:
                    QosMax = properties.Value.ReadFlag("Maximum QoS is neither 0 nor 1.")
                        ? MqttQos.AtLeastOnce
                        : MqttQos.AtMostOnce;
                    break;
                case PropertyId.RetainAvailable:
                    IsRetainAvailable = properties.Value.ReadFlag("Retain available is neither 0 nor 1.");
                    break;
                case PropertyId.SharedSubscriptionAvailable:
                    AreSharedSubscriptionsAvailable =
                        properties.Value.ReadFlag("Shared subscription available is neither 0 nor 1.");
                    break;
                case PropertyId.ResponseInformation:
                    ResponseInformation = properties.Value.ReadString();
                    break;
                case PropertyId.AuthenticationMethod:
                    AuthenticationMethod = properties.Value.ReadString();
                    break;
                case PropertyId.AuthenticationData:
                    AuthenticationData = properties.Value.ReadBinary().ToArray();
                    break;
                case PropertyId.ReasonString:
                    ReasonString = properties.Value.ReadString();
                    break;
                case PropertyId.ServerReference:
                    ServerReference = properties.Value.ReadString();
                    break;
                default:
                    properties.Skip(id);
                    break;
            }
        }

        if (ReceiveMaximum == 0)
        {
            Reject.ProtocolError("The receive maximum is zero.");
        }
    }
}
