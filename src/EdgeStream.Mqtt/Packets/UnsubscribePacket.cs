using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>UNSUBSCRIBE: topic filters to end (MQTT 5.0 section 3.10).</summary>
internal sealed class UnsubscribePacket
{
    private const byte Flags = 0x02;
    private const byte Header = ((byte)PacketType.Unsubscribe << 4) | Flags;

    internal required ushort PacketId { get; init; }

    internal required IReadOnlyList<string> Filters { get; init; }

    internal static UnsubscribePacket Decode(byte flags, ReadOnlySpan<byte> body, MqttVersion version)
    {
        if (flags != Flags)
        {
            // [MQTT-3.10.1-1].
            Reject.Malformed("UNSUBSCRIBE has wrong header flags.");
        }

        var reader = new PacketReader(body);
        ushort packetId = reader.ReadPacketId();
        if (version == MqttVersion.V500)
        {
            PropertyReader properties = reader.ReadProperties(PropertySets.Unsubscribe);
            while (properties.TryRead(out PropertyId id))
            {
                properties.Skip(id);
            }
        }

        var filters = new List<string>();
        while (!reader.IsAtEnd)
        {
            ReadOnlySpan<byte> filter = reader.ReadText();
            if (!Topics.IsFilter(filter))
            {
                Reject.Malformed("A topic filter is empty or has a wildcard where none may stand.");
            }

            filters.Add(Topics.Text(filter));
        }

        if (filters.Count == 0)
        {
            // [MQTT-3.10.3-2].
            Reject.ProtocolError("UNSUBSCRIBE has no topic filter.");
        }

        return new UnsubscribePacket { PacketId = packetId, Filters = filters };
    }

    internal static void Write(
        IBufferWriter<byte> output,
        ushort packetId,
        IReadOnlyList<string> filters,
        MqttVersion version,
        IReadOnlyList<MqttUserProperty>? userProperties = null)
    {
        using var body = PacketWriter.Create();
        body.UInt16(packetId);
        if (version == MqttVersion.V500)
        {
            using var properties = PacketWriter.Create();
            properties.UserProperties(userProperties ?? []);
            body.Properties(properties);
        }

        foreach (string filter in filters)
        {
            body.Text(filter);
        }

        body.Complete(output, Header);
    }
}
