namespace EdgeStream.Mqtt;

/// <summary>PUBLISH: an application message (MQTT 5.0 section 3.3), as a view over the packet's bytes.</summary>
internal readonly ref struct PublishPacket
{
    internal const byte Header = (byte)PacketType.Publish << 4;
    internal const int RetainFlag = 0x01;
    internal const int QosShift = 1;
    internal const int DuplicateFlag = 0x08;

    internal bool IsDuplicate { get; private init; }

    internal MqttQos Qos { get; private init; }

    internal bool Retain { get; private init; }

    /// <summary>Zero at QoS 0.</summary>
    internal ushort PacketId { get; private init; }

    /// <summary>Empty where only an alias names the topic.</summary>
    internal ReadOnlySpan<byte> Topic { get; private init; }

    /// <summary>All properties as on the wire, without their length; checked.</summary>
    internal ReadOnlySpan<byte> PropertyBytes { get; private init; }

    internal MessageProperties Properties { get; private init; }

    internal ReadOnlySpan<byte> Payload { get; private init; }

    internal static PublishPacket Decode(byte flags, ReadOnlySpan<byte> body, MqttVersion version)
    {
        int qos = (flags >> QosShift) & 0x03;
        if (qos == 3 || (qos == 0 && (flags & DuplicateFlag) != 0))
        {
            // [MQTT-3.3.1-4] and [MQTT-3.3.1-2].
            Reject.Malformed("PUBLISH has QoS 3, or is a duplicate of QoS 0.");
        }

        var reader = new PacketReader(body);
        ReadOnlySpan<byte> topic = reader.ReadText();
        ushort packetId = qos == 0 ? (ushort)0 : reader.ReadPacketId();
        PropertyReader properties = default;
        MessageProperties parsed = default;
        if (version == MqttVersion.V500)
        {
            properties = reader.ReadProperties(PropertySets.Publish);
            parsed = MessageProperties.Read(ref properties);
        }

        CheckTopic(topic, parsed.TopicAlias is not null);
        return new PublishPacket
        {
            IsDuplicate = (flags & DuplicateFlag) != 0,
            Qos = (MqttQos)qos,
            Retain = (flags & RetainFlag) != 0,
            PacketId = packetId,
            Topic = topic,
            PropertyBytes = properties.Bytes,
            Properties = parsed,
            Payload = reader.ReadToEnd(),
        };
    }

    private static void CheckTopic(ReadOnlySpan<byte> topic, bool hasAlias)
    {
        if (topic.IsEmpty)
        {
            if (!hasAlias)
            {
                Reject.ProtocolError("PUBLISH has neither a topic name nor a topic alias.");
            }

            return;
        }

        Topics.CheckName(topic, "topic name");
    }
}
