namespace EdgeStream.Mqtt.Tests;

/// <summary>What is on disks: these bytes may be added to under a new version, never changed.</summary>
public class StateFormatTests
{
    private const string MessageFields =
        "0E 1E000000 03000000'a/b' 02000000'hi' 07000000 26 0001'k' 0001'v' 03000000'pub'";

    private static readonly ApplicationMessage Message = new()
    {
        Topic = "a/b"u8.ToArray(),
        Payload = "hi"u8.ToArray(),
        Qos = MqttQos.ExactlyOnce,
        Retain = true,
        PublisherId = "pub",
        ForwardedProperties = Hex.Bytes("26 00 01 'k' 00 01 'v'"),
        ExpiresAtMs = 30_000,
    };

    [Fact]
    public void A_message_is_these_bytes()
    {
        byte[] expected = Hex.Bytes("01" + MessageFields);
        Assert.Equal(Hex.Of(expected), Hex.Of(new MessageRecord(Message, 0).Encode()));
        var reader = new StateReader(expected);
        ApplicationMessage read = MessageRecord.Read(ref reader, 5_000);
        Assert.Equal(Message.Topic, read.Topic);
        Assert.Equal(Message.Payload, read.Payload);
        Assert.Equal(Message.Qos, read.Qos);
        Assert.True(read.Retain);
        Assert.Equal("pub", read.PublisherId);
        Assert.Equal(Message.ForwardedProperties, read.ForwardedProperties);
        Assert.Equal(35_000, read.ExpiresAtMs);
    }

    [Fact]
    public void An_outbound_message_is_these_bytes()
    {
        var outbound = new OutboundMessage
        {
            Message = Message,
            Qos = MqttQos.ExactlyOnce,
            Retain = true,
            PacketId = 258,
            IsReleased = true,
            Order = 7,
            Ids = default(SubscriptionIds).With(1).With(300),
        };
        byte[] expected = Hex.Bytes("01 0E 0201 0200 01000000 2C010000" + MessageFields);
        Assert.Equal(Hex.Of(expected), Hex.Of(new OutboundRecord(outbound, 0).Encode()));
        OutboundMessage read = OutboundRecord.Decode(expected, 7, 0);
        Assert.Equal(
            (outbound.Qos, outbound.Retain, outbound.PacketId, outbound.IsReleased, outbound.Order),
            (read.Qos, read.Retain, read.PacketId, read.IsReleased, read.Order));
        Assert.Equal(1u, read.Ids.First);
        Assert.Equal([300u], read.Ids.More!);
    }

    [Fact]
    public void A_session_is_these_bytes()
    {
        var session = new Session("c", TestLimits.Create());
        var request = new SubscriptionRequest("a/#", MqttQos.ExactlyOnce, true, true, MqttRetainHandling.DoNotSend);
        var record = new SessionRecord(3600, [new Subscription(session, request, 300)]);
        byte[] expected = Hex.Bytes("01 100E0000 01000000 03000000'a/#' 2E 2C010000");
        Assert.Equal(Hex.Of(expected), Hex.Of(record.Encode()));
        Session read = SessionRecord.Decode("c", expected, TestLimits.Create());
        Assert.Equal(3600u, read.ExpirySeconds);
        Assert.Equal(request, Assert.Single(read.Subscriptions.Values).Request);
        Assert.Equal(300u, Assert.Single(read.Subscriptions.Values).Identifier);
    }

    [Fact]
    public void An_inbound_identifier_is_its_version() => Assert.Equal([1], InboundRecord.Instance.Encode());

    [Fact]
    public void Keys_are_these_texts()
    {
        (StateKey, string)[] keys =
        [
            (new StateKey(StateKind.Retained, "a/b", 0), "retained/a/b"),
            (new StateKey(StateKind.Session, "client/1", 0), "session/client/1"),
            (new StateKey(StateKind.Outbound, "client/1", 258), "outbound/0000000000000102/client/1"),
            (new StateKey(StateKind.Inbound, "c", 0xABCD), "inbound/abcd/c"),
        ];
        foreach ((StateKey key, string text) in keys)
        {
            Assert.Equal(text, key.ToString());
            Assert.True(StateKey.TryParse(text, out StateKey? parsed));
            Assert.Equal(key, parsed);
        }

        Assert.False(StateKey.TryParse("something/else", out _));
        Assert.False(StateKey.TryParse("outbound/12/c", out _));
    }

    [Theory]
    [InlineData("02")]
    [InlineData("01 0E 0201")]
    [InlineData("01 0E 0201 0000 0E 00000000 FFFFFF7F")]
    public void Another_version_or_a_torn_value_is_not_read(string value) =>
        Assert.Throws<InvalidDataException>(() => OutboundRecord.Decode(Hex.Bytes(value), 1, 0));

    [Fact]
    public void The_reason_codes_and_properties_are_the_specification_s()
    {
        Assert.Equal(43, Enum.GetValues<MqttReasonCode>().Length);
        Assert.Equal(27, Enum.GetValues<PropertyId>().Length);
    }
}
