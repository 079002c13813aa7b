namespace EdgeStream.Mqtt.Tests;

/// <summary>Messages that are larger than what the state can keep.</summary>
public class KeptSizeTests
{
    private static readonly MqttBrokerOptions Options = new() { KeptMessageSizeBytesMax = 1_000 };

    [Fact]
    public async Task They_pass_where_nothing_is_kept_and_are_counted_where_something_would_be()
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(options: Options, store: store);
        using RawClient clean = await Wire.SubscribedAsync(host, 5, "t", 1, "clean");
        using RawClient kept = await Wire.SubscribedAsync(host, 5, "t", 1, "kept", isClean: false);
        using RawClient publisher = await host.Connect500Async("p");
        string large = new('x', 2_000);
        await publisher.SendAsync(RawClient.Publish5("t", large, 1, 1, retain: true));
        await publisher.ExpectAsync("40 02 00 01");
        await clean.ExpectAsync(RawClient.Publish5("t", large, 1, 1));
        await kept.ExpectNothingAsync();
        Assert.Equal(1, host.Broker.Statistics.DroppedTooLarge);
        Assert.Equal(0, host.Broker.RetainedCount);
        Assert.Equal(1, host.Broker.Statistics.RetainedRefused);
        await publisher.SendAsync(RawClient.Publish5("t", "small", 1, 2, retain: true));
        await publisher.ExpectAsync("40 02 00 02");
        await kept.ExpectAsync(RawClient.Publish5("t", "small", 1, 1));
        Assert.Contains("retained/t", store.Keys);
    }

    [Fact]
    public async Task Without_a_store_nothing_is_too_large_to_keep()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(options: Options);
        host.Broker.Publish("t", new byte[2_000], retain: true);
        Assert.Equal(1, host.Broker.RetainedCount);
    }
}
