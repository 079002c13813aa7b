namespace EdgeStream.Mqtt.Tests;

public class RetainedTests : RetainedStatements
{
    [Fact]
    public async Task An_empty_payload_deletes() // [MQTT-3.3.1-6] [MQTT-3.3.1-7].
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        host.Broker.Publish("a", "1"u8, retain: true);
        host.Broker.Publish("a", default, retain: true);
        Assert.Equal(0, host.Broker.RetainedCount);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Subscribe("#", 0));
        await client.ExpectAsync("90 03 00 01 00");
        await client.ExpectNothingAsync();
    }

    [Fact]
    public async Task They_are_bounded_and_what_is_refused_is_counted_and_delivered()
    {
        var options = new MqttBrokerOptions { RetainedMessagesMax = 1 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Subscribe("#", 0));
        await client.ExpectAsync("90 03 00 01 00");
        host.Broker.Publish("a", "1"u8, retain: true);
        host.Broker.Publish("b", "2"u8, retain: true);
        host.Broker.Publish("a", "3"u8, retain: true);
        await client.ExpectAsync(
            RawClient.Publish("a", "1") + RawClient.Publish("b", "2") + RawClient.Publish("a", "3"));
        Assert.Equal(1, host.Broker.RetainedCount);
        Assert.Equal(1, host.Broker.Statistics.RetainedRefused);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-5")]
    public async Task A_retained_message_expires()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Publish5("a", "1", 1, 1, "02 00 00 00 05", retain: true));
        await client.ExpectAsync("40 02 00 01");
        host.Advance(6);
        await client.SendAsync(RawClient.Subscribe5("a", 0));
        await client.ExpectAsync("90 04 00 01 00 00");
        await client.ExpectNothingAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-14")]
    public async Task A_server_without_retained_messages_says_so()
    {
        var options = new MqttBrokerOptions { RetainedMessagesMax = 0 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Publish5("a", "1", 1, 1, retain: true));
        await client.ExpectDisconnectAsync(MqttReasonCode.RetainNotSupported);
    }

    [Fact]
    public async Task Retained_messages_that_wait_take_no_room_from_others()
    {
        var options =
            new MqttBrokerOptions { QueuedMessagesMax = 1, QueuedBytesMax = 1000, QueuedBytesTotalMax = 1000 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        for (int i = 0; i < 5; i++)
        {
            host.Broker.Publish($"r/{i}", new byte[500], MqttQos.AtLeastOnce, retain: true);
        }

        using RawClient client = await host.Connect500Async("c", properties: "21 00 01");
        await client.SendAsync(RawClient.Subscribe5("r/+", 1));
        await client.ExpectAsync("90 04 00 01 00 01");
        Assert.Equal(0x33, (await client.ReadPacketAsync())[0]);
        host.Broker.Publish("r/x", "live"u8, MqttQos.AtLeastOnce);
        Assert.Equal(0, host.Broker.Statistics.DroppedQueueFull);
        host.Broker.Publish("r/x", "too many"u8, MqttQos.AtLeastOnce);
        Assert.Equal(1, host.Broker.Statistics.DroppedQueueFull);
        for (int id = 1; id <= 4; id++)
        {
            await client.SendAsync($"40 02 {id:X4}");
            Assert.Equal(0x33, (await client.ReadPacketAsync())[0]);
        }

        await client.SendAsync("40 02 00 05");
        await client.ExpectAsync(RawClient.Publish5("r/x", "live", 1, 6));
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
