namespace EdgeStream.Mqtt;

/// <summary>What the server of this connection takes, as its CONNACK says (MQTT 5.0 section 3.2.2.3).</summary>
internal sealed class ServerTerms
{
    internal ServerTerms(ConnackPacket answer, MqttVersion version)
    {
        Version = version;
        ReceiveMaximum = answer.ReceiveMaximum;
        PacketSizeBytesMax = answer.PacketSizeBytesMax == 0 ? uint.MaxValue : answer.PacketSizeBytesMax;
        QosMax = answer.QosMax;
        IsRetainAvailable = answer.IsRetainAvailable;
    }

    internal MqttVersion Version { get; }

    internal ushort ReceiveMaximum { get; }

    internal uint PacketSizeBytesMax { get; }

    internal MqttQos QosMax { get; }

    internal bool IsRetainAvailable { get; }

    /// <summary>Why a message may not be sent to this server; success where it may.</summary>
    internal MqttReasonCode Judge(MqttMessage message, int packetBytes) =>
        message.Qos > QosMax ? MqttReasonCode.QosNotSupported
        : message.Retain && !IsRetainAvailable ? MqttReasonCode.RetainNotSupported
        : packetBytes > PacketSizeBytesMax ? MqttReasonCode.PacketTooLarge
        : MqttReasonCode.Success;
}
