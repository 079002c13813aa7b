using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Expiries and will delays go on while the broker is away, by a wall clock that may be wrong: then they last
/// longer, never shorter.</summary>
public class RestartTimeTests
{
    private static readonly DateTimeOffset Unset = DateTimeOffset.UnixEpoch.AddMinutes(3);

    private readonly MemoryStateStore _store = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-5", "MQTT-3.3.2-6")]
    public async Task A_message_s_expiry_goes_on_while_the_broker_is_away()
    {
        await PublishRetainedAsync(expirySeconds: 100);
        await using BrokerHost next = await StartAgainAsync(TimeSpan.FromSeconds(60));
        await ExpectRetainedAsync(next, remainingSeconds: 40);
        next.Advance(41);
        await ExpectRetainedAsync(next, remainingSeconds: null);
    }

    [Fact]
    public async Task A_message_that_expired_while_the_broker_was_away_is_not_delivered()
    {
        await PublishRetainedAsync(expirySeconds: 100);
        await using BrokerHost next = await StartAgainAsync(TimeSpan.FromSeconds(101));
        await ExpectRetainedAsync(next, remainingSeconds: null);
    }

    [Fact]
    public async Task A_clock_that_boots_in_1970_expires_nothing_early()
    {
        await PublishRetainedAsync(expirySeconds: 100);
        _time.SetUtcNow(Unset);
        await using (BrokerHost next = await StartAgainAsync(TimeSpan.FromSeconds(50)))
        {
            await ExpectRetainedAsync(next, remainingSeconds: 100);

            // The network sets it while the broker runs: that isn't time away.
            _time.SetUtcNow(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
            next.Advance(10);
            await ExpectRetainedAsync(next, remainingSeconds: 90);
        }

        await using BrokerHost last = await StartAgainAsync(TimeSpan.FromSeconds(30));
        await ExpectRetainedAsync(last, remainingSeconds: 60);
    }

    [Fact]
    public async Task A_clock_that_stepped_back_expires_nothing_early()
    {
        await PublishRetainedAsync(expirySeconds: 100);
        _time.SetUtcNow(_time.GetUtcNow().AddDays(-3));
        await using BrokerHost next = await StartAgainAsync(TimeSpan.FromSeconds(50));
        await ExpectRetainedAsync(next, remainingSeconds: 100);
    }

    [Fact]
    public async Task A_clock_that_was_set_before_the_power_was_cut_expires_nothing_early()
    {
        _time.SetUtcNow(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        BrokerHost cut = await BrokerHost.StartAsync(store: _store, time: _time);
        await PublishRetainedAsync(cut, expirySeconds: 100);
        cut.Advance(1);
        await cut.Broker.Journal.FlushAsync();
        _time.SetUtcNow(_time.GetUtcNow().AddDays(3));
        cut.Advance(1);
        await cut.Broker.Journal.FlushAsync();
        await using BrokerHost next = await BrokerHost.StartAsync(store: _store.Copy(), time: _time);
        await ExpectRetainedAsync(next, remainingSeconds: 98);
        await cut.DisposeAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.1.0-2")]
    public async Task A_session_expires_by_the_time_since_its_client_left()
    {
        await using (BrokerHost host = await BrokerHost.StartAsync(store: _store, time: _time))
        {
            (await host.Connect500Async("left", properties: "11 00 00 00 64")).Dispose();
            await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the client has left");
            host.Advance(30);
            using RawClient stays = await host.Connect500Async("stays", properties: "11 00 00 00 64");
            await host.Broker.DisposeAsync();
        }

        await using (BrokerHost next = await StartAgainAsync(TimeSpan.FromSeconds(60)))
        {
            Assert.Equal(2, next.Broker.Statistics.Sessions);
            next.Advance(11);
            Assert.Equal(["session/stays"], (await FlushedAsync(next)).Keys);
        }

        await using BrokerHost last = await StartAgainAsync(TimeSpan.FromSeconds(30));
        last.Advance(1);
        Assert.Equal(0, last.Broker.Statistics.Sessions);
    }

    [Fact]
    public async Task A_client_that_was_connected_when_the_power_was_cut_left_when_it_came_back()
    {
        BrokerHost cut = await BrokerHost.StartAsync(store: _store, time: _time);
        using RawClient client = await cut.Connect500Async("c", properties: "11 00 00 00 64");
        MemoryStateStore left = _store.Copy();
        _time.Advance(TimeSpan.FromSeconds(1000));
        await using BrokerHost next = await BrokerHost.StartAsync(store: left, time: _time);
        next.Advance(99);
        Assert.Equal(1, next.Broker.Statistics.Sessions);
        next.Advance(2);
        Assert.Equal(0, next.Broker.Statistics.Sessions);
        await cut.DisposeAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-7", "MQTT-3.1.2-8", "MQTT-3.1.2-10")]
    public async Task A_delayed_will_outlives_a_restart_and_is_published_once()
    {
        await using (BrokerHost host = await BrokerHost.StartAsync(store: _store, time: _time))
        {
            (await ConnectWithWillAsync(host, delaySeconds: 50)).Dispose();
            await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the client is lost");
        }

        Assert.Contains("will/c", _store.Keys);
        var handler = new RecordingHandler();
        await using (BrokerHost next = await StartAgainAsync(TimeSpan.FromSeconds(20), handler))
        {
            next.Advance(29);
            Assert.Empty(handler.Received);
            next.Advance(2);
            Assert.Equal(["w bye"], handler.Received);
        }

        Assert.DoesNotContain("will/c", _store.Keys);
        await using BrokerHost last = await StartAgainAsync(TimeSpan.FromSeconds(1), handler);
        last.Advance(60);
        Assert.Single(handler.Received);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.1.3-9")]
    public async Task A_delayed_will_that_the_client_s_return_after_a_restart_cancels()
    {
        await using (BrokerHost host = await BrokerHost.StartAsync(store: _store, time: _time))
        {
            // The server's own stop leaves the will to the next run too.
            using RawClient client = await ConnectWithWillAsync(host, delaySeconds: 50);
            await host.Broker.DisposeAsync();
        }

        var handler = new RecordingHandler();
        await using BrokerHost next = await StartAgainAsync(TimeSpan.FromSeconds(20), handler);
        using RawClient back = await next.Connect500Async("c", isClean: false, "11 00 00 03 E8", isPresent: true);
        next.Advance(60);
        await back.ExpectNothingAsync();
        Assert.Empty(handler.Received);
        Assert.DoesNotContain("will/c", (await FlushedAsync(next)).Keys);
    }

    private async Task PublishRetainedAsync(int expirySeconds)
    {
        await using BrokerHost host = await BrokerHost.StartAsync(store: _store, time: _time);
        await PublishRetainedAsync(host, expirySeconds);
    }

    private static async Task PublishRetainedAsync(BrokerHost host, int expirySeconds)
    {
        using RawClient client = await host.Connect500Async("p");
        await client.SendAsync(RawClient.Publish5("r", "kept", 1, 1, $"02 {expirySeconds:X8}", retain: true));
        await client.ExpectAsync("40 02 00 01");
    }

    private static async Task ExpectRetainedAsync(BrokerHost host, int? remainingSeconds)
    {
        using RawClient client = await host.Connect500Async("reader");
        await client.SendAsync(RawClient.Subscribe5("r", 0));
        await client.ExpectAsync("90 04 00 01 00 00");
        if (remainingSeconds is { } seconds)
        {
            await client.ExpectAsync(
                RawClient.Publish5("r", "kept", properties: $"02 {seconds:X8}", retain: true));
        }

        await client.ExpectNothingAsync();
    }

    private static async Task<RawClient> ConnectWithWillAsync(BrokerHost host, int delaySeconds)
    {
        RawClient client = await host.OpenAsync();
        await client.SendAsync(RawClient.Packet(
            0x10,
            $"00 04 'MQTT' 05 04 00 00 05 11 00 00 03 E8 00 01 'c' 05 18 {delaySeconds:X8} 00 01 'w' 00 03 'bye'"));
        await client.ExpectConnack5Async();
        return client;
    }

    private Task<BrokerHost> StartAgainAsync(TimeSpan away, IMqttPublishHandler? handler = null)
    {
        _time.Advance(away);
        return BrokerHost.StartAsync(handler, store: _store, time: _time);
    }

    private async Task<MemoryStateStore> FlushedAsync(BrokerHost host)
    {
        await host.Broker.Journal.FlushAsync();
        return _store;
    }
}
