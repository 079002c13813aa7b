namespace EdgeStream.Mqtt.Tests;

public class SubscriptionTests : SubscriptionStatements
{
    [Fact]
    public async Task Subscribing_again_replaces_and_unsubscribing_ends() // [MQTT-3.8.4-3], [MQTT-3.10.4-1].
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Subscribe5("t", 0), RawClient.Subscribe5("t", 1));
        await client.ExpectAsync("90 04 00 01 00 00 90 04 00 01 00 01");
        Assert.Equal(1, host.Broker.SubscriptionCount);
        host.Broker.Publish("t", "1"u8, MqttQos.AtLeastOnce);
        await client.ExpectAsync(RawClient.Publish5("t", "1", 1, 1));
        await client.SendAsync("A2 09 00 02 00 00 01 't' 00 01 'u'");
        await client.ExpectAsync("B0 05 00 02 00 00 11");
        host.Broker.Publish("t", "2"u8, MqttQos.AtLeastOnce);
        await client.ExpectNothingAsync();
    }

    [Fact]
    public async Task Subscriptions_are_bounded()
    {
        var options = new MqttBrokerOptions { SubscriptionsPerSessionMax = 1 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(
            RawClient.Subscribe5("a", 1), RawClient.Subscribe5("b", 1), RawClient.Subscribe5("a", 0));
        await client.ExpectAsync("90 04 00 01 00 01 90 04 00 01 00 97 90 04 00 01 00 00");
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-12")]
    public async Task A_topic_alias_stands_for_its_topic()
    {
        var handler = new RecordingHandler();
        var options = new MqttBrokerOptions { TopicAliasMaximum = 2 };
        await using BrokerHost host = await BrokerHost.StartAsync(handler, options);
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(
            RawClient.Publish5("a", "1", properties: "23 00 02"),
            RawClient.Publish5("", "2", properties: "23 00 02"),
            RawClient.Publish5("b", "3", properties: "23 00 02"),
            RawClient.Publish5("", "4", properties: "23 00 02"));
        await client.ExpectNothingAsync();
        Assert.Equal(["a 1", "a 2", "b 3", "b 4"], handler.Received);
        await client.SendAsync(RawClient.Publish5("", "5", properties: "23 00 01"));
        await client.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
        using RawClient other = await host.Connect500Async("d");
        await other.SendAsync(RawClient.Publish5("a", "1", properties: "23 00 03"));
        await other.ExpectDisconnectAsync(MqttReasonCode.TopicAliasInvalid);
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
