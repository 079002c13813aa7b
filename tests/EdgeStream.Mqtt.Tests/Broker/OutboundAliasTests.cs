namespace EdgeStream.Mqtt.Tests;

/// <summary>Topic aliases from the server to the client: the first topics that repeat, as many as the client
/// takes.</summary>
public class OutboundAliasTests : OutboundAliasStatements
{
    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-25")]
    public async Task A_message_too_large_with_an_alias_goes_out_without_it()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();

        // "topic" and 24 bytes fit into 35 bytes, but not with an alias.
        using RawClient client = await SubscribedAsync(host, "22 00 02 27 00 00 00 23");
        byte[] large = [.. Enumerable.Repeat((byte)'x', 24)];
        host.Broker.Publish("topic", large);
        host.Broker.Publish("topic", large);
        host.Broker.Publish("topic", "1"u8);
        host.Broker.Publish("topic", "2"u8);
        await client.ExpectAsync(
            RawClient.Publish5("topic", new string('x', 24))
            + RawClient.Publish5("topic", new string('x', 24))
            + RawClient.Publish5("topic", "1", properties: "23 00 01")
            + RawClient.Publish5("", "2", properties: "23 00 01"));
        Assert.Equal(0, host.Broker.Statistics.DroppedTooLarge);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-25")]
    public async Task An_alias_longer_than_its_topic_is_left_out_where_only_the_topic_fits()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await SubscribedAsync(host, "22 00 02 27 00 00 00 23");
        byte[] large = [.. Enumerable.Repeat((byte)'x', 29)];
        await PublishAsync(host, "a", "a");
        host.Broker.Publish("a", large);
        host.Broker.Publish("a", [.. large, (byte)'x']);
        await PublishAsync(host, "a");
        await client.ExpectAsync(
            RawClient.Publish5("a", "x")
            + RawClient.Publish5("a", "x", properties: "23 00 01")
            + RawClient.Publish5("a", new string('x', 29))
            + RawClient.Publish5("", "x", properties: "23 00 01"));
        Assert.Equal(1, host.Broker.Statistics.DroppedTooLarge);
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
