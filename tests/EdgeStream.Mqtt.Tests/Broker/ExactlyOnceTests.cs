namespace EdgeStream.Mqtt.Tests;

/// <summary>QoS 2 from a publisher: handed to the host once, however often and over however many connections it is
/// sent.</summary>
public class ExactlyOnceTests
{
    [Fact]
    [Statements(MqttVersion.V311, "MQTT-4.3.3-2")]
    public async Task A_repeated_message_is_handed_over_once()
    {
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Publish("t", "m", 2, 7));
        await client.ExpectAsync("50 02 00 07");
        await client.SendAsync(RawClient.Publish("t", "m", 2, 7, dup: true));
        await client.ExpectAsync("50 02 00 07");
        Assert.Single(handler.Received);
        await client.SendAsync("62 02 00 07");
        await client.ExpectAsync("70 02 00 07");
        await client.SendAsync(RawClient.Publish("t", "next", 2, 7));
        await client.ExpectAsync("50 02 00 07");
        Assert.Equal(["t m", "t next"], handler.Received);
    }

    [Fact]
    public async Task A_message_repeated_on_the_next_connection_is_handed_over_once()
    {
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using (RawClient client = await host.Connect311Async("c", isClean: false))
        {
            await client.SendAsync(RawClient.Publish("t", "m", 2, 7));
            await client.ExpectAsync("50 02 00 07");
        }

        using RawClient again = await host.Connect311Async("c", isClean: false, isPresent: true);
        await again.SendAsync(RawClient.Publish("t", "m", 2, 7, dup: true));
        await again.ExpectAsync("50 02 00 07");
        await again.SendAsync("62 02 00 07");
        await again.ExpectAsync("70 02 00 07");
        Assert.Single(handler.Received);
    }

    [Fact]
    public async Task A_message_still_with_the_host_when_it_is_repeated_is_acknowledged_when_it_is_safe()
    {
        var handler = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using (RawClient client = await host.Connect311Async("c", isClean: false))
        {
            await client.SendAsync(RawClient.Publish("t", "m", 2, 7));
            await client.ExpectNothingAsync();
        }

        using RawClient again = await host.Connect311Async("c", isClean: false, isPresent: true);
        await again.SendAsync(RawClient.Publish("t", "m", 2, 7, dup: true));
        await again.ExpectNothingAsync();
        Assert.Equal(1, handler.Count);
        handler.Release(0);
        await again.ExpectAsync("50 02 00 07");
    }

    [Fact]
    public async Task A_deferred_message_repeated_on_the_next_connection_is_handed_over_once()
    {
        var handler = new DeferringHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect311Async("c", isClean: false);
        await client.SendAsync(RawClient.Publish("t", "m", 2, 5));
        await Eventually.TrueAsync(() => handler.Count == 1, "the message is with the host");
        using RawClient again = await host.Connect311Async("c", isClean: false, isPresent: true);
        await again.SendAsync(RawClient.Publish("t", "m", 2, 5, dup: true));
        handler.TakeOver(0);
        await again.ExpectAsync("50 02 00 05");
        await again.SendAsync("62 02 00 05");
        await again.ExpectAsync("70 02 00 05");
        Assert.Equal(1, handler.Count);
        await again.SendAsync(RawClient.Publish("t", "next", 2, 5));
        await Eventually.TrueAsync(() => handler.Count == 2, "the next message of the identifier is handed over");
        handler.TakeOver(1);
        await again.ExpectAsync("50 02 00 05");
    }

    [Fact]
    public async Task A_deferred_message_that_was_given_up_is_handed_over_on_the_next_connection()
    {
        var handler = new DeferringHandler();
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(handler, store: store);
        using RawClient client = await host.Connect311Async("c", isClean: false);
        await client.SendAsync(RawClient.Publish("t", "m", 2, 5));
        await Eventually.TrueAsync(() => handler.Count == 1, "the message is with the host");
        using RawClient again = await host.Connect311Async("c", isClean: false, isPresent: true);
        await again.SendAsync(RawClient.Publish("t", "m", 2, 5, dup: true));
        await Eventually.TrueAsync(() => handler.IsGivenUp(0), "the host is told that the connection is over");
        handler.GiveUp(0);
        await Eventually.TrueAsync(() => handler.Count == 2, "the repeat is handed over");
        Assert.DoesNotContain("inbound/0005/c", store.Keys);
        handler.TakeOver(1);
        await again.ExpectAsync("50 02 00 05");
        await again.SendAsync("62 02 00 05");
        await again.ExpectAsync("70 02 00 05");
        Assert.DoesNotContain("inbound/0005/c", store.Keys);
    }

    [Fact]
    public async Task A_message_decided_after_its_identifier_was_released_leaves_the_next_one_alone()
    {
        var handler = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect311Async("c", isClean: false);
        await client.SendAsync(RawClient.Publish("t", "first", 1, 4), RawClient.Publish("t", "m", 2, 5));
        await Eventually.TrueAsync(() => handler.Count == 2, "both messages are with the host");
        handler.Release(1);
        using RawClient again = await host.Connect311Async("c", isClean: false, isPresent: true);
        await again.SendAsync(RawClient.Publish("t", "m", 2, 5, dup: true));
        await again.ExpectAsync("50 02 00 05");
        await again.SendAsync("62 02 00 05");
        await again.ExpectAsync("70 02 00 05");
        await again.SendAsync(RawClient.Publish("t", "next", 2, 5));
        await again.ExpectNothingAsync();
        handler.Release(0);
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 1, "the first connection is over");
        await again.SendAsync(RawClient.Publish("t", "next", 2, 5, dup: true));
        await again.ExpectNothingAsync();
        handler.Release(2);
        await again.ExpectAsync("50 02 00 05 50 02 00 05");
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.3.3-9")]
    public async Task A_refused_message_may_come_again_under_its_identifier()
    {
        var handler = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Publish5("t", "m", 2, 7));
        await client.ExpectNothingAsync();
        handler.Refuse(0, MqttReasonCode.QuotaExceeded);
        await client.ExpectAsync("50 03 00 07 97");
        await client.SendAsync(RawClient.Publish5("t", "m", 2, 7));
        await client.ExpectNothingAsync();
        handler.Release(1);
        await client.ExpectAsync("50 02 00 07");
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.7.2-1", "MQTT-4.3.3-11")]
    public async Task An_unknown_release_is_answered()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient old = await host.Connect311Async("a");
        await old.SendAsync("62 02 00 07");
        await old.ExpectAsync("70 02 00 07");
        using RawClient client = await host.Connect500Async("b");
        await client.SendAsync("62 02 00 07");
        await client.ExpectAsync("70 03 00 07 92");
    }
}
