namespace EdgeStream.Mqtt.Tests;

/// <summary>Topic aliases to the client.</summary>
public abstract class OutboundAliasStatements : WireStatements
{
    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-26", "MQTT-3.3.2-11", "MQTT-3.3.2-8")]
    public async Task A_topic_gets_its_alias_when_it_repeats_and_is_left_out_from_then_on()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await SubscribedAsync(host, "22 00 02");
        await PublishAsync(host, "a", "b", "a", "a", "b", "c", "c", "b");
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
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await SubscribedAsync(host, "");
        await PublishAsync(host, "a", "a", "a");
        await client.ExpectAsync(string.Concat(Enumerable.Repeat(RawClient.Publish5("a", "x"), 3)));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-7")]
    public async Task Aliases_end_with_their_connection()
    {
        await using BrokerUnderTest host = await StartAsync();
        using (RawClient first = await SubscribedAsync(host, "22 00 02 11 00 00 00 64"))
        {
            await PublishAsync(host, "a", "a");
            await first.ExpectAsync(
                RawClient.Publish5("a", "x") + RawClient.Publish5("a", "x", properties: "23 00 01"));
        }

        using RawClient again =
            await host.Connect500Async("c", isClean: false, "22 00 02 11 00 00 00 64", isPresent: true);
        await PublishAsync(host, "a", "a", "a");
        await again.ExpectAsync(
            RawClient.Publish5("a", "x")
            + RawClient.Publish5("a", "x", properties: "23 00 01")
            + RawClient.Publish5("", "x", properties: "23 00 01"));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-25")]
    public async Task A_message_too_large_with_an_alias_goes_out_without_it()
    {
        await using BrokerUnderTest host = await StartAsync();

        // "topic" and 24 bytes fit into 35 bytes, but not with an alias.
        using RawClient client = await SubscribedAsync(host, "22 00 02 27 00 00 00 23");
        string large = new('x', 24);
        await host.PublishAsync("topic", large);
        await host.PublishAsync("topic", large);
        await host.PublishAsync("topic", "1");
        await host.PublishAsync("topic", "2");
        await client.ExpectAsync(
            RawClient.Publish5("topic", large)
            + RawClient.Publish5("topic", large)
            + RawClient.Publish5("topic", "1", properties: "23 00 01")
            + RawClient.Publish5("", "2", properties: "23 00 01"));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-25")]
    public async Task An_alias_longer_than_its_topic_is_left_out_where_only_the_topic_fits()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await SubscribedAsync(host, "22 00 02 27 00 00 00 23");
        string large = new('x', 29);
        await PublishAsync(host, "a", "a");
        await host.PublishAsync("a", large);
        await host.PublishAsync("a", large + "x");
        await PublishAsync(host, "a");
        await client.ExpectAsync(
            RawClient.Publish5("a", "x")
            + RawClient.Publish5("a", "x", properties: "23 00 01")
            + RawClient.Publish5("a", large)
            + RawClient.Publish5("", "x", properties: "23 00 01"));
    }

    internal static async Task PublishAsync(BrokerUnderTest host, params string[] topics)
    {
        foreach (string topic in topics)
        {
            await host.PublishAsync(topic, "x");
        }
    }

    internal static async Task<RawClient> SubscribedAsync(BrokerUnderTest host, string properties)
    {
        RawClient client = await host.Connect500Async("c", properties: properties);
        await client.SendAsync(RawClient.Subscribe5("#", 0));
        await client.ExpectAsync("90 04 00 01 00 00");
        return client;
    }
}
