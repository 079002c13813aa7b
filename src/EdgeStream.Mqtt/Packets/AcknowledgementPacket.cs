using System.Buffers;
using System.Buffers.Binary;

namespace EdgeStream.Mqtt;

/// <summary>PUBACK, PUBREC, PUBREL and PUBCOMP (MQTT 5.0 sections 3.4 to 3.7): a packet identifier and a
/// reason.</summary>
/// <param name="PacketId">The identifier of the PUBLISH that is acknowledged.</param>
/// <param name="Reason">Success, or why not; 3.1.1 has no reasons.</param>
internal readonly record struct AcknowledgementPacket(ushort PacketId, MqttReasonCode Reason)
{
    private const int PubrelFlags = 0x02;
    private const int BodyBytesWithReason = 3;

    internal static AcknowledgementPacket Decode(byte header, ReadOnlySpan<byte> body, MqttVersion version)
    {
        var type = (PacketType)(header >> 4);
        if ((header & 0x0F) != (type == PacketType.Pubrel ? PubrelFlags : 0))
        {
            Reject.Malformed($"{type} has wrong header flags.");
        }

        var reader = new PacketReader(body);
        ushort id = reader.ReadPacketId();
        var reason = MqttReasonCode.Success;
        if (version == MqttVersion.V500 && !reader.IsAtEnd)
        {
            reason = (MqttReasonCode)reader.ReadByte();
            CheckReason(type, reason);
            if (!reader.IsAtEnd)
            {
                PropertyReader properties = reader.ReadProperties(PropertySets.Acknowledgement);
                while (properties.TryRead(out PropertyId property))
                {
                    properties.Skip(property);
                }
            }
        }

        reader.ExpectEnd();
        return new AcknowledgementPacket(id, reason);
    }

    internal static void Write(
        IBufferWriter<byte> output, PacketType type, ushort packetId, MqttReasonCode reason, MqttVersion version)
    {
        bool hasReason = version == MqttVersion.V500 && reason != MqttReasonCode.Success;
        int bodyBytes = hasReason ? BodyBytesWithReason : sizeof(ushort);
        Span<byte> target = output.GetSpan(2 + BodyBytesWithReason);
        target[0] = (byte)(((int)type << 4) | (type == PacketType.Pubrel ? PubrelFlags : 0));
        target[1] = (byte)bodyBytes;
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], packetId);
        if (hasReason)
        {
            target[2 + sizeof(ushort)] = (byte)reason;
        }

        output.Advance(2 + bodyBytes);
    }

    /// <summary>The reason itself where PUBACK and PUBREC may carry it, else that it is unspecified.</summary>
    internal static MqttReasonCode Sendable(MqttReasonCode reason) =>
        IsPublishReason(reason) ? reason : MqttReasonCode.UnspecifiedError;

    /// <summary>Tables 3-4 and 3-5.</summary>
    private static bool IsPublishReason(MqttReasonCode reason) =>
        reason is MqttReasonCode.Success or MqttReasonCode.NoMatchingSubscribers
            or MqttReasonCode.UnspecifiedError or MqttReasonCode.ImplementationSpecificError
            or MqttReasonCode.NotAuthorized or MqttReasonCode.TopicNameInvalid
            or MqttReasonCode.PacketIdentifierInUse or MqttReasonCode.QuotaExceeded
            or MqttReasonCode.PayloadFormatInvalid;

    private static void CheckReason(PacketType type, MqttReasonCode reason)
    {
        bool isKnown = type is PacketType.Pubrel or PacketType.Pubcomp
            ? reason is MqttReasonCode.Success or MqttReasonCode.PacketIdentifierNotFound
            : IsPublishReason(reason);
        if (!isKnown)
        {
            Reject.ProtocolError($"{type} has reason code 0x{(byte)reason:X2}, which it can't have.");
        }
    }
}
