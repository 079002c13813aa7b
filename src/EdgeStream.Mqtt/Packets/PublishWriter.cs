using System.Buffers;
using System.Buffers.Binary;

namespace EdgeStream.Mqtt;

/// <summary>Writes PUBLISH packets: measured first, then written once, nothing allocated.</summary>
internal readonly ref struct PublishWriter
{
    private const int ExpiryBytes = 1 + sizeof(uint);
    private const int AliasBytes = 1 + sizeof(ushort);

    internal MqttVersion Version { get; init; }

    internal MqttQos Qos { get; init; }

    internal bool IsDuplicate { get; init; }

    internal bool Retain { get; init; }

    /// <summary>Zero at QoS 0.</summary>
    internal ushort PacketId { get; init; }

    /// <summary>Empty where the alias stands for it.</summary>
    internal ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>Zero for none.</summary>
    internal ushort TopicAlias { get; init; }

    internal ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Properties in their wire form that go out as they are.</summary>
    internal ReadOnlySpan<byte> ForwardedProperties { get; init; }

    internal uint? ExpirySeconds { get; init; }

    internal SubscriptionIds SubscriptionIds { get; init; }

    /// <summary>The bytes of the whole packet.</summary>
    internal int Measure() => WireSize.Packet(BodyBytes);

    private int PropertyBytes =>
        ForwardedProperties.Length
        + (ExpirySeconds is null ? 0 : ExpiryBytes)
        + (TopicAlias == 0 ? 0 : AliasBytes)
        + SubscriptionIds.SizeBytes;

    private int BodyBytes
    {
        get
        {
            int idBytes = Qos == MqttQos.AtMostOnce ? 0 : sizeof(ushort);
            int size = sizeof(ushort) + Topic.Length + idBytes + Payload.Length;
            return Version == MqttVersion.V311
                ? size
                : size + WireSize.VariableByteInteger(PropertyBytes) + PropertyBytes;
        }
    }

    internal void Write(IBufferWriter<byte> output)
    {
        int bodyBytes = BodyBytes;
        int headBytes = WireSize.Packet(bodyBytes) - Payload.Length;
        Span<byte> target = output.GetSpan(headBytes);
        target[0] = (byte)(PublishPacket.Header
            | (IsDuplicate ? PublishPacket.DuplicateFlag : 0)
            | ((int)Qos << PublishPacket.QosShift)
            | (Retain ? PublishPacket.RetainFlag : 0));
        int position = 1 + WireSize.WriteVariableByteInteger(target[1..], bodyBytes);
        BinaryPrimitives.WriteUInt16BigEndian(target[position..], (ushort)Topic.Length);
        position += sizeof(ushort);
        Topic.CopyTo(target[position..]);
        position += Topic.Length;
        if (Qos != MqttQos.AtMostOnce)
        {
            BinaryPrimitives.WriteUInt16BigEndian(target[position..], PacketId);
            position += sizeof(ushort);
        }

        if (Version == MqttVersion.V500)
        {
            position += WriteProperties(target[position..]);
        }

        output.Advance(position);
        output.Write(Payload);
    }

    private int WriteProperties(Span<byte> target)
    {
        int position = WireSize.WriteVariableByteInteger(target, PropertyBytes);
        if (ExpirySeconds is { } expirySeconds)
        {
            target[position] = (byte)PropertyId.MessageExpiryInterval;
            BinaryPrimitives.WriteUInt32BigEndian(target[(position + 1)..], expirySeconds);
            position += ExpiryBytes;
        }

        if (TopicAlias != 0)
        {
            target[position] = (byte)PropertyId.TopicAlias;
            BinaryPrimitives.WriteUInt16BigEndian(target[(position + 1)..], TopicAlias);
            position += AliasBytes;
        }

        ForwardedProperties.CopyTo(target[position..]);
        position += ForwardedProperties.Length;
        return position + SubscriptionIds.Write(target[position..]);
    }
}
