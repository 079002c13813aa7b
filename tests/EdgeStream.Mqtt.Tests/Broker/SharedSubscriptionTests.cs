namespace EdgeStream.Mqtt.Tests;

/// <summary>Section 4.8.2 of 5.0; 3.1.1 clients may use them too.</summary>
public class SharedSubscriptionTests : SharedSubscriptionStatements
{
    [Fact]
    public async Task Each_message_goes_to_one_member_in_turn_and_to_every_other_subscriber()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient first = await Member5Async(host, "m1", "$share/g/t/+", 1);
        using RawClient second = await host.Connect311Async("m2");
        await second.SendAsync(RawClient.Subscribe("$share/g/t/+", 1));
        await second.ExpectAsync("90 03 00 01 01");
        using RawClient other = await Member5Async(host, "o", "$share/h/t/#", 0);
        using RawClient alone = await Member5Async(host, "a", "t/1", 0);
        Assert.Equal((4, 3), (host.Broker.SubscriptionCount, host.Broker.Topics.SharedCount));
        for (int i = 1; i <= 4; i++)
        {
            host.Broker.Publish("t/1", [(byte)('0' + i)], MqttQos.AtLeastOnce);
        }

        await first.ExpectAsync(RawClient.Publish5("t/1", "1", 1, 1) + RawClient.Publish5("t/1", "3", 1, 2));
        await second.ExpectAsync(RawClient.Publish("t/1", "2", 1, 1) + RawClient.Publish("t/1", "4", 1, 2));
        string all = string.Concat(Enumerable.Range(1, 4).Select(i => RawClient.Publish5("t/1", $"{i}")));
        await other.ExpectAsync(all);
        await alone.ExpectAsync(all);
        await first.ExpectNothingAsync();
    }

    [Fact]
    public async Task A_member_with_a_full_window_or_without_a_connection_is_passed_over()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        (await Member5Async(host, "away", "$share/g/t", 1, Kept)).Dispose();
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the member is away");
        using RawClient narrow = await Member5Async(host, "n", "$share/g/t", 1, "21 00 01");
        using RawClient wide = await Member5Async(host, "w", "$share/g/t", 1);
        for (int i = 1; i <= 5; i++)
        {
            host.Broker.Publish("t", [(byte)('0' + i)], MqttQos.AtLeastOnce);
        }

        await narrow.ExpectAsync(RawClient.Publish5("t", "1", 1, 1));
        await narrow.ExpectNothingAsync();
        for (int i = 2; i <= 5; i++)
        {
            await wide.ExpectAsync(RawClient.Publish5("t", $"{i}", 1, i - 1));
        }
    }

    [Fact]
    public async Task With_nobody_connected_a_session_keeps_the_message_but_not_qos_0()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        (await Member5Async(host, "m", "$share/g/t", 1, Kept)).Dispose();
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the member is away");
        host.Broker.Publish("t", "0"u8);
        host.Broker.Publish("t", "1"u8, MqttQos.AtLeastOnce);
        using RawClient back = await host.Connect500Async("m", isClean: false, Kept, isPresent: true);
        await back.ExpectAsync(RawClient.Publish5("t", "1", 1, 1));
        await back.ExpectNothingAsync();
        Assert.Equal(1, host.Broker.Statistics.DroppedOffline);
    }

    [Fact]
    public async Task A_client_with_a_shared_and_another_subscription_gets_a_copy_by_each()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await Member5Async(host, "c", "$share/g/t", 0);
        await client.SendAsync(RawClient.Subscribe5("t", 0), RawClient.Subscribe5("$share/h/#", 0));
        await client.ExpectAsync("90 04 00 01 00 00 90 04 00 01 00 00");
        host.Broker.Publish("t", "1"u8);
        await client.ExpectAsync(string.Concat(Enumerable.Repeat(RawClient.Publish5("t", "1"), 3)));
        await client.ExpectNothingAsync();
    }

    [Fact]
    public async Task Retained_messages_are_not_sent_for_them()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        host.Broker.Publish("t", "kept"u8, retain: true);
        using RawClient client = await Member5Async(host, "c", "$share/g/t", 0);
        await client.ExpectNothingAsync();
    }

    [Fact]
    public async Task Unsubscribing_takes_the_member_out()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient first = await Member5Async(host, "m1", "$share/g/t", 0);
        using RawClient second = await Member5Async(host, "m2", "$share/g/t", 0);
        await first.SendAsync(RawClient.Packet(0xA2, "00 02 00" + RawClient.Text("$share/g/t")));
        await first.ExpectAsync("B0 04 00 02 00 00");
        host.Broker.Publish("t", "1"u8);
        host.Broker.Publish("t", "2"u8);
        await second.ExpectAsync(RawClient.Publish5("t", "1") + RawClient.Publish5("t", "2"));
        await first.ExpectNothingAsync();
        Assert.Equal(1, host.Broker.Topics.SharedCount);
    }

    [Fact]
    public async Task Membership_outlives_a_restart()
    {
        var store = new MemoryStateStore();
        await using (BrokerHost host = await BrokerHost.StartAsync(store: store))
        {
            (await Member5Async(host, "m1", "$share/g/t", 1, Kept)).Dispose();
        }

        await using BrokerHost next = await BrokerHost.StartAsync(store: store);
        Assert.Equal(1, next.Broker.Topics.SharedCount);
        using RawClient other = await Member5Async(next, "m2", "$share/g/t", 1);
        using RawClient back = await next.Connect500Async("m1", isClean: false, Kept, isPresent: true);
        next.Broker.Publish("t", "1"u8, MqttQos.AtLeastOnce);
        next.Broker.Publish("t", "2"u8, MqttQos.AtLeastOnce);
        await back.ExpectAsync(RawClient.Publish5("t", "1", 1, 1));
        await other.ExpectAsync(RawClient.Publish5("t", "2", 1, 1));
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
