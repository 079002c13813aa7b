namespace EdgeStream.Mqtt.Tests;

public class WillTests
{
    private const string Will311 = "00 04 'MQTT' 04 0E 00 0A 00 01 'c' 00 01 'w' 00 03 'bye'";

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-8")]
    public async Task A_lost_client_s_will_goes_through_the_host_to_its_subscribers()
    {
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient subscriber = await SubscribedAsync(host);
        using (RawClient client = await host.OpenAsync())
        {
            await client.SendAsync(RawClient.Packet(0x10, Will311));
            await client.ExpectAsync(RawClient.ConnackV311);
        }

        await subscriber.ExpectAsync(RawClient.Publish("w", "bye"));
        Assert.Equal(["w bye"], handler.Received);
    }

    [Fact]
    public async Task A_client_that_says_goodbye_has_no_will() // [MQTT-3.1.2-10], [MQTT-3.14.4-3].
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient subscriber = await SubscribedAsync(host);
        using RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(0x10, Will311));
        await client.ExpectAsync(RawClient.ConnackV311);
        await client.SendAsync("E0 00");
        await client.ExpectClosedAsync();
        await subscriber.ExpectNothingAsync();
    }

    [Fact]
    public async Task A_client_may_say_goodbye_and_want_its_will() // Reason 0x04, section 3.14.2.1.
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient subscriber = await SubscribedAsync(host);
        using RawClient client = await ConnectWithDelayAsync(host, delaySeconds: 0, expirySeconds: 0);
        await client.SendAsync("E0 01 04");
        await subscriber.ExpectAsync(RawClient.Publish("w", "bye"));
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-8", "MQTT-3.1.2-24")]
    public async Task A_client_that_breaks_the_protocol_or_is_silent_is_lost()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient subscriber = await SubscribedAsync(host);
        using RawClient bad = await host.OpenAsync();
        await bad.SendAsync(RawClient.Packet(0x10, Will311));
        await bad.ExpectAsync(RawClient.ConnackV311);
        await bad.SendAsync("D0 00");
        await subscriber.ExpectAsync(RawClient.Publish("w", "bye"));
        using RawClient silent = await host.OpenAsync();
        await silent.SendAsync(RawClient.Packet(0x10, Will311));
        await silent.ExpectAsync(RawClient.ConnackV311);
        host.Advance(16);
        await subscriber.ExpectAsync(RawClient.Publish("w", "bye"));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.3-9", "MQTT-3.1.2-8")]
    public async Task A_delayed_will_waits_and_a_reconnection_cancels_it()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient subscriber = await SubscribedAsync(host);
        (await ConnectWithDelayAsync(host, delaySeconds: 10, expirySeconds: 100)).Dispose();
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 1, "the client is lost");
        host.Advance(9);
        using (RawClient back = await host.Connect500Async("c", isClean: false, "11 00 00 00 64", isPresent: true))
        {
            host.Advance(60);
            await subscriber.ExpectNothingAsync();
            await back.SendAsync("E0 00");
            await back.ExpectClosedAsync();
        }

        (await ConnectWithDelayAsync(host, delaySeconds: 10, expirySeconds: 100)).Dispose();
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 1, "the client is lost again");
        host.Advance(9);
        await subscriber.ExpectNothingAsync();
        host.Advance(2);
        await subscriber.ExpectAsync(RawClient.Publish("w", "bye"));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-8")]
    public async Task The_end_of_the_session_is_the_latest_moment_for_the_will() // Section 3.1.3.2.2.
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient subscriber = await SubscribedAsync(host);
        (await ConnectWithDelayAsync(host, delaySeconds: 100, expirySeconds: 5)).Dispose();
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 1, "the client is lost");
        host.Advance(6);
        await subscriber.ExpectAsync(RawClient.Publish("w", "bye"));
    }

    [Fact]
    public async Task A_will_of_an_orderly_stop_is_waited_for_before_the_state_is_stored()
    {
        var handler = new HeldHandler();
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(handler, store: store);
        using RawClient client = await ConnectWithRetainedWillAsync(host);
        Task stop = host.Broker.DisposeAsync().AsTask();
        await Eventually.TrueAsync(() => handler.Count == 1, "the will is with the host");
        handler.Release(0);
        await stop;
        Assert.Contains("retained/w", store.Keys);
    }

    [Fact]
    public async Task A_host_that_never_answers_a_will_doesn_t_hold_up_the_stop_for_ever()
    {
        var handler = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await ConnectWithRetainedWillAsync(host);
        Task stop = host.Broker.DisposeAsync().AsTask();
        await Eventually.TrueAsync(() => handler.Count == 1, "the will is with the host");
        await Eventually.TrueAsync(
            () =>
            {
                host.Advance(1);
                return stop.IsCompleted;
            },
            "the stop gives the will up");
        await stop;
    }

    private static async Task<RawClient> ConnectWithRetainedWillAsync(BrokerHost host)
    {
        RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(
            0x10, "00 04 'MQTT' 04 26 00 00 00 01 'c' 00 01 'w' 00 03 'bye'"));
        await client.ExpectAsync(RawClient.ConnackV311);
        return client;
    }

    private static async Task<RawClient> SubscribedAsync(BrokerHost host)
    {
        RawClient subscriber = await host.Connect311Async("s");
        await subscriber.SendAsync(RawClient.Subscribe("w", 0));
        await subscriber.ExpectAsync("90 03 00 01 00");
        return subscriber;
    }

    private static async Task<RawClient> ConnectWithDelayAsync(BrokerHost host, int delaySeconds, int expirySeconds)
    {
        RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(
            0x10,
            $"00 04 'MQTT' 05 04 00 00 05 11 {expirySeconds:X8} 00 01 'c' "
            + $"05 18 {delaySeconds:X8} 00 01 'w' 00 03 'bye'"));
        await client.ReadPacketAsync();
        return client;
    }

    [Fact]
    public async Task A_take_over_right_behind_another_publishes_the_will_of_each()
    {
        using var goesOn = new ManualResetEventSlim();
        var handler = new RecordingHandler
        {
            Decide = text =>
            {
                if (text == "w 1")
                {
                    goesOn.Wait(EdgeStream.Testing.Poll.DefaultDeadline);
                }

                return PublishReceipt.Accepted;
            },
        };
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient first = await host.OpenAsync();
        await first.SendAsync(WithWill("1"));
        await first.ExpectAsync(RawClient.ConnackV311);

        // The second one has the session, and stands in the publication of the first one's will.
        using RawClient second = await host.OpenAsync();
        await second.SendAsync(WithWill("2"));
        await Eventually.TrueAsync(() => handler.Received.Contains("w 1"), "the first one's will is published");
        using RawClient third = await host.OpenAsync();
        await third.SendAsync(WithWill("3"));
        await third.ExpectAsync(RawClient.ConnackV311);
        goesOn.Set();
        await Eventually.TrueAsync(() => handler.Received.Contains("w 2"), "the second one's will is published");
    }

    private static string WithWill(string payload) =>
        RawClient.Packet(0x10, $"00 04 'MQTT' 04 06 00 00 00 01 'c' 00 01 'w' 00 01 '{payload}'");
}
