namespace EdgeStream.Mqtt.Tests;

/// <summary>What is on disks: these bytes may be added to under a new version, never changed.</summary>
public class StateFormatTests
{
    private const string MessageFieldsV1 =
        "0E 1E000000 03000000'a/b' 02000000'hi' 07000000 26 0001'k' 0001'v' 03000000'pub'";

    private const string MessageFields =
        "0E 3075000000000000 03000000'a/b' 02000000'hi' 07000000 26 0001'k' 0001'v' 03000000'pub'";

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
        byte[] expected = Hex.Bytes("02" + MessageFields);
        Assert.Equal(Hex.Of(expected), Hex.Of(new MessageRecord(Message).Encode()));
        AssertMessage(expected, 30_000);
    }

    [Fact]
    public void A_message_of_version_1_is_read_and_expires_by_what_was_left() =>
        AssertMessage(Hex.Bytes("01" + MessageFieldsV1), 35_000);

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
            ShareFilter = "$share/g/#",
        };
        byte[] expected =
            Hex.Bytes("02 1E 0201 0200 01000000 2C010000 0A000000'$share/g/#'" + MessageFields);
        Assert.Equal(Hex.Of(expected), Hex.Of(new OutboundRecord(outbound).Encode()));
        AssertOutbound(outbound, expected);
        outbound.ShareFilter = null;
        byte[] unshared = Hex.Bytes("02 0E 0201 0200 01000000 2C010000" + MessageFields);
        Assert.Equal(Hex.Of(unshared), Hex.Of(new OutboundRecord(outbound).Encode()));
        AssertOutbound(outbound, unshared);
        AssertOutbound(outbound, Hex.Bytes("01 0E 0201 0200 01000000 2C010000" + MessageFieldsV1));
    }

    [Fact]
    public void A_session_is_these_bytes()
    {
        var session = new Session("c", TestLimits.Create());
        var request = new SubscriptionRequest("a/#", MqttQos.ExactlyOnce, true, true, MqttRetainHandling.DoNotSend);
        Subscription[] subscriptions = [new Subscription(session, request, 300)];
        const string Left = "100E0000 3075000000000000 01000000 03000000'a/#' 2E 2C010000";
        const string Connected = "100E0000 FFFFFFFFFFFFFFFF 01000000 03000000'a/#' 2E 2C010000";
        byte[] left = Hex.Bytes($"03 {Left} 02 04000000'pump'");
        byte[] connected = Hex.Bytes($"03 {Connected} 01");
        var pump = new SessionUser(IsKnown: true, "pump");
        var nameless = new SessionUser(IsKnown: true, null);
        Assert.Equal(Hex.Of(left), Hex.Of(new SessionRecord(3600, 30_000, pump, subscriptions).Encode()));
        Assert.Equal(Hex.Of(connected), Hex.Of(new SessionRecord(3600, null, nameless, subscriptions).Encode()));
        Assert.Equal(
            Hex.Of(Hex.Bytes($"03 {Connected} 00")),
            Hex.Of(new SessionRecord(3600, null, default, subscriptions).Encode()));
        Session read = AssertSession(request, left, 30_000);
        Assert.True(read.MayBelongTo("pump"));
        Assert.False(read.MayBelongTo("panel"));
        Assert.False(read.MayBelongTo(null));
        Assert.True(AssertSession(request, connected, 5).MayBelongTo("panel"));
        Assert.True(AssertSession(request, Hex.Bytes($"02 {Left}"), 30_000).MayBelongTo("panel"));
        Assert.True(AssertSession(request, Hex.Bytes($"02 {Connected}"), 5).MayBelongTo(null));
        AssertSession(request, Hex.Bytes("01 100E0000 01000000 03000000'a/#' 2E 2C010000"), 5);
    }

    [Fact]
    public void A_will_is_these_bytes()
    {
        var will = new MqttWill
        {
            Topic = "w",
            Payload = "bye"u8.ToArray(),
            Qos = MqttQos.AtLeastOnce,
            Retain = true,
            ExpirySeconds = 60,
            ForwardedProperties = Hex.Bytes("01 01"),
        };
        const string Fields = "3075000000000000 0D 3C000000 01000000'w' 03000000'bye' 02000000 01 01";
        byte[] named = Hex.Bytes($"03 {Fields} 02 04000000'pump'");
        byte[] nameless = Hex.Bytes($"03 {Fields} 01");
        var pump = new SessionUser(IsKnown: true, "pump");
        Assert.Equal(Hex.Of(named), Hex.Of(new WillRecord(will, 30_000, pump).Encode()));
        Assert.Equal(
            Hex.Of(nameless), Hex.Of(new WillRecord(will, 30_000, new SessionUser(IsKnown: true, null)).Encode()));
        AssertWill(will, named, "pump");
        AssertWill(will, nameless, null);
        AssertWill(will, Hex.Bytes($"03 {Fields} 00"), null);
        AssertWill(will, Hex.Bytes($"02 {Fields}"), null);
        AssertWill(will, Hex.Bytes($"01 {Fields}"), null);
        Assert.Throws<InvalidDataException>(() => WillRecord.Decode(Hex.Bytes($"03 {Fields} 03"), out _));
    }

    private static void AssertWill(MqttWill will, byte[] value, string? userName)
    {
        MqttWill read = WillRecord.Decode(value, out long dueMs);
        Assert.Equal(30_000, dueMs);
        Assert.Equal((true, userName), (read.IsRestored, read.UserName));
        Assert.Equal(("w", will.Qos, true, 60u), (read.Topic, read.Qos, read.Retain, read.ExpirySeconds!.Value));
        Assert.Equal(will.Payload.ToArray(), read.Payload.ToArray());
        Assert.Equal(will.ForwardedProperties, read.ForwardedProperties);
    }

    [Fact]
    public void The_clock_is_these_bytes()
    {
        byte[] expected = Hex.Bytes("02 01 3075000000000000 00482D7AB9010000");
        ClockRecord read = ClockRecord.Decode(expected);
        Assert.Equal((30_000, 0x01B9_7A2D_4800, true), (read.NowMs, read.WallMs, read.IsStop));
        Assert.Equal(Hex.Of(expected), Hex.Of(new ClockRecord(30_000, 0x01B9_7A2D_4800, true).Encode()));
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
            (new StateKey(StateKind.Will, "client/1", 0), "will/client/1"),
            (new StateKey(StateKind.Clock, "", 0), "clock"),
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
    [InlineData("04")]
    [InlineData("00")]
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

    private static void AssertMessage(byte[] value, long expiresAtMs)
    {
        var reader = new StateReader(value);
        ApplicationMessage read = MessageRecord.Read(ref reader, 5_000);
        Assert.Equal(Message.Topic, read.Topic);
        Assert.Equal(Message.Payload, read.Payload);
        Assert.Equal(Message.Qos, read.Qos);
        Assert.True(read.Retain);
        Assert.Equal("pub", read.PublisherId);
        Assert.Equal(Message.ForwardedProperties, read.ForwardedProperties);
        Assert.Equal(expiresAtMs, read.ExpiresAtMs);
    }

    private static void AssertOutbound(OutboundMessage expected, byte[] value)
    {
        OutboundMessage read = OutboundRecord.Decode(value, 7, 0);
        Assert.Equal(
            (expected.Qos, expected.Retain, expected.PacketId, expected.IsReleased, expected.Order),
            (read.Qos, read.Retain, read.PacketId, read.IsReleased, read.Order));
        Assert.Equal(1u, read.Ids.First);
        Assert.Equal([300u], read.Ids.More!);
        Assert.Equal(expected.ShareFilter, read.ShareFilter);
        Assert.Equal(30_000, read.Message.ExpiresAtMs);
    }

    private static Session AssertSession(SubscriptionRequest request, byte[] value, long disconnectedAtMs)
    {
        Session read = SessionRecord.Decode("c", value, TestLimits.Create(), leftAtMs: 5);
        Assert.Equal(3600u, read.ExpirySeconds);
        Assert.Equal(disconnectedAtMs, read.DisconnectedAtMs);
        Assert.Equal(request, Assert.Single(read.Subscriptions.Values).Request);
        Assert.Equal(300u, Assert.Single(read.Subscriptions.Values).Identifier);
        return read;
    }
}
