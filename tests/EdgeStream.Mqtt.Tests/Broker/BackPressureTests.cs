using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Bounds: on what is with the host, on what waits for a client, on sizes.</summary>
public class BackPressureTests
{
    [Fact]
    public async Task A_311_connection_isn_t_read_while_too_much_is_with_the_host()
    {
        var handler = new HeldHandler();
        var options = new MqttBrokerOptions { ReceiveMaximum = 3 };
        await using BrokerHost host = await BrokerHost.StartAsync(handler, options);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync([.. Enumerable.Range(1, 10).Select(i => RawClient.Publish("t", $"{i}", 1, i))]);
        await Eventually.TrueAsync(() => handler.Count == 3, "three messages are with the host");
        using RawClient other = await host.Connect311Async("other");
        await other.ExpectNothingAsync();
        Assert.Equal(3, handler.Count);
        for (int i = 0; i < 10; i++)
        {
            await Eventually.TrueAsync(() => handler.Count > i, $"message {i} is with the host");
            Assert.True(handler.Count <= i + 3);
            handler.Release(i);
            await client.ExpectAsync($"40 02 {i + 1:X4}");
        }
    }

    [Fact]
    public async Task Bytes_with_the_host_are_bounded_too()
    {
        var handler = new HeldHandler();
        var options = new MqttBrokerOptions { InFlightBytesMax = 1000 };
        await using BrokerHost host = await BrokerHost.StartAsync(handler, options);
        using RawClient client = await host.Connect311Async("c");
        string payload = new('x', 600);
        await client.SendAsync([.. Enumerable.Range(1, 5).Select(i => RawClient.Publish("t", payload, 1, i))]);
        await Eventually.TrueAsync(() => handler.Count == 2, "two messages are with the host");
        using RawClient other = await host.Connect311Async("other");
        await other.ExpectNothingAsync();
        Assert.Equal(2, handler.Count);
        for (int i = 0; i < 5; i++)
        {
            await Eventually.TrueAsync(() => handler.Count > i, $"message {i} is with the host");
            handler.Release(i);
            await client.ExpectAsync($"40 02 {i + 1:X4}");
        }
    }

    [Fact]
    public async Task A_500_client_that_exceeds_the_receive_maximum_is_disconnected() // [MQTT-3.3.4-7], section 4.9.
    {
        var handler = new HeldHandler();
        var options = new MqttBrokerOptions { ReceiveMaximum = 3 };
        await using BrokerHost host = await BrokerHost.StartAsync(handler, options);
        using RawClient client = await host.Connect500Async("c");
        for (int i = 1; i <= 3; i++)
        {
            await client.SendAsync(RawClient.Publish5("t", "m", 2, i));
        }

        await Eventually.TrueAsync(() => handler.Count == 3, "three messages are with the host");
        for (int i = 0; i < 3; i++)
        {
            handler.Release(i);
            await client.ExpectAsync($"50 02 {i + 1:X4}");
        }

        // PUBREC doesn't give the quota back, PUBCOMP does.
        await client.SendAsync("62 02 00 01");
        await client.ExpectAsync("70 02 00 01");
        await client.SendAsync(RawClient.Publish5("t", "m", 1, 9));
        await Eventually.TrueAsync(() => handler.Count == 4, "the fourth message is with the host");
        handler.Release(3);
        await client.ExpectAsync("40 02 00 09");
        await client.SendAsync(RawClient.Publish5("t", "m", 2, 10), RawClient.Publish5("t", "m", 1, 11));
        await client.ExpectDisconnectAsync(MqttReasonCode.ReceiveMaximumExceeded);
    }

    [Fact]
    public async Task A_packet_beyond_the_maximum_ends_the_connection()
    {
        var options = new MqttBrokerOptions { PacketSizeBytesMax = 200 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Publish5("t", new string('x', 300)));
        await client.ExpectDisconnectAsync(MqttReasonCode.PacketTooLarge);
    }

    [Fact]
    public async Task A_subscriber_that_stops_reading_blocks_nobody_and_its_losses_are_counted()
    {
        var options = new MqttBrokerOptions { QueuedMessagesMax = 20 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using RawClient stuck = await host.Connect311Async("stuck");
        await stuck.SendAsync(RawClient.Subscribe("t", 0));
        await stuck.ExpectAsync("90 03 00 01 00");
        int received = 0;
        await using MqttClient reader = await host.ConnectAsync(new MqttClientOptions
        {
            Received = _ =>
            {
                Interlocked.Increment(ref received);
                return default;
            },
        });
        await reader.SubscribeAsync("last");
        await using MqttClient publisher = await host.ConnectAsync(new MqttClientOptions());
        byte[] payload = new byte[100_000];
        while (host.Broker.Statistics.DroppedQueueFull < 10)
        {
            Assert.Equal(MqttReasonCode.Success, await publisher.PublishAsync("t", payload, MqttQos.AtLeastOnce));
        }

        await publisher.PublishAsync("last", Encoding.UTF8.GetBytes("x"), MqttQos.AtLeastOnce);
        await Eventually.TrueAsync(() => Volatile.Read(ref received) == 1, "the other subscriber gets its message");
    }

    [Fact]
    public async Task All_sessions_together_hold_a_bounded_number_of_bytes()
    {
        var options = new MqttBrokerOptions { QueuedBytesTotalMax = 20_000 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        var subscribers = new List<RawClient>();
        for (int i = 0; i < 4; i++)
        {
            RawClient subscriber = await host.Connect311Async($"s{i}", isClean: false);
            subscribers.Add(subscriber);
            await subscriber.SendAsync(RawClient.Subscribe($"t{i}", 1));
            await subscriber.ExpectAsync("90 03 00 01 01");
            host.Broker.Publish($"t{i}", new byte[6_000], MqttQos.AtLeastOnce);
        }

        Assert.Equal(1, host.Broker.Statistics.DroppedQueueFull);
        Assert.InRange(host.Broker.QueuedBytes, 18_000, 20_000);
        await subscribers[0].ReadPacketAsync();
        await subscribers[0].SendAsync("40 02 00 01");
        await Eventually.TrueAsync(() => host.Broker.QueuedBytes < 14_000, "what is acknowledged makes room");
        host.Broker.Publish("t3", new byte[6_000], MqttQos.AtLeastOnce);
        Assert.Equal(1, host.Broker.Statistics.DroppedQueueFull);
        await subscribers[3].ReadPacketAsync();
        foreach (RawClient subscriber in subscribers)
        {
            subscriber.Dispose();
        }

        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "all subscribers are gone");
        for (int i = 0; i < 4; i++)
        {
            using RawClient clean = await host.Connect311Async($"s{i}");
        }

        await Eventually.TrueAsync(() => host.Broker.QueuedBytes == 0, "sessions that end give everything back");
    }

    [Fact]
    public async Task Messages_for_a_client_that_is_away_are_kept_up_to_the_bound_oldest_first()
    {
        var options = new MqttBrokerOptions { QueuedMessagesMax = 3 };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        using (RawClient subscriber = await host.Connect311Async("s", isClean: false))
        {
            await subscriber.SendAsync(RawClient.Subscribe("t", 1));
            await subscriber.ExpectAsync("90 03 00 01 01");
            await subscriber.SendAsync("E0 00");
            await subscriber.ExpectClosedAsync();
        }

        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the subscriber is gone");
        for (int i = 0; i < 5; i++)
        {
            host.Broker.Publish("t", Encoding.UTF8.GetBytes($"{i}"), MqttQos.AtLeastOnce);
        }

        host.Broker.Publish("t", "zero"u8, MqttQos.AtMostOnce);
        Assert.Equal(2, host.Broker.Statistics.DroppedQueueFull);
        Assert.Equal(1, host.Broker.Statistics.DroppedOffline);
        using RawClient again = await host.Connect311Async("s", isClean: false, isPresent: true);
        IEnumerable<string> kept = Enumerable.Range(0, 3).Select(i => RawClient.Publish("t", $"{i}", 1, i + 1));
        await again.ExpectAsync(string.Concat(kept));
    }
}
