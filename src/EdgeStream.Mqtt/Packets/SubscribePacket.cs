using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>SUBSCRIBE: topic filters with their options (MQTT 5.0 section 3.8).</summary>
internal sealed class SubscribePacket
{
    private const byte Flags = 0x02;
    private const byte Header = ((byte)PacketType.Subscribe << 4) | Flags;
    private const int NoLocalFlag = 0x04;
    private const int RetainAsPublishedFlag = 0x08;
    private const int RetainHandlingShift = 4;
    private const int ReservedBitsV500 = 0xC0;
    private const int ReservedBitsV311 = 0xFC;

    internal required ushort PacketId { get; init; }

    internal required IReadOnlyList<SubscriptionRequest> Requests { get; init; }

    /// <summary>Zero where there is none.</summary>
    internal uint SubscriptionIdentifier { get; private init; }

    internal static SubscribePacket Decode(byte flags, ReadOnlySpan<byte> body, MqttVersion version)
    {
        if (flags != Flags)
        {
            // [MQTT-3.8.1-1].
            Reject.Malformed("SUBSCRIBE has wrong header flags.");
        }

        var reader = new PacketReader(body);
        ushort packetId = reader.ReadPacketId();
        uint identifier = version == MqttVersion.V500 ? ReadIdentifier(ref reader) : 0;
        var requests = new List<SubscriptionRequest>();
        while (!reader.IsAtEnd)
        {
            ReadOnlySpan<byte> filter = reader.ReadText();
            byte options = reader.ReadByte();
            CheckRequest(filter, options, version);
            requests.Add(new SubscriptionRequest(
                Topics.Text(filter),
                (MqttQos)(options & 0x03),
                (options & NoLocalFlag) != 0,
                (options & RetainAsPublishedFlag) != 0,
                (MqttRetainHandling)((options >> RetainHandlingShift) & 0x03)));
        }

        if (requests.Count == 0)
        {
            // [MQTT-3.8.3-2].
            Reject.ProtocolError("SUBSCRIBE has no topic filter.");
        }

        return new SubscribePacket { PacketId = packetId, Requests = requests, SubscriptionIdentifier = identifier };
    }

    internal static void Write(
        IBufferWriter<byte> output,
        ushort packetId,
        IReadOnlyList<SubscriptionRequest> requests,
        MqttVersion version,
        int identifier = 0,
        IReadOnlyList<MqttUserProperty>? userProperties = null)
    {
        using var body = PacketWriter.Create();
        body.UInt16(packetId);
        if (version == MqttVersion.V500)
        {
            using var properties = PacketWriter.Create();
            if (identifier != 0)
            {
                properties.Byte((byte)PropertyId.SubscriptionIdentifier);
                properties.VariableByteInteger(identifier);
            }

            properties.UserProperties(userProperties ?? []);
            body.Properties(properties);
        }

        foreach (SubscriptionRequest request in requests)
        {
            body.Text(request.Filter);
            int options = (int)request.Qos;
            if (version == MqttVersion.V500)
            {
                options |= request.NoLocal ? NoLocalFlag : 0;
                options |= request.RetainAsPublished ? RetainAsPublishedFlag : 0;
                options |= (int)request.RetainHandling << RetainHandlingShift;
            }

            body.Byte((byte)options);
        }

        body.Complete(output, Header);
    }

    private static uint ReadIdentifier(ref PacketReader reader)
    {
        uint identifier = 0;
        PropertyReader properties = reader.ReadProperties(PropertySets.Subscribe);
        while (properties.TryRead(out PropertyId id))
        {
            if (id != PropertyId.SubscriptionIdentifier)
            {
                properties.Skip(id);
                continue;
            }

            if (identifier != 0)
            {
                Reject.ProtocolError("SUBSCRIBE has more than one subscription identifier.");
            }

            identifier = properties.Value.ReadVariableByteInteger();
            if (identifier == 0)
            {
                Reject.ProtocolError("The subscription identifier is zero.");
            }
        }

        return identifier;
    }

    private static void CheckRequest(ReadOnlySpan<byte> filter, byte options, MqttVersion version)
    {
        if (!Topics.IsFilter(filter))
        {
            Reject.Malformed("A topic filter is empty or has a wildcard where none may stand.");
        }

        int reserved = version == MqttVersion.V500 ? ReservedBitsV500 : ReservedBitsV311;
        if ((options & reserved) != 0 || (options & 0x03) == 3)
        {
            // [MQTT-3.8.3-5]; [MQTT-3-8.3-4] of 3.1.1.
            Reject.Malformed($"The subscription options 0x{options:X2} have reserved bits or QoS 3.");
        }

        if ((options >> RetainHandlingShift) == 3)
        {
            Reject.ProtocolError("Retain handling is 3.");
        }

        if (Topics.IsShared(filter) && (options & NoLocalFlag) != 0)
        {
            // [MQTT-3.8.3-4].
            Reject.ProtocolError("A shared subscription has no-local set.");
        }
    }
}
