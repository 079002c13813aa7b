namespace EdgeStream.Mqtt.Tests;

public class SessionTests : SessionStatements
{
    [Fact]
    public async Task A_kept_session_gets_what_came_meanwhile_and_what_it_did_not_acknowledge_again() // [MQTT-4.4.0-1].
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using (RawClient first = await host.Connect311Async("s", isClean: false))
        {
            await first.SendAsync(RawClient.Subscribe("t", 2));
            await first.ExpectAsync("90 03 00 01 02");
            host.Broker.Publish("t", "1"u8, MqttQos.AtLeastOnce);
            host.Broker.Publish("t", "2"u8, MqttQos.ExactlyOnce);
            host.Broker.Publish("t", "3"u8, MqttQos.ExactlyOnce);
            await first.ExpectAsync(Message("1", 1, 1) + Message("2", 2, 2) + Message("3", 2, 3));
            await first.SendAsync("50 02 00 02");
            await first.ExpectAsync("62 02 00 02");
        }

        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the subscriber is gone");
        host.Broker.Publish("t", "4"u8, MqttQos.AtLeastOnce);
        using RawClient again = await host.Connect311Async("s", isClean: false, isPresent: true);
        await again.ExpectAsync(
            Message("1", 1, 1, dup: true) + "62 02 00 02" + Message("3", 2, 3, dup: true) + Message("4", 1, 4));
        await again.SendAsync("40 02 00 01 70 02 00 02 50 02 00 03");
        await again.ExpectAsync("62 02 00 03");
        await again.SendAsync("70 02 00 03 40 02 00 04");
        await again.ExpectNothingAsync();
        Assert.Equal(0, host.Broker.Sessions.Find("s")!.QueuedCount);
    }

    [Fact]
    public async Task A_clean_session_forgets() // [MQTT-3.1.2-4].
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using (RawClient first = await host.Connect311Async("s", isClean: false))
        {
            await first.SendAsync(RawClient.Subscribe("t", 1));
            await first.ExpectAsync("90 03 00 01 01");
        }

        using (RawClient clean = await host.Connect311Async("s"))
        {
            host.Broker.Publish("t", "1"u8, MqttQos.AtLeastOnce);
            await clean.ExpectNothingAsync();
        }

        await Eventually.TrueAsync(() => host.Broker.Statistics.Sessions == 0, "the clean session is gone");
        using RawClient kept = await host.Connect311Async("s", isClean: false);
        Assert.Equal(0, host.Broker.SubscriptionCount);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.1.0-2", "MQTT-3.1.2-23")]
    public async Task A_session_ends_when_its_expiry_is_over()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using (RawClient first = await host.Connect500Async("s", properties: "11 00 00 00 0A"))
        {
            await first.SendAsync(RawClient.Subscribe5("t", 1));
            await first.ExpectAsync("90 04 00 01 00 01");
        }

        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the subscriber is gone");
        host.Advance(9);
        Assert.Equal(1, host.Broker.Statistics.Sessions);
        host.Advance(2);
        Assert.Equal(0, host.Broker.Statistics.Sessions);
        Assert.Equal(0, host.Broker.SubscriptionCount);
        using RawClient again = await host.Connect500Async("s", isClean: false);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-24", "MQTT-3.1.2-25")]
    public async Task A_message_the_client_can_t_take_is_dropped_and_the_next_comes()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("s", properties: "27 00 00 00 1E");
        await client.SendAsync(RawClient.Subscribe5("t", 1));
        await client.ExpectAsync("90 04 00 01 00 01");
        host.Broker.Publish("t", new byte[50], MqttQos.AtLeastOnce);
        host.Broker.Publish("t", "2"u8, MqttQos.AtLeastOnce);
        await client.ExpectAsync(RawClient.Publish5("t", "2", 1, 2));
        Assert.Equal(1, host.Broker.Statistics.DroppedTooLarge);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-5", "MQTT-3.3.2-6")]
    public async Task A_message_expires_while_it_waits_and_the_rest_of_its_time_is_told()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using (RawClient client = await host.Connect500Async("s", properties: "11 00 00 00 64"))
        {
            await client.SendAsync(RawClient.Subscribe5("t", 1));
            await client.ExpectAsync("90 04 00 01 00 01");
        }

        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the subscriber is gone");
        using RawClient publisher = await host.Connect500Async("p");
        await publisher.SendAsync(
            RawClient.Publish5("t", "1", 1, 1, "02 00 00 00 05"), RawClient.Publish5("t", "2", 1, 2, "02 00 00 00 1E"));
        await publisher.ExpectAsync("40 02 00 01 40 02 00 02");
        host.Advance(10);
        using RawClient again = await host.Connect500Async("s", isClean: false, "11 00 00 00 64", isPresent: true);
        await again.ExpectAsync(RawClient.Publish5("t", "2", 1, 2, "02 00 00 00 14"));
        Assert.Equal(1, host.Broker.Statistics.DroppedExpired);
    }

    private static string Message(string payload, int qos, int packetId, bool dup = false) =>
        RawClient.Publish("t", payload, qos, packetId, dup);

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
