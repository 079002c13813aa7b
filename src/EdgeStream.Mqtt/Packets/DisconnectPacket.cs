using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>DISCONNECT: the last packet of a connection (MQTT 5.0 section 3.14). In 3.1.1 only clients send
/// it.</summary>
/// <param name="Reason">Why; always normal in 3.1.1.</param>
/// <param name="SessionExpirySeconds">A new session expiry, where the sender gives one.</param>
internal readonly record struct DisconnectPacket(MqttReasonCode Reason, uint? SessionExpirySeconds)
{
    /// <summary>What the sender says in words; null where it doesn't.</summary>
    internal string? ReasonString { get; private init; }

    /// <summary>Another server to use; null where none is named.</summary>
    internal string? ServerReference { get; private init; }

    private const byte Header = (byte)PacketType.Disconnect << 4;

    internal static DisconnectPacket Decode(byte flags, ReadOnlySpan<byte> body, MqttVersion version)
    {
        if (flags != 0)
        {
            // [MQTT-3.14.1-1].
            Reject.Malformed("DISCONNECT has reserved header flags set.");
        }

        var reader = new PacketReader(body);
        var reason = MqttReasonCode.Success;
        uint? expirySeconds = null;
        string? reasonString = null;
        string? serverReference = null;
        if (version == MqttVersion.V500 && !reader.IsAtEnd)
        {
            reason = (MqttReasonCode)reader.ReadByte();
            if (!reader.IsAtEnd)
            {
                PropertyReader properties = reader.ReadProperties(PropertySets.Disconnect);
                while (properties.TryRead(out PropertyId id))
                {
                    switch (id)
                    {
                        case PropertyId.SessionExpiryInterval:
                            expirySeconds = properties.Value.ReadUInt32();
                            break;
                        case PropertyId.ReasonString:
                            reasonString = properties.Value.ReadString();
                            break;
                        case PropertyId.ServerReference:
                            serverReference = properties.Value.ReadString();
                            break;
                        default:
                            properties.Skip(id);
                            break;
                    }
                }
            }
        }

        reader.ExpectEnd();
        return new DisconnectPacket(reason, expirySeconds)
        {
            ReasonString = reasonString,
            ServerReference = serverReference,
        };
    }

    /// <summary>The reason itself where a server's DISCONNECT may carry it (section 3.14.2.1), else that the client is
    /// not authorized.</summary>
    internal static MqttReasonCode Sendable(MqttReasonCode reason) => reason
        is MqttReasonCode.UnsupportedProtocolVersion or MqttReasonCode.ClientIdentifierNotValid
        or MqttReasonCode.BadUserNameOrPassword or MqttReasonCode.ServerUnavailable or MqttReasonCode.Banned
        or MqttReasonCode.BadAuthenticationMethod
            ? MqttReasonCode.NotAuthorized
            : reason;

    /// <summary>A client's goodbye.</summary>
    internal static void WriteGoodbye(
        IBufferWriter<byte> output,
        MqttVersion version,
        MqttReasonCode reason,
        uint? sessionExpirySeconds,
        IReadOnlyList<MqttUserProperty> userProperties)
    {
        using var body = PacketWriter.Create();
        bool hasProperties = sessionExpirySeconds is not null || userProperties.Count > 0;
        if (version == MqttVersion.V500 && (reason != MqttReasonCode.Success || hasProperties))
        {
            body.Byte((byte)reason);
            using var properties = PacketWriter.Create();
            if (sessionExpirySeconds is { } seconds)
            {
                properties.Property(PropertyId.SessionExpiryInterval, seconds);
            }

            properties.UserProperties(userProperties);
            body.Properties(properties);
        }

        body.Complete(output, Header);
    }

    /// <summary>Writes the packet; the reason string, then the server reference, is left out where the peer's maximum
    /// would
    /// be exceeded [MQTT-3.14.2-3].</summary>
    internal static void Write(
        IBufferWriter<byte> output,
        MqttVersion version,
        MqttReasonCode reason,
        string? reasonString,
        uint packetSizeBytesMax,
        string? serverReference = null)
    {
        using var body = PacketWriter.Create();
        if (version == MqttVersion.V500 && (reason != MqttReasonCode.Success || reasonString is not null))
        {
            body.Byte((byte)reason);
            if (!TryWriteProperties(body, reasonString, serverReference, packetSizeBytesMax))
            {
                TryWriteProperties(body, null, serverReference, packetSizeBytesMax);
            }
        }

        body.Complete(output, Header);
    }

    private static bool TryWriteProperties(
        PacketWriter body, string? reasonString, string? serverReference, uint packetSizeBytesMax)
    {
        if (reasonString is null && serverReference is null)
        {
            return false;
        }

        using var properties = PacketWriter.Create();
        properties.Property(PropertyId.ServerReference, serverReference);
        properties.Property(PropertyId.ReasonString, reasonString);
        int size = WireSize.Packet(body.Length + WireSize.VariableByteIntegerBytesMax + properties.Length);
        if (packetSizeBytesMax != 0 && size > packetSizeBytesMax)
        {
            return false;
        }

        body.Properties(properties);
        return true;
    }
}
