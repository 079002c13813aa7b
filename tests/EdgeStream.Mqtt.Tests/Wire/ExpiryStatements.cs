using System.Buffers.Binary;

namespace EdgeStream.Mqtt.Tests;

/// <summary>What time ends: sessions, messages, the delay of wills.</summary>
public abstract class ExpiryStatements : WireStatements
{
    private const string OneSecond = "11 00 00 00 01";

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-4.1.0-1", "MQTT-4.1.0-2")]
    [Statements(MqttVersion.V500, "MQTT-4.1.0-1")]
    public async Task A_session_lasts_at_least_as_long_as_its_connection()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient old = await Wire.SubscribedAsync(host, 4, "t", 1, "old");
        using RawClient clean = await Wire.SubscribedAsync(host, 5, "t", 1, "clean");
        using RawClient brief = await host.Connect500Async("brief", properties: OneSecond);
        await brief.SendAsync(RawClient.Subscribe5("t", 1));
        await brief.ExpectAsync("90 04 00 01 00 01");
        await host.PassAsync(seconds: 4);
        await host.PublishAsync("t", "1", 1);
        await old.ExpectAsync(RawClient.Publish("t", "1", 1, 1));
        await clean.ExpectAsync(RawClient.Publish5("t", "1", 1, 1));
        await brief.ExpectAsync(RawClient.Publish5("t", "1", 1, 1));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.1.0-2", "MQTT-3.1.2-23")]
    public async Task A_session_that_is_left_ends_when_its_expiry_is_over()
    {
        await using BrokerUnderTest host = await StartAsync();
        using (RawClient brief = await host.Connect500Async("brief", properties: OneSecond))
        {
            await brief.SendAsync(RawClient.Subscribe5("t", 1));
            await brief.ExpectAsync("90 04 00 01 00 01");
        }

        (await host.Connect500Async("long", properties: FlowControlStatements.Kept)).Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 0);
        await host.PassAsync(seconds: 3);
        await host.WhenAsync(BrokerFigure.Sessions, 1);
        Assert.Equal(0, await host.CountAsync(BrokerFigure.Subscriptions));
        using RawClient again = await host.Connect500Async("brief", isClean: false);
        using RawClient back = await host.Connect500Async("long", isClean: false, isPresent: true);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-5", "MQTT-3.3.2-6")]
    public async Task A_message_expires_while_it_waits_and_the_rest_of_its_time_is_told()
    {
        await using BrokerUnderTest host = await StartAsync();
        (await Wire.SubscribedAsync(host, 5, "#", 1, isClean: false)).Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 0);
        using RawClient publisher = await host.Connect500Async("p");
        await publisher.SendAsync(
            RawClient.Publish5("a", "1", 1, 1, "02 00 00 00 01"),
            RawClient.Publish5("b", "2", 1, 2, "02 00 00 0E 10", retain: true),
            RawClient.Publish5("c", "3", 1, 3, "02 00 00 00 01", retain: true));
        await publisher.ExpectAsync("40 02 00 01 40 02 00 02 40 02 00 03");
        await host.PassAsync(seconds: 3);
        using RawClient back = await Wire.ConnectAsync(host, 5, "s", isClean: false, isPresent: true);
        ExpectRest(await back.ReadPacketAsync(), header: 0x32);
        await back.ExpectNothingAsync();
        using RawClient reader = await host.Connect500Async("reader");
        await reader.SendAsync(RawClient.Subscribe5("#", 0));
        await reader.ExpectAsync("90 04 00 01 00 00");
        ExpectRest(await reader.ReadPacketAsync(), header: 0x31);
        await reader.ExpectNothingAsync();
        await publisher.SendAsync(RawClient.Publish5("c", "", 1, 4, retain: true));
        await publisher.ExpectAsync("40 02 00 04");
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.3.3-7", "MQTT-4.3.3-13")]
    public async Task Expiry_touches_neither_what_was_sent_nor_the_exchange_with_the_publisher()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient publisher = await host.Connect500Async("p");
        using (RawClient first = await Wire.SubscribedAsync(host, 5, "t", 2, isClean: false))
        {
            await publisher.SendAsync(RawClient.Publish5("t", "1", 2, 1, "02 00 00 00 01"));
            await publisher.ExpectAsync("50 02 00 01");
            Assert.Equal(0x34, (await first.ReadPacketAsync())[0]);
        }

        await host.PassAsync(seconds: 3);
        using RawClient again = await Wire.ConnectAsync(host, 5, "s", isClean: false, isPresent: true);
        await again.ExpectAsync(RawClient.Publish5("t", "1", 2, 1, "02 00 00 00 01", dup: true));
        await publisher.SendAsync("62 02 00 01");
        await publisher.ExpectAsync("70 02 00 01");
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.3-9", "MQTT-3.1.2-8")]
    public async Task A_delayed_will_waits_and_a_reconnection_cancels_it()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient subscriber = await Wire.SubscribedAsync(host, 4, "w", 0);
        (await ConnectWithDelayAsync(host, delaySeconds: 6, expirySeconds: 100)).Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 1);
        using (RawClient back = await host.Connect500Async("c", isClean: false, "11 00 00 00 64", isPresent: true))
        {
            await host.PassAsync(seconds: 8);
            await subscriber.ExpectNothingAsync();
            await back.SendAsync("E0 00");
            await back.ExpectClosedAsync();
        }

        (await ConnectWithDelayAsync(host, delaySeconds: 1, expirySeconds: 100)).Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 1);
        await host.PassAsync(seconds: 3);
        await subscriber.ExpectAsync(RawClient.Publish("w", "bye"));
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-8")]
    public async Task The_end_of_the_session_is_the_latest_moment_for_the_will()
    {
        await using BrokerUnderTest host = await StartAsync();
        using RawClient subscriber = await Wire.SubscribedAsync(host, 4, "w", 0);
        (await ConnectWithDelayAsync(host, delaySeconds: 3600, expirySeconds: 1)).Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 1);
        await host.PassAsync(seconds: 3);
        await subscriber.ExpectAsync(RawClient.Publish("w", "bye"));
    }

    /// <summary>The message 'b' whose hour began three seconds ago or somewhat more.</summary>
    private static void ExpectRest(byte[] packet, byte header)
    {
        Assert.Equal(header, packet[0]);
        Assert.Equal((0x02, (byte)'2'), (packet[^6], packet[^1]));
        Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan()[^5..]), 3_000, 3_597);
    }

    private static async Task<RawClient> ConnectWithDelayAsync(
        BrokerUnderTest host, int delaySeconds, int expirySeconds)
    {
        RawClient client = await host.OpenAsync("c");
        await client.SendAsync(RawClient.Packet(
            0x10,
            $"00 04 'MQTT' 05 06 00 00 05 11 {expirySeconds:X8} 00 01 'c' "
            + $"05 18 {delaySeconds:X8} 00 01 'w' 00 03 'bye'"));
        await client.ExpectConnack5Async();
        return client;
    }
}
