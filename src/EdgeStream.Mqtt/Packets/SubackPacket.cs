using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>SUBACK and UNSUBACK (MQTT 5.0 sections 3.9 and 3.11): one reason for each topic filter, in their
/// order.</summary>
internal sealed class SubackPacket
{
    internal required ushort PacketId { get; init; }

    /// <summary>Empty in an UNSUBACK of 3.1.1.</summary>
    internal required MqttReasonCode[] Reasons { get; init; }

    internal static SubackPacket Decode(PacketType type, byte flags, ReadOnlySpan<byte> body, MqttVersion version)
    {
        if (flags != 0)
        {
            Reject.Malformed($"{type} has reserved header flags set.");
        }

        var reader = new PacketReader(body);
        ushort packetId = reader.ReadPacketId();
        if (version == MqttVersion.V500)
        {
            PropertyReader properties = reader.ReadProperties(PropertySets.Acknowledgement);
            while (properties.TryRead(out PropertyId id))
            {
                properties.Skip(id);
            }
        }

        var reasons = new MqttReasonCode[reader.Remaining];
        for (int i = 0; i < reasons.Length; i++)
        {
            reasons[i] = (MqttReasonCode)reader.ReadByte();
        }

        return new SubackPacket { PacketId = packetId, Reasons = reasons };
    }

    /// <summary>Refuses a request whose answer the client couldn't take [MQTT-3.1.2-24].</summary>
    internal static void CheckSize(int filters, DeliveryTerms terms)
    {
        int size = WireSize.Packet(sizeof(ushort) + 1 + filters);
        if (!terms.Takes(size))
        {
            Reject.With(
                MqttReasonCode.PacketTooLarge,
                $"The answer of {size} bytes exceeds the client's maximum packet size of {terms.PacketSizeBytesMax}.");
        }
    }

    internal void Write(IBufferWriter<byte> output, PacketType type, MqttVersion version)
    {
        using var body = PacketWriter.Create();
        body.UInt16(PacketId);
        if (version == MqttVersion.V500)
        {
            body.VariableByteInteger(0);
        }

        if (version == MqttVersion.V500 || type == PacketType.Suback)
        {
            foreach (MqttReasonCode reason in Reasons)
            {
                // 3.1.1 has one failure code, 0x80 [MQTT-3.9.3-2].
                bool isFailureV311 = version == MqttVersion.V311 && reason >= MqttReasonCode.UnspecifiedError;
                body.Byte(isFailureV311 ? (byte)MqttReasonCode.UnspecifiedError : (byte)reason);
            }
        }

        body.Complete(output, (byte)((int)type << 4));
    }
}
