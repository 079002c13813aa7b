namespace EdgeStream.Mqtt.Tests;

/// <summary>A state store that refuses: clients whose sessions are kept are told so.</summary>
public class FailingStoreTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Connect_is_refused_and_its_will_not_published(int version)
    {
        var store = new MemoryStateStore { BeforeCommit = static () => throw new IOException("The disk is full.") };
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler, store: store);
        using RawClient client = await host.OpenAsync();
        if (version == 5)
        {
            await client.SendAsync(RawClient.Packet(
                0x10, "00 04 'MQTT' 05 06 00 00 05 11 00 00 0E 10 00 01 'c' 00 00 01 'w' 00 01 'x'"));
            await client.ExpectConnack5Async(MqttReasonCode.ServerUnavailable);
        }
        else
        {
            await client.SendAsync(RawClient.Packet(0x10, "00 04 'MQTT' 04 04 00 00 00 01 'c' 00 01 'w' 00 01 'x'"));
            await client.ExpectAsync("20 02 00 03");
        }

        await client.ExpectClosedAsync();
        await host.WhenAsync(BrokerFigure.Connections, 0);
        Assert.Empty(handler.Received);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Subscribe_is_refused_without_an_effect(int version)
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using RawClient client = await Wire.ConnectAsync(host, version, isClean: false);
        store.BeforeCommit = static () => throw new IOException("The disk is full.");
        await client.SendAsync(Wire.Subscribe(version, 1, ("t", 1), ("u", 0)));
        await client.ExpectAsync(version == 5 ? Wire.Suback(5, 1, 0x83, 0x83) : Wire.Suback(4, 1, 0x80, 0x80));
        Assert.Equal(0, host.Broker.SubscriptionCount);
        store.BeforeCommit = static () => Task.CompletedTask;
        await client.SendAsync(Wire.Subscribe(version, 2, ("t", 1)));
        await client.ExpectAsync(Wire.Suback(version, 2, 1));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Unsubscribe_is_not_acknowledged_as_done(int version)
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using RawClient client = await Wire.SubscribedAsync(host, version, "t", 1, isClean: false);
        store.BeforeCommit = static () => throw new IOException("The disk is full.");
        await client.SendAsync(Wire.Unsubscribe(version, 2, "t"));
        if (version == 4)
        {
            await client.ExpectClosedAsync();
            return;
        }

        await client.ExpectAsync(Wire.Unsuback(5, 2, 0x83));
        store.BeforeCommit = static () => Task.CompletedTask;
        await client.SendAsync(Wire.Unsubscribe(version, 3, "t"));
        await client.ExpectAsync(Wire.Unsuback(5, 3, 0x11));
    }
}
