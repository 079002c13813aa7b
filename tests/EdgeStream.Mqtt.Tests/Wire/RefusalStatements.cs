namespace EdgeStream.Mqtt.Tests;

/// <summary>What is refused and how that is told, by topics that belong to the server.</summary>
public abstract class RefusalStatements : WireStatements
{
    private const string Reserved = "$SYS/x";

    [Theory]
    [InlineData("17 00")]
    [InlineData("")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-29", "MQTT-3.4.2-1", "MQTT-3.4.2-2", "MQTT-3.4.2-3", "MQTT-3.5.2-1")]
    [Statements(MqttVersion.V500, "MQTT-3.5.2-2", "MQTT-3.5.2-3", "MQTT-3.6.2-2", "MQTT-3.6.2-3", "MQTT-3.7.2-2")]
    [Statements(MqttVersion.V500, "MQTT-3.7.2-3", "MQTT-3.9.2-1", "MQTT-3.9.2-2", "MQTT-3.11.2-1", "MQTT-3.11.2-2")]
    public async Task Answers_carry_a_reason_and_never_a_reason_string_or_user_properties(string properties)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("c", properties: properties);
        await client.SendAsync(RawClient.Publish5(Reserved, "1", 1, 1), RawClient.Publish5(Reserved, "1", 2, 2));
        await client.ExpectAsync("40 03 00 01 87 50 03 00 02 87");
        await client.SendAsync("50 02 00 09", "62 02 00 09", Wire.Subscribe(5, 4, ("$share/x", 0)));
        await client.ExpectAsync("62 03 00 09 92 70 03 00 09 92" + Wire.Suback(5, 4, 0x8F));
        await client.SendAsync(Wire.Unsubscribe(5, 5, "x"));
        await client.ExpectAsync(Wire.Unsuback(5, 5, 0x11));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.3.3-9")]
    public async Task A_refused_message_s_identifier_is_free_for_a_new_one()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await Wire.SubscribedAsync(host, 5, "t", 0, "c");
        await client.SendAsync(RawClient.Publish5(Reserved, "1", 2, 7), RawClient.Publish5("t", "2", 2, 7));
        await client.ExpectAsync("50 03 00 07 87");
        byte[][] both = [await client.ReadPacketAsync(), await client.ReadPacketAsync()];
        Assert.Equal(
            [Hex.Of(Hex.Bytes(RawClient.Publish5("t", "2"))), Hex.Of(Hex.Bytes("50 02 00 07"))],
            both.OrderBy(packet => packet[0]).Select(packet => Hex.Of(packet)));
        await client.SendAsync("62 02 00 07");
        await client.ExpectAsync("70 02 00 07");
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.3.5-2")]
    public async Task What_isn_t_allowed_is_acknowledged_to_a_311_client_and_goes_nowhere()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient watcher = await Wire.SubscribedAsync(host, 4, Reserved, 0, "watcher");
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Publish(Reserved, "1", 1, 1), RawClient.Publish(Reserved, "2", 2, 2));
        await client.ExpectAsync("40 02 00 01 50 02 00 02");
        await client.SendAsync("62 02 00 02");
        await client.ExpectAsync("70 02 00 02");
        await watcher.ExpectNothingAsync();
    }

    [Theory]
    [InlineData("F0 00")]
    [InlineData("F1 00")] // Reserved header flags.
    [InlineData("F0 06 18 04 15 00 01 'm'")]
    [InlineData("F0 06 19 04 15 00 01 'm'")]
    [Statements(MqttVersion.V500, "MQTT-4.12.0-6", "MQTT-4.12.0-7", "MQTT-3.15.1-1")]
    public async Task Without_an_authentication_method_there_is_no_auth(string auth)
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c"));
        Dictionary<int, byte[]> properties = ConnackProperties.Read(await client.ExpectConnack5Async());
        Assert.DoesNotContain(ConnackProperties.AuthenticationMethod, properties.Keys);
        await client.SendAsync(auth);
        byte[] goodbye = await client.ReadPacketAsync();
        Assert.Equal(0xE0, goodbye[0]);
        Assert.Contains(
            (MqttReasonCode)goodbye[2], new[] { MqttReasonCode.ProtocolError, MqttReasonCode.MalformedPacket });
        await client.ExpectClosedAsync();
    }
}
