namespace EdgeStream.Mqtt.Tests;

/// <summary>Topic aliases from the server to the client: the first topics that repeat, as many as the client
/// takes.</summary>
public class OutboundAliasTests
{
    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-26", "MQTT-3.3.2-11", "MQTT-3.3.2-8")]
    public async Task A_topic_gets_its_alias_when_it_repeats_and_is_left_out_from_then_on()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await SubscribedAsync(host, "22 00 02");
        Publish(host, "a", "b", "a", "a", "b", "c", "c", "b");
        await client.ExpectAsync(
            RawClient.Publish5("a", "x")
            + RawClient.Publish5("b", "x")
            + RawClient.Publish5("a", "x", properties: "23 00 01")
            + RawClient.Publish5("", "x", properties: "23 00 01")
            + RawClient.Publish5("b", "x", properties: "23 00 02")
            + RawClient.Publish5("c", "x")
            + RawClient.Publish5("c", "x")
            + RawClient.Publish5("", "x", properties: "23 00 02"));
        await client.ExpectNothingAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-27")]
    public async Task A_client_that_takes_none_gets_none()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await SubscribedAsync(host, "");
        Publish(host, "a", "a", "a");
        await client.ExpectAsync(string.Concat(Enumerable.Repeat(RawClient.Publish5("a", "x"), 3)));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-7")]
    public async Task Aliases_end_with_their_connection()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using (RawClient first = await SubscribedAsync(host, "22 00 02 11 00 00 00 64"))
        {
            Publish(host, "a", "a");
            await first.ExpectAsync(
                RawClient.Publish5("a", "x") + RawClient.Publish5("a", "x", properties: "23 00 01"));
        }

        using RawClient again =
            await host.Connect500Async("c", isClean: false, "22 00 02 11 00 00 00 64", isPresent: true);
        Publish(host, "a", "a", "a");
        await again.ExpectAsync(
            RawClient.Publish5("a", "x")
            + RawClient.Publish5("a", "x", properties: "23 00 01")
            + RawClient.Publish5("", "x", properties: "23 00 01"));
    }

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
        Publish(host, "a", "a");
        host.Broker.Publish("a", large);
        host.Broker.Publish("a", [.. large, (byte)'x']);
        Publish(host, "a");
        await client.ExpectAsync(
            RawClient.Publish5("a", "x")
            + RawClient.Publish5("a", "x", properties: "23 00 01")
            + RawClient.Publish5("a", new string('x', 29))
            + RawClient.Publish5("", "x", properties: "23 00 01"));
        Assert.Equal(1, host.Broker.Statistics.DroppedTooLarge);
    }

    private static void Publish(BrokerHost host, params string[] topics)
    {
        foreach (string topic in topics)
        {
            host.Broker.Publish(topic, "x"u8);
        }
    }

    private static async Task<RawClient> SubscribedAsync(BrokerHost host, string properties)
    {
        RawClient client = await host.Connect500Async("c", properties: properties);
        await client.SendAsync(RawClient.Subscribe5("#", 0));
        await client.ExpectAsync("90 04 00 01 00 00");
        return client;
    }
}
