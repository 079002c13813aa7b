using System.Buffers;

namespace EdgeStream.Mqtt.Tests;

public class MalformedPacketTests
{
    [Theory]
    [InlineData("00 04 'MQTT' 04 03 00 00 00 01 'c'", MqttReasonCode.MalformedPacket)] // [MQTT-3.1.2-3] reserved flag.
    // [MQTT-3.1.2-14].
    [InlineData("00 04 'MQTT' 04 1E 00 00 00 01 'c' 00 01 'w' 00 00", MqttReasonCode.MalformedPacket)]
    // [MQTT-3.1.2-13] will QoS, no will.
    [InlineData("00 04 'MQTT' 04 0A 00 00 00 01 'c'", MqttReasonCode.MalformedPacket)]
    // [MQTT-3.1.2-15] will retain, no will.
    [InlineData("00 04 'MQTT' 04 22 00 00 00 01 'c'", MqttReasonCode.MalformedPacket)]
    // [MQTT-3.1.2-22] of 3.1.1.
    [InlineData("00 04 'MQTT' 04 42 00 00 00 01 'c' 00 01 'p'", MqttReasonCode.MalformedPacket)]
    [InlineData("00 04 'MQTX' 04 02 00 00 00 01 'c'", MqttReasonCode.UnsupportedProtocolVersion)] // [MQTT-3.1.2-1].
    [InlineData("00 06 'MQIsdp' 03 02 00 00 00 01 'c'", MqttReasonCode.UnsupportedProtocolVersion)]
    [InlineData("00 04 'MQTT' 06 02 00 00 00 01 'c'", MqttReasonCode.UnsupportedProtocolVersion)] // [MQTT-3.1.2-2].
    [InlineData("00 04 'MQTT' 04 02 00 00 00 01 'c' FF", MqttReasonCode.MalformedPacket)] // Bytes behind the payload.
    [InlineData("00 04 'MQTT' 04 02 00 00 00 05 'c'", MqttReasonCode.MalformedPacket)] // The client identifier is cut.
    [InlineData("00 04 'MQTT' 04 02 00 00 00 02 'a' 00", MqttReasonCode.MalformedPacket)] // [MQTT-1.5.4-2] U+0000.
    [InlineData("00 04 'MQTT' 04 02 00 00 00 03 ED A0 80", MqttReasonCode.MalformedPacket)] // [MQTT-1.5.4-1] surrogate.
    [InlineData("00 04 'MQTT' 05 02 00 00 03 21 00 00 00 01 'c'", MqttReasonCode.ProtocolError)] // Receive maximum 0.
    [InlineData("00 04 'MQTT' 05 02 00 00 05 27 00 00 00 00 00 01 'c'", MqttReasonCode.ProtocolError)] // Packet size 0.
    [InlineData("00 04 'MQTT' 05 02 00 00 02 17 02 00 01 'c'", MqttReasonCode.ProtocolError)] // Problem information 2.
    [InlineData("00 04 'MQTT' 05 02 00 00 06 21 00 01 21 00 01 00 01 'c'", MqttReasonCode.ProtocolError)] // Twice.
    // Not allowed in CONNECT.
    [InlineData("00 04 'MQTT' 05 02 00 00 02 01 01 00 01 'c'", MqttReasonCode.MalformedPacket)]
    [InlineData("00 04 'MQTT' 05 02 00 00 03 16 00 00 00 01 'c'", MqttReasonCode.ProtocolError)] // Data, no method.
    // Length beyond packet.
    [InlineData("00 04 'MQTT' 05 02 00 00 09 21 00 01 00 01 'c'", MqttReasonCode.MalformedPacket)]
    [InlineData("00 04 'MQTT' 04 06 00 00 00 01 'c' 00 03 'w/#' 00 00", MqttReasonCode.MalformedPacket)]
    [InlineData("00 04 'MQTT' 04 06 00 00 00 01 'c' 00 00 00 00", MqttReasonCode.MalformedPacket)] // [MQTT-4.7.3-1].
    public void Connect_is_rejected(string body, MqttReasonCode reason) =>
        Rejected(reason, () => ConnectPacket.Decode(0, Hex.Bytes(body)));

    [Theory]
    [InlineData(0x06, 4, "00 01 'a' 00 01", MqttReasonCode.MalformedPacket)] // [MQTT-3.3.1-4] QoS 3.
    [InlineData(0x08, 4, "00 01 'a'", MqttReasonCode.MalformedPacket)] // [MQTT-3.3.1-2] duplicate of QoS 0.
    [InlineData(0x02, 4, "00 01 'a' 00 00", MqttReasonCode.ProtocolError)] // [MQTT-2.2.1-3] identifier 0.
    [InlineData(0x00, 4, "00 03 'a/#'", MqttReasonCode.MalformedPacket)] // [MQTT-3.3.2-2].
    [InlineData(0x00, 4, "00 03 '+/a'", MqttReasonCode.MalformedPacket)]
    [InlineData(0x00, 4, "00 00", MqttReasonCode.ProtocolError)] // [MQTT-4.7.3-1].
    [InlineData(0x00, 5, "00 00 00", MqttReasonCode.ProtocolError)] // No topic and no alias.
    [InlineData(0x00, 5, "00 00 03 23 00 00", MqttReasonCode.TopicAliasInvalid)] // [MQTT-3.3.2-8].
    [InlineData(0x00, 4, "00 01 C0", MqttReasonCode.MalformedPacket)] // Not UTF-8.
    [InlineData(0x00, 4, "00 05 'a'", MqttReasonCode.MalformedPacket)]
    [InlineData(0x00, 5, "00 01 'a' 02 01 02", MqttReasonCode.ProtocolError)] // Payload format 2.
    [InlineData(0x00, 5, "00 01 'a' 04 08 00 01 '#'", MqttReasonCode.ProtocolError)] // [MQTT-3.3.2-14] response topic.
    [InlineData(0x00, 5, "00 01 'a' 02 0B 00", MqttReasonCode.ProtocolError)] // Subscription identifier 0.
    // Session expiry isn't allowed.
    [InlineData(0x00, 5, "00 01 'a' 05 11 00 00 00 01", MqttReasonCode.MalformedPacket)]
    [InlineData(0x00, 5, "00 01 'a' 81 00 01", MqttReasonCode.MalformedPacket)] // [MQTT-1.5.5-1] not the shortest form.
    public void Publish_is_rejected(byte flags, int version, string body, MqttReasonCode reason) =>
        Rejected(reason, () => PublishPacket.Decode(flags, Hex.Bytes(body), (MqttVersion)version));

    [Theory]
    [InlineData(2, 4, "00 01", MqttReasonCode.ProtocolError)] // [MQTT-3.8.3-2] no filter.
    [InlineData(0, 4, "00 01 00 01 'a' 00", MqttReasonCode.MalformedPacket)] // [MQTT-3.8.1-1].
    [InlineData(2, 4, "00 00 00 01 'a' 00", MqttReasonCode.ProtocolError)]
    [InlineData(2, 4, "00 01 00 01 'a' 03", MqttReasonCode.MalformedPacket)] // [MQTT-3-8.3-4].
    [InlineData(2, 4, "00 01 00 01 'a' 04", MqttReasonCode.MalformedPacket)]
    [InlineData(2, 5, "00 01 00 00 01 'a' C0", MqttReasonCode.MalformedPacket)] // [MQTT-3.8.3-5].
    [InlineData(2, 5, "00 01 00 00 01 'a' 30", MqttReasonCode.ProtocolError)] // Retain handling 3.
    [InlineData(2, 5, "00 01 02 0B 00 00 01 'a' 00", MqttReasonCode.ProtocolError)]
    [InlineData(2, 5, "00 01 04 0B 01 0B 02 00 01 'a' 00", MqttReasonCode.ProtocolError)]
    [InlineData(2, 5, "00 01 00 00 0A '$share/g/a' 04", MqttReasonCode.ProtocolError)] // [MQTT-3.8.3-4].
    [InlineData(2, 4, "00 01 00 03 'a#b' 00", MqttReasonCode.MalformedPacket)] // [MQTT-4.7.1-1].
    [InlineData(2, 4, "00 01 00 05 'a/#/b' 00", MqttReasonCode.MalformedPacket)]
    [InlineData(2, 4, "00 01 00 02 'a+' 00", MqttReasonCode.MalformedPacket)] // [MQTT-4.7.1-2].
    [InlineData(2, 4, "00 01 00 00 00", MqttReasonCode.MalformedPacket)]
    public void Subscribe_is_rejected(byte flags, int version, string body, MqttReasonCode reason) =>
        Rejected(reason, () => SubscribePacket.Decode(flags, Hex.Bytes(body), (MqttVersion)version));

    [Theory]
    [InlineData(0x41, 4, "00 01", MqttReasonCode.MalformedPacket)]
    [InlineData(0x60, 4, "00 01", MqttReasonCode.MalformedPacket)] // [MQTT-3.6.1-1].
    [InlineData(0x40, 4, "00 00", MqttReasonCode.ProtocolError)]
    [InlineData(0x40, 4, "00 01 00", MqttReasonCode.MalformedPacket)]
    [InlineData(0x40, 5, "00 01 8D", MqttReasonCode.ProtocolError)] // Not a reason of PUBACK.
    [InlineData(0x62, 5, "00 01 97", MqttReasonCode.ProtocolError)]
    [InlineData(0x40, 5, "00 01 00 02 01 01", MqttReasonCode.MalformedPacket)]
    public void Acknowledgements_are_rejected(byte header, int version, string body, MqttReasonCode reason) =>
        Rejected(reason, () => AcknowledgementPacket.Decode(header, Hex.Bytes(body), (MqttVersion)version));

    [Theory]
    [InlineData("30 80 80 80 80 01", MqttReasonCode.MalformedPacket)] // Five length bytes.
    [InlineData("30 80 00", MqttReasonCode.MalformedPacket)] // Not the shortest form.
    [InlineData("30 FF FF FF 7F", MqttReasonCode.PacketTooLarge)]
    public void Frames_are_rejected(string bytes, MqttReasonCode reason) =>
        Rejected(reason, () =>
        {
            var buffer = new ReadOnlySequence<byte>(Hex.Bytes(bytes));
            PacketFrame.TryRead(ref buffer, 1024, out _, out _);
        });

    [Fact]
    public void A_topic_of_too_many_levels_is_rejected()
    {
        string topic = string.Concat(Enumerable.Repeat("/", Topics.LevelsMax));
        Rejected(
            MqttReasonCode.TopicNameInvalid,
            () => PublishPacket.Decode(0, Hex.Bytes(RawClient.Text(topic)), MqttVersion.V311));
    }

    private static void Rejected(MqttReasonCode reason, Action decode) =>
        Assert.Equal(reason, Assert.Throws<MqttProtocolException>(decode).Reason);
}
