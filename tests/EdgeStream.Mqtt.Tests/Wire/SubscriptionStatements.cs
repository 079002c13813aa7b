namespace EdgeStream.Mqtt.Tests;

/// <summary>Subscription options and identifiers.</summary>
public abstract class SubscriptionStatements : WireStatements
{
    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.4-3", "MQTT-3.3.4-4")]
    public async Task Properties_and_subscription_identifiers_reach_the_subscriber()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Subscribe5("a/#", 1, 1, "0B 07"), RawClient.Subscribe5("a/+", 0, 2, "0B 09"));
        await client.ExpectAsync("90 04 00 01 00 01 90 04 00 02 00 00");
        string properties = "03 00 01 'j' 26 00 01 'k' 00 01 'v'";
        await client.SendAsync(RawClient.Publish5("a/b", "m", 1, 5, "02 00 00 00 3C" + properties));
        byte[] first = await client.ReadPacketAsync();
        byte[] second = await client.ReadPacketAsync();
        byte[] message = first[0] == 0x40 ? second : first;
        string withId = RawClient.Publish5("a/b", "m", 1, 1, $"02 00 00 00 3C {properties} 0B 07 0B 09");
        string otherOrder = RawClient.Publish5("a/b", "m", 1, 1, $"02 00 00 00 3C {properties} 0B 09 0B 07");
        Assert.Contains(Hex.Of(message), new[] { Hex.Of(Hex.Bytes(withId)), Hex.Of(Hex.Bytes(otherOrder)) });
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.8.3-3")]
    public async Task No_local_keeps_one_s_own_messages_away()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Subscribe5("t", 0x04));
        await client.ExpectAsync("90 04 00 01 00 00");
        await client.SendAsync(RawClient.Publish5("t", "own", retain: true));
        await client.ExpectNothingAsync();
        await host.PublishAsync("t", "other");
        await client.ExpectAsync(RawClient.Publish5("t", "other"));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.1-13")]
    public async Task Retain_as_published_keeps_the_flag()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Subscribe5("t", 0x08));
        await client.ExpectAsync("90 04 00 01 00 00");
        await host.PublishAsync("t", "1", retain: true);
        await host.PublishAsync("t", "2");
        await client.ExpectAsync(RawClient.Publish5("t", "1", retain: true) + RawClient.Publish5("t", "2"));
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.8.4-6")]
    public async Task The_smaller_qos_counts()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Subscribe("t", 1));
        await client.ExpectAsync("90 03 00 01 01");
        await host.PublishAsync("t", "2", 2);
        await host.PublishAsync("t", "0", 0);
        await client.ExpectAsync(RawClient.Publish("t", "2", 1, 1) + RawClient.Publish("t", "0"));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-12")]
    public async Task Aliases_up_to_the_server_s_maximum_stand_for_their_topics()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient watcher = await Wire.SubscribedAsync(host, 5, "#", 0, "watcher");
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect500("c"));
        int maximum = ConnackProperties.Read(await client.ExpectConnack5Async())
            .Number(ConnackProperties.TopicAliasMaximum);
        string alias = $"23 {maximum:X4}";
        await client.SendAsync(
            RawClient.Publish5("a", "1", properties: alias),
            RawClient.Publish5("", "2", properties: alias),
            RawClient.Publish5("b", "3", properties: alias),
            RawClient.Publish5("", "4", properties: alias));
        await watcher.ExpectAsync(
            RawClient.Publish5("a", "1") + RawClient.Publish5("a", "2")
            + RawClient.Publish5("b", "3") + RawClient.Publish5("b", "4"));
        await client.SendAsync(RawClient.Publish5("a", "5", properties: $"23 {maximum + 1:X4}"));
        await client.ExpectDisconnectAsync(MqttReasonCode.TopicAliasInvalid);
    }
}
