namespace EdgeStream.Mqtt.Tests;

/// <summary>Sections 3.3 to 3.7 and 4.3 to 4.6: PUBLISH and its exchanges, on the wire.</summary>
public class PublishStatementTests : PublishStatements
{
    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.3.3-7", "MQTT-4.3.3-13", "MQTT-3.3.2-5", "MQTT-3.3.2-6")]
    public async Task Expiry_touches_neither_what_was_sent_nor_the_exchange_with_the_publisher()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        (await Wire.SubscribedAsync(host, 5, "t", 2, isClean: false)).Dispose();
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the subscriber is away");
        using RawClient publisher = await host.Connect500Async("p");
        await publisher.SendAsync(
            RawClient.Publish5("t", "1", 2, 1, "02 00 00 00 0A"), RawClient.Publish5("t", "2", 2, 2, "02 00 00 00 03"));
        await publisher.ExpectAsync("50 02 00 01 50 02 00 02");
        host.Advance(4);
        using (RawClient back = await Wire.ConnectAsync(host, 5, "s", isClean: false, isPresent: true))
        {
            await back.ExpectAsync(RawClient.Publish5("t", "1", 2, 1, "02 00 00 00 06"));
            await back.ExpectNothingAsync();
        }

        host.Advance(60);
        using RawClient again = await Wire.ConnectAsync(host, 5, "s", isClean: false, isPresent: true);
        await again.ExpectAsync(RawClient.Publish5("t", "1", 2, 1, "02 00 00 00 01", dup: true));
        await publisher.SendAsync("62 02 00 02");
        await publisher.ExpectAsync("70 02 00 02");
    }

    [Theory]
    [InlineData("17 00")]
    [InlineData("")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-29", "MQTT-3.4.2-1", "MQTT-3.4.2-2", "MQTT-3.4.2-3", "MQTT-3.5.2-1")]
    [Statements(MqttVersion.V500, "MQTT-3.5.2-2", "MQTT-3.5.2-3", "MQTT-3.6.2-2", "MQTT-3.6.2-3", "MQTT-3.7.2-2")]
    [Statements(MqttVersion.V500, "MQTT-3.7.2-3", "MQTT-3.9.2-1", "MQTT-3.9.2-2", "MQTT-3.11.2-1", "MQTT-3.11.2-2")]
    public async Task Answers_carry_a_reason_and_never_a_reason_string_or_user_properties(string properties)
    {
        var handler = new RecordingHandler
        {
            Decide = text => PublishReceipt.Refused(
                text.EndsWith('1') ? MqttReasonCode.QuotaExceeded : MqttReasonCode.MalformedPacket),
        };
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect500Async("c", properties: properties);
        await client.SendAsync(RawClient.Publish5("t", "1", 1, 1), RawClient.Publish5("t", "1", 2, 2));
        await client.ExpectAsync("40 03 00 01 97 50 03 00 02 97");

        // Not a reason of PUBACK.
        await client.SendAsync(RawClient.Publish5("t", "2", 1, 3));
        await client.ExpectAsync("40 03 00 03 80");
        await client.SendAsync("50 02 00 09", "62 02 00 09", Wire.Subscribe(5, 4, ("$share/x", 0)));
        await client.ExpectAsync("62 03 00 09 92 70 03 00 09 92" + Wire.Suback(5, 4, 0x8F));
        await client.SendAsync(Wire.Unsubscribe(5, 5, "x"));
        await client.ExpectAsync(Wire.Unsuback(5, 5, 0x11));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-4.4.0-1")]
    [Statements(MqttVersion.V500, "MQTT-4.4.0-1")]
    public async Task Nothing_is_sent_again_while_the_connection_lasts(int version)
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await Wire.SubscribedAsync(host, version, "t", 2, isClean: false);
        host.Broker.Publish("t", "1"u8, MqttQos.AtLeastOnce);
        host.Broker.Publish("t", "2"u8, MqttQos.ExactlyOnce);
        await client.ExpectAsync(Wire.Publish(version, "t", "1", 1, 1) + Wire.Publish(version, "t", "2", 2, 2));
        host.Advance(600);
        await client.ExpectNothingAsync();
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
