namespace EdgeStream.Mqtt.Tests;

/// <summary>Retained messages and who gets them.</summary>
public abstract class RetainedStatements : WireStatements
{
    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.3.1-5", "MQTT-3.3.1-8", "MQTT-3.3.1-9")]
    public async Task A_new_subscriber_gets_the_last_retained_message()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Publish("a/b", "1", 1, 1, retain: true));
        await client.SendAsync(RawClient.Publish("a/b", "2", 1, 2, retain: true), RawClient.Publish("a/b", "3", 1, 3));
        await client.ExpectAsync("40 02 00 01 40 02 00 02 40 02 00 03");
        Assert.Equal(1, await host.CountAsync(BrokerFigure.Retained));
        await client.SendAsync(RawClient.Subscribe("a/+", 0));
        await client.ExpectAsync("90 03 00 01 00" + RawClient.Publish("a/b", "2", retain: true));
        await client.SendAsync(RawClient.Publish("a/b", "4", retain: true));
        await client.ExpectAsync(RawClient.Publish("a/b", "4"));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.1-9", "MQTT-3.3.1-10", "MQTT-3.3.1-11")]
    public async Task Retain_handling_says_when_they_come()
    {
        await using BrokerUnderTest host = await StartAsync();
        await host.PublishAsync("a", "1", retain: true);
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Subscribe5("a", 0x20));
        await client.ExpectAsync("90 04 00 01 00 00");
        await client.ExpectNothingAsync();
        await client.SendAsync(RawClient.Subscribe5("+", 0x10));
        await client.ExpectAsync("90 04 00 01 00 00" + RawClient.Publish5("a", "1", retain: true));
        await client.SendAsync(RawClient.Subscribe5("+", 0x10));
        await client.ExpectAsync("90 04 00 01 00 00");
        await client.ExpectNothingAsync();
        await client.SendAsync(RawClient.Subscribe5("+", 0x00));
        await client.ExpectAsync("90 04 00 01 00 00" + RawClient.Publish5("a", "1", retain: true));
    }
}
