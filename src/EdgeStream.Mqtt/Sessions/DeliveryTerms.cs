namespace EdgeStream.Mqtt;

/// <summary>How a connection wants its messages.</summary>
/// <param name="Version">The protocol version.</param>
/// <param name="ReceiveMaximum">Messages of QoS 1 and 2 it takes before it acknowledges.</param>
/// <param name="PacketSizeBytesMax">Zero where it stated none.</param>
/// <param name="Aliases">The topic aliases it is sent; null where it takes none.</param>
internal readonly record struct DeliveryTerms(
    MqttVersion Version, int ReceiveMaximum, uint PacketSizeBytesMax, OutboundAliases? Aliases)
{
    /// <summary>Whether a packet of that size may be sent to it [MQTT-3.1.2-24].</summary>
    internal bool Takes(int sizeBytes) => PacketSizeBytesMax == 0 || sizeBytes <= PacketSizeBytesMax;
}
