namespace EdgeStream.Mqtt.Tests.Broker;

public class LimitTests
{
    [Fact]
    public async Task A_connection_beyond_the_bound_is_closed_at_once_and_a_place_that_is_left_can_be_taken()
    {
        await using DoorHost host = await DoorHost.StartAsync(options: new MqttBrokerOptions { ConnectionsMax = 1 });
        using (RawClient first = await OpenAsync(host, "a"))
        {
            using RawClient second = await host.OpenAsync();
            await second.ExpectClosedAsync();
        }

        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the first one left");
        using RawClient third = await OpenAsync(host, "c");
        Assert.Equal(1, host.Broker.Refusals.Count(MqttRefusal.Connections));
    }

    [Fact]
    public async Task A_listener_has_a_bound_of_its_own()
    {
        await using DoorHost host = await DoorHost.StartAsync(new MqttListenerOptions { ConnectionsMax = 1 });
        using RawClient first = await OpenAsync(host, "a");
        using RawClient second = await host.OpenAsync();
        await second.ExpectClosedAsync();
    }

    [Fact]
    public async Task Connections_without_a_listener_are_counted_too()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(
            options: new MqttBrokerOptions { ConnectionsPerAddressMax = 1 });
        using RawClient first = await host.Connect311Async("a");
        using RawClient second = await host.OpenAsync();
        await second.ExpectClosedAsync();
        Assert.Equal(1, host.Broker.Refusals.Count(MqttRefusal.ConnectionsOfAddress));
    }

    [Fact]
    public async Task A_connect_that_trickles_in_is_closed_however_lively_it_is()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.OpenAsync();
        byte[] connect = Hex.Bytes(RawClient.Connect311("c"));
        for (int i = 0; i < 10; i++)
        {
            await client.SendAsync(connect[i..(i + 1)]);
            await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 1, "it is served");
            host.Advance(1);
        }

        host.Advance(1);
        await client.ExpectClosedAsync();
        Assert.Equal(1, host.Broker.Refusals.Count(MqttRefusal.ConnectTimeout));
    }

    [Fact]
    public async Task Connects_that_are_not_whole_hold_a_bounded_number_of_bytes_together()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(
            options: new MqttBrokerOptions { ConnectBytesTotalMax = 10_000 });
        byte[] connect = Hex.Bytes(RawClient.Packet(
            0x10, $"00 04 'MQTT' 04 06 00 00 00 01 'c' 00 01 'w' {12_000:X4} '{new string('x', 12_000)}'"));
        using RawClient patient = await host.OpenAsync();
        await patient.SendAsync(connect[..9_500]);
        await Eventually.TrueAsync(
            () => host.Broker.ConnectBytes.UsedBytes == 9_500 - ConnectBytes.FreeBytes, "a part has come");
        using RawClient greedy = await host.OpenAsync();
        await greedy.SendAsync(connect[..9_500]);
        await greedy.ExpectClosedAsync();
        using RawClient modest = await host.Connect311Async("modest");
        await patient.SendAsync(connect[9_500..]);
        await patient.ExpectAsync(RawClient.ConnackV311);
        await Eventually.TrueAsync(() => host.Broker.ConnectBytes.UsedBytes == 0, "everything is given back");
    }

    [Fact]
    public async Task A_packet_that_trickles_in_ends_its_connection()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync("C0 00 32 7F 00 01 'a'");
        await client.ExpectAsync("D0 00");
        await Eventually.TrueAsync(
            () =>
            {
                host.Advance(10);
                return host.Broker.Refusals.Count(MqttRefusal.SlowPacket) == 1;
            },
            "the packet is overdue");
        await client.ExpectDisconnectAsync(MqttReasonCode.ProtocolError);
    }

    [Fact]
    public void A_packet_may_take_longer_the_more_of_it_has_come()
    {
        var deadlines = new ConnectionDeadlines(new MqttBrokerOptions(), 0);
        deadlines.NotePartial(1, hasTakenPackets: true, 1000);
        Assert.False(deadlines.IsPacketDue(31_000));
        Assert.True(deadlines.IsPacketDue(31_001));
        deadlines.NotePartial(10 * 1024, hasTakenPackets: false, 31_001);
        Assert.False(deadlines.IsPacketDue(41_000));
        Assert.True(deadlines.IsPacketDue(41_001));
        deadlines.NotePartial(5, hasTakenPackets: true, 41_001);
        Assert.False(deadlines.IsPacketDue(71_005));
        deadlines.NotePartial(0, hasTakenPackets: true, 71_006);
        Assert.False(deadlines.IsPacketDue(900_000));
    }

    [Fact]
    public async Task A_publisher_that_is_too_fast_is_read_more_slowly_and_loses_nothing()
    {
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(
            handler, new MqttBrokerOptions { PublishesPerSecondMax = 2 });
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync([.. Enumerable.Range(1, 5).Select(i => RawClient.Publish("a", $"{i}", 1, i))]);
        await client.ExpectAsync("40 02 0001 40 02 0002 40 02 0003");
        Assert.Equal(3, handler.Received.Count);
        await Eventually.TrueAsync(
            () =>
            {
                host.Advance(0.5);
                return handler.Received.Count == 5;
            },
            "the others follow as time passes");
        await client.ExpectAsync("40 02 0004 40 02 0005");
    }

    [Fact]
    public void The_rate_of_bytes_counts_whole_messages_and_recovers()
    {
        PublishRate rate = PublishRate.Create(new MqttBrokerOptions { PublishBytesPerSecondMax = 1000 }, 0)!;
        Assert.Equal(0, rate.Take(1000, 0));
        Assert.Equal(500, rate.Take(500, 0));
        Assert.Equal(0, rate.Take(1000, 5000));
        Assert.Equal(0, rate.Take(500, 5500));
        Assert.Null(PublishRate.Create(new MqttBrokerOptions(), 0));
    }

    private static async Task<RawClient> OpenAsync(DoorHost host, string clientId)
    {
        RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Connect311(clientId));
        await client.ExpectAsync(RawClient.ConnackV311);
        return client;
    }
}
