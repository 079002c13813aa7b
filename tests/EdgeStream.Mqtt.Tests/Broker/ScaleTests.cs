using System.Text;

namespace EdgeStream.Mqtt.Tests.Broker;

/// <summary>Very many subscriptions and retained topics: all of them count, and nobody waits for another.</summary>
public class ScaleTests
{
    private const int Subscribers = 100;
    private const int FiltersEach = 1000;
    private const int RetainedTopics = 200_000;

    [Fact]
    public async Task Each_of_a_hundred_thousand_subscriptions_gets_its_message_and_nothing_else()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        var subscribers = new List<RawClient>();
        for (int i = 0; i < Subscribers; i++)
        {
            RawClient subscriber = await host.Connect311Async($"s{i}");
            subscribers.Add(subscriber);
            await subscriber.SendAsync(Many(i));
            byte[] suback = await subscriber.ReadPacketAsync();
            Assert.Equal(FiltersEach, suback.Count(b => b == 1) - 1);
        }

        Assert.Equal(Subscribers * FiltersEach, host.Broker.SubscriptionCount);
        for (int i = 0; i < Subscribers; i++)
        {
            await host.PublishAsync($"{i}/{FiltersEach - 1 - i}", "m", 1);
        }

        for (int i = 0; i < Subscribers; i++)
        {
            await subscribers[i].ExpectAsync(RawClient.Publish($"{i}/{FiltersEach - 1 - i}", "m", 1, 1));
            await subscribers[i].ExpectNothingAsync();
            subscribers[i].Dispose();
        }

        await Eventually.TrueAsync(() => host.Broker.SubscriptionCount == 0, "their sessions are over");
    }

    [Fact]
    public async Task Others_publish_while_a_client_does_not_read_very_many_retained_messages()
    {
        var options = new MqttBrokerOptions { RetainedMessagesMax = RetainedTopics };
        await using BrokerHost host = await BrokerHost.StartAsync(options: options);
        for (int i = 0; i < RetainedTopics; i++)
        {
            host.Broker.Publish($"r/{i % 1000}/{i}", Encoding.ASCII.GetBytes($"{i}"), retain: true);
        }

        Assert.Equal(RetainedTopics, host.Broker.RetainedCount);
        using RawClient reader = await host.Connect311Async("reader");
        await reader.SendAsync(RawClient.Subscribe("#", 1));
        await reader.ExpectAsync("90 03 00 01 01");
        using RawClient publisher = await host.Connect311Async("publisher");
        for (int i = 1; i <= 100; i++)
        {
            await publisher.SendAsync(RawClient.Publish($"r/0/{i * 1000}", "new", 1, i, retain: true));
            await publisher.ExpectAsync($"40 02 {i:X4}");
        }

        var topics = new HashSet<string>();
        while (topics.Count < RetainedTopics)
        {
            byte[] packet = await reader.ReadPacketAsync();
            topics.Add(Encoding.ASCII.GetString(packet, 4, packet[3]));
            if ((packet[0] & 0x06) != 0)
            {
                int at = 4 + packet[3];
                await reader.SendAsync([0x40, 2, packet[at], packet[at + 1]]);
            }
        }

        Assert.Equal(0, host.Broker.Statistics.DroppedQueueFull);
    }

    /// <summary>A SUBSCRIBE with all filters of one client, QoS 1.</summary>
    private static byte[] Many(int subscriber)
    {
        var body = new List<byte> { 0, 1 };
        for (int i = 0; i < FiltersEach; i++)
        {
            byte[] filter = Encoding.ASCII.GetBytes($"{subscriber}/{i}");
            body.AddRange([0, (byte)filter.Length, .. filter, 1]);
        }

        return [0x82, (byte)((body.Count & 0x7F) | 0x80), (byte)(body.Count >> 7), .. body];
    }
}
