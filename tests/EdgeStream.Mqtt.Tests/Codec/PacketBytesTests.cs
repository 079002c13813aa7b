using System.Buffers;
using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Packets byte for byte; where the specification prints one, that one.</summary>
public class PacketBytesTests
{
    [Fact]
    public void Connect_of_the_specification_311_is_read() // 3.1.1 figure 3.6.
    {
        byte[] body = Hex.Bytes("00 04 'MQTT' 04 CE 00 0A 00 01 'c' 00 01 'w' 00 02 'xy' 00 01 'u' 00 01 'p'");
        var packet = ConnectPacket.Decode(0, body);
        Assert.Equal(MqttVersion.V311, packet.Version);
        Assert.Equal(10, packet.KeepAliveSeconds);
        Assert.True(packet.IsCleanStart);
        Assert.Equal("c", packet.ClientId);
        Assert.Equal("u", packet.UserName);
        Assert.Equal("p"u8.ToArray(), packet.Password);
        Assert.Equal("w", packet.Will!.Topic);
        Assert.Equal("xy"u8.ToArray(), packet.Will.Payload.ToArray());
        Assert.Equal(MqttQos.AtLeastOnce, packet.Will.Qos);
        Assert.False(packet.Will.Retain);
    }

    [Fact]
    public void Connect_of_the_specification_500_is_read() // 5.0 figure 3-6: session expiry of 10 seconds.
    {
        byte[] body = Hex.Bytes(
            "00 04 'MQTT' 05 CE 00 0A 05 11 00 00 00 0A 00 01 'c' 00 00 01 'w' 00 01 'x' 00 01 'u' 00 01 'p'");
        var packet = ConnectPacket.Decode(0, body);
        Assert.Equal(MqttVersion.V500, packet.Version);
        Assert.Equal(10u, packet.SessionExpirySeconds);
        Assert.Equal(ushort.MaxValue, packet.ReceiveMaximum);
        Assert.True(packet.WantsProblemInformation);
    }

    [Fact]
    public void Connect_takes_every_property_of_500()
    {
        string properties = "11 00 00 00 0A  21 00 14  27 00 00 10 00  22 00 0A  19 01  17 00  26 00 01 'k' 00 01 'v'";
        string forwarded = "01 01  03 00 01 't'  08 00 01 'r'  09 00 02 01 02  26 00 01 'a' 00 01 'b'";
        string will = $"18 00 00 00 05  02 00 00 00 1E  {forwarded}";
        int propertyBytes = Hex.Bytes(properties).Length;
        int willBytes = Hex.Bytes(will).Length;
        byte[] body = Hex.Bytes(
            $"00 04 'MQTT' 05 2E 00 00 {propertyBytes:X2} {properties} 00 00 {willBytes:X2} {will} 00 01 'w' 00 00");
        var packet = ConnectPacket.Decode(0, body);
        Assert.Equal(20, packet.ReceiveMaximum);
        Assert.Equal(4096u, packet.PacketSizeBytesMax);
        Assert.Equal(10, packet.TopicAliasMaximum);
        Assert.False(packet.WantsProblemInformation);
        Assert.Equal(5u, packet.Will!.DelaySeconds);
        Assert.Equal(30u, packet.Will.ExpirySeconds);
        Assert.Equal(Hex.Of(Hex.Bytes(forwarded)), Hex.Of(packet.Will.ForwardedProperties));
    }

    [Fact]
    public void Publish_of_the_specification_is_read() // Figure 3.11 of 3.1.1: topic a/b, packet identifier 10.
    {
        PublishPacket packet = PublishPacket.Decode(0x0A, Hex.Bytes("00 03 'a/b' 00 0A 'hi'"), MqttVersion.V311);
        Assert.True(packet.IsDuplicate);
        Assert.Equal(MqttQos.AtLeastOnce, packet.Qos);
        Assert.False(packet.Retain);
        Assert.Equal(10, packet.PacketId);
        Assert.Equal("a/b", Topics.Text(packet.Topic));
        Assert.Equal("hi", Topics.Text(packet.Payload));
    }

    [Fact]
    public void Subscribe_of_the_specification_is_read() // Figure 3.23 of 3.1.1: a/b with QoS 1, c/d with QoS 2.
    {
        byte[] body = Hex.Bytes("00 0A 00 03 'a/b' 01 00 03 'c/d' 02");
        var packet = SubscribePacket.Decode(2, body, MqttVersion.V311);
        Assert.Equal(10, packet.PacketId);
        Assert.Equal(["a/b", "c/d"], packet.Requests.Select(r => r.Filter));
        Assert.Equal([MqttQos.AtLeastOnce, MqttQos.ExactlyOnce], packet.Requests.Select(r => r.Qos));
    }

    [Fact]
    public void Subscribe_of_500_carries_identifier_and_options()
    {
        byte[] body = Hex.Bytes("00 0A 03 0B 80 01 00 03 'a/b' 2E");
        var packet = SubscribePacket.Decode(2, body, MqttVersion.V500);
        Assert.Equal(128u, packet.SubscriptionIdentifier);
        Assert.Equal(
            new SubscriptionRequest("a/b", MqttQos.ExactlyOnce, true, true, MqttRetainHandling.DoNotSend),
            Assert.Single(packet.Requests));
    }

    [Fact]
    public void Unsubscribe_of_the_specification_is_read() // Figure 3.30 of 3.1.1.
    {
        var packet = UnsubscribePacket.Decode(2, Hex.Bytes("00 0A 00 03 'a/b' 00 03 'c/d'"), MqttVersion.V311);
        Assert.Equal(["a/b", "c/d"], packet.Filters);
    }

    [Theory]
    [InlineData(4, MqttReasonCode.Success, "40 02 00 0A")]
    [InlineData(5, MqttReasonCode.Success, "40 02 00 0A")]
    [InlineData(5, MqttReasonCode.QuotaExceeded, "40 03 00 0A 97")]
    public void Puback_is_written(int version, MqttReasonCode reason, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        AcknowledgementPacket.Write(output, PacketType.Puback, 10, reason, (MqttVersion)version);
        Assert.Equal(Hex.Of(Hex.Bytes(expected)), Hex.Of(output.WrittenSpan));
    }

    [Fact]
    public void Pubrel_carries_its_reserved_flags() // [MQTT-3.6.1-1].
    {
        var output = new ArrayBufferWriter<byte>();
        AcknowledgementPacket.Write(output, PacketType.Pubrel, 1, MqttReasonCode.Success, MqttVersion.V500);
        Assert.Equal("62020001", Hex.Of(output.WrittenSpan));
    }

    [Fact]
    public void Publish_is_written_with_expiry_forwarded_properties_and_subscription_identifiers()
    {
        var writer = new PublishWriter
        {
            Version = MqttVersion.V500,
            Qos = MqttQos.ExactlyOnce,
            IsDuplicate = true,
            Retain = true,
            PacketId = 258,
            Topic = "a"u8,
            Payload = "p"u8,
            ForwardedProperties = Hex.Bytes("26 00 01 'k' 00 01 'v'"),
            ExpirySeconds = 30,
            SubscriptionIds = default(SubscriptionIds).With(1).With(300),
        };
        var output = new ArrayBufferWriter<byte>();
        writer.Write(output);
        string expected = "3D 18 00 01 'a' 01 02 11 02 00 00 00 1E 26 00 01 'k' 00 01 'v' 0B 01 0B AC 02 'p'";
        Assert.Equal(Hex.Of(Hex.Bytes(expected)), Hex.Of(output.WrittenSpan));
        Assert.Equal(output.WrittenCount, writer.Measure());
    }

    [Theory]
    [InlineData(0, "00")] // Table 1-1 of 5.0.
    [InlineData(127, "7F")]
    [InlineData(128, "80 01")]
    [InlineData(16_383, "FF 7F")]
    [InlineData(16_384, "80 80 01")]
    [InlineData(2_097_151, "FF FF 7F")]
    [InlineData(2_097_152, "80 80 80 01")]
    [InlineData(268_435_455, "FF FF FF 7F")]
    [Statements(MqttVersion.V500, "MQTT-1.5.5-1")]
    public void Variable_byte_integers_are_read_and_written(int value, string expected)
    {
        byte[] bytes = Hex.Bytes(expected);
        byte[] written = new byte[4];
        Assert.Equal(bytes.Length, WireSize.WriteVariableByteInteger(written, value));
        Assert.Equal(Hex.Of(bytes), Hex.Of(written.AsSpan(0, bytes.Length)));
        Assert.Equal((uint)value, new PacketReader(bytes).ReadVariableByteInteger());
    }

    [Fact]
    public void A_string_outside_the_basic_plane_is_read() // Figure 1.2: 'A' and U+2A6D4.
    {
        byte[] bytes = Hex.Bytes("00 05 41 F0 AA 9B 94");
        Assert.Equal("A\U0002A6D4", new PacketReader(bytes).ReadString());
    }

    [Fact]
    public void A_byte_order_mark_is_kept() // [MQTT-1.5.4-3].
    {
        byte[] bytes = Hex.Bytes("00 03 EF BB BF");
        Assert.Equal("\uFEFF", new PacketReader(bytes).ReadString());
    }

    [Fact]
    public void Properties_that_are_not_forwarded_are_cut_out_and_the_others_keep_their_order()
    {
        byte[] bytes = Hex.Bytes("26 00 01 'a' 00 01 '1'  23 00 05  01 01  02 00 00 00 05  26 00 01 'a' 00 01 '0'");
        var reader = new PropertyReader(bytes, PropertySets.Publish);
        var properties = MessageProperties.Read(ref reader);
        Assert.Equal((ushort)5, properties.TopicAlias);
        Assert.Equal(5u, properties.ExpirySeconds);
        Assert.Equal(
            Hex.Of(Hex.Bytes("26 00 01 'a' 00 01 '1'  01 01  26 00 01 'a' 00 01 '0'")),
            Hex.Of(properties.CopyForwarded(bytes)));
    }

    [Fact]
    public void The_host_sees_content_type_and_user_properties()
    {
        byte[] bytes = Hex.Bytes(
            "03 00 02 'ct' 08 00 01 'r' 09 00 01 07 26 00 01 'k' 00 01 'v' 26 00 01 'k' 00 01 'w'");
        var properties = new MqttPublishProperties(bytes);
        Assert.Equal("ct", Encoding.UTF8.GetString(properties.ContentType));
        Assert.Equal("r", Encoding.UTF8.GetString(properties.ResponseTopic));
        Assert.Equal([7], properties.CorrelationData.ToArray());
        Assert.True(properties.TryGetUserProperty("k"u8, out ReadOnlySpan<byte> value));
        Assert.Equal("v", Encoding.UTF8.GetString(value));
        Assert.False(properties.TryGetUserProperty("x"u8, out _));
        Assert.Equal([new("k", "v"), new("k", "w")], properties.GetUserProperties());
    }

    [Fact]
    public void Connack_of_311_is_two_bytes_and_of_500_tells_the_limits()
    {
        var packet = new ConnackPacket
        {
            IsSessionPresent = true,
            ReceiveMaximum = 20,
            PacketSizeBytesMax = 4096,
            TopicAliasMaximum = 10,
            AreSharedSubscriptionsAvailable = false,
        };
        var output = new ArrayBufferWriter<byte>();
        packet.Write(output, MqttVersion.V311);
        Assert.Equal("20020100", Hex.Of(output.WrittenSpan));
        output.Clear();
        packet.Write(output, MqttVersion.V500);
        string expected = "20 12 01 00 0F 21 00 14 27 00 00 10 00 22 00 0A 25 01 2A 00";
        Assert.Equal(Hex.Of(Hex.Bytes(expected)), Hex.Of(output.WrittenSpan));
    }
}
