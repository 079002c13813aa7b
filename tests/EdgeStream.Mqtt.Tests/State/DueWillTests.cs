using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A delayed will stays in the state until it is safe with the host and with those who get it.</summary>
public class DueWillTests
{
    private readonly MemoryStateStore _store = new();
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(1000)] // Its session goes on,
    [InlineData(5)] // or ends before the delay does.
    public async Task One_that_was_with_the_host_when_the_power_was_cut_is_published_again(int expirySeconds)
    {
        var held = new HeldHandler();
        MemoryStateStore left;
        await using (BrokerHost cut = await BrokerHost.StartAsync(held, store: _store, time: _time))
        {
            await LoseAsync(cut, expirySeconds);
            cut.Advance(11);
            await Eventually.TrueAsync(() => held.Count == 1, "the will is with the host");
            await cut.Broker.Journal.FlushAsync();
            left = _store.Copy();
            held.Release(0);
        }

        var handler = new RecordingHandler();
        await using BrokerHost next = await BrokerHost.StartAsync(handler, store: left, time: _time);
        next.Advance(1);
        await Eventually.TrueAsync(() => handler.Received.Count == 1, "it is published again");
        Assert.Equal(["w bye"], handler.Received);
        await Eventually.TrueAsync(() => !IsKept(next, left), "the state forgets it");
    }

    [Fact]
    public async Task It_is_forgotten_when_what_it_became_is_stored()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(store: _store, time: _time);
        (await Wire.SubscribedAsync(host, 4, "w", 1, isClean: false)).Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 0);
        await LoseAsync(host, expirySeconds: 1000);
        await host.Broker.Journal.FlushAsync();
        var commit = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        _store.BeforeCommit = () =>
        {
            begun.TrySetResult();
            return commit.Task;
        };
        host.Advance(11);
        await begun.Task.WaitAsync(Poll.DefaultDeadline);
        Assert.Contains("will/c", _store.Keys);
        commit.SetResult();
        await Eventually.TrueAsync(() => !IsKept(host, _store), "the state forgets it");
        Assert.Equal(["bye"], _store.OutboundPayloads());
    }

    [Fact]
    public async Task One_that_the_host_refuses_for_good_is_forgotten()
    {
        var held = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(held, store: _store, time: _time);
        await LoseAsync(host, expirySeconds: 1000);
        host.Advance(11);
        await Eventually.TrueAsync(() => held.Count == 1, "the will is with the host");
        held.Refuse(0, MqttReasonCode.NotAuthorized);
        await Eventually.TrueAsync(() => !IsKept(host, _store), "the state forgets it");
    }

    [Fact]
    public async Task A_will_that_is_stored_meanwhile_is_not_forgotten_with_the_one_before()
    {
        var held = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(held, store: _store, time: _time);
        await LoseAsync(host, expirySeconds: 1000);
        host.Advance(11);
        await Eventually.TrueAsync(() => held.Count == 1, "the will is with the host");
        await LoseAsync(host, expirySeconds: 1000, isPresent: true);
        held.Release(0);
        await Eventually.TrueAsync(() => host.Broker.WillsUnderWay.WhenNoneAsync().IsCompleted, "it is published");
        Assert.True(IsKept(host, _store));
    }

    private static bool IsKept(BrokerHost host, MemoryStateStore store)
    {
        host.Broker.Journal.Tick();
        return store.Keys.Contains("will/c");
    }

    private static async Task LoseAsync(BrokerHost host, int expirySeconds, bool isPresent = false)
    {
        using (RawClient client = await host.OpenAsync())
        {
            await client.SendAsync(RawClient.Packet(
                0x10,
                $"00 04 'MQTT' 05 0C 00 00 05 11 {expirySeconds:X8} 00 01 'c' 05 18 0000000A 00 01 'w' 00 03 'bye'"));
            await client.ExpectConnack5Async(isPresent: isPresent);
        }

        await host.WhenAsync(BrokerFigure.Connections, 0);
        await host.Broker.Journal.FlushAsync();
    }
}
