namespace EdgeStream.Mqtt;

/// <summary>How a connection wants its messages.</summary>
/// <param name="Version">The protocol version.</param>
/// <param name="ReceiveMaximum">Messages of QoS 1 and 2 it takes before it acknowledges.</param>
/// <param name="PacketSizeBytesMax">Zero where it stated none.</param>
internal readonly record struct DeliveryTerms(MqttVersion Version, int ReceiveMaximum, uint PacketSizeBytesMax);
