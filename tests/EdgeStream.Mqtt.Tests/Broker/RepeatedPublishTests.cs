namespace EdgeStream.Mqtt.Tests;

/// <summary>QoS 1 messages that come again on a session's next connection.</summary>
public class RepeatedPublishTests
{
    private readonly HeldHandler _handler = new();

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task One_that_was_with_the_host_when_the_connection_ended_is_handed_over_once(int version)
    {
        await using BrokerHost host = await BrokerHost.StartAsync(_handler);
        await PublishAndLeaveAsync(host, version);
        using RawClient again = await BackAsync(host, version);
        await again.SendAsync(Wire.Publish(version, "t", "m", 1, 7, dup: true));
        await again.ExpectNothingAsync();
        Assert.Equal(1, _handler.Count);
        _handler.Release(0);
        await again.ExpectAsync("40 02 00 07");

        // The identifier is free again, for whatever comes.
        await again.SendAsync(Wire.Publish(version, "t", "m", 1, 7));
        await Eventually.TrueAsync(() => _handler.Count == 2, "the next message is handed over");
        _handler.Release(1);
        await again.ExpectAsync("40 02 00 07");
    }

    [Fact]
    public async Task One_that_was_safe_before_its_client_came_back_is_acknowledged_at_once()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(_handler);
        await PublishAndLeaveAsync(host, 4);
        _handler.Release(0);
        using RawClient again = await BackAsync(host, 4);
        await again.SendAsync(Wire.Publish(4, "t", "m", 1, 7, dup: true));
        await again.ExpectAsync("40 02 00 07");
        Assert.Equal(1, _handler.Count);
    }

    [Fact]
    public async Task A_connection_that_is_taken_over_leaves_what_it_did_not_acknowledge()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(_handler);
        using RawClient first = await Wire.ConnectAsync(host, 5, "p", isClean: false);
        await first.SendAsync(Wire.Publish(5, "t", "m", 1, 7));
        await Eventually.TrueAsync(() => _handler.Count == 1, "the message is with the host");
        using RawClient again = await BackAsync(host, 5);
        await again.SendAsync(Wire.Publish(5, "t", "m", 1, 7, dup: true));
        await again.ExpectNothingAsync();
        _handler.Release(0);
        await again.ExpectAsync("40 02 00 07");
        Assert.Equal(1, _handler.Count);
    }

    [Fact]
    public async Task It_is_known_over_several_connections()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(_handler);
        await PublishAndLeaveAsync(host, 4);
        using (RawClient second = await BackAsync(host, 4))
        {
            await second.SendAsync(Wire.Publish(4, "t", "m", 1, 7, dup: true));
            await second.ExpectNothingAsync();
        }

        await host.WhenAsync(BrokerFigure.Connections, 0);
        using RawClient third = await BackAsync(host, 4);
        await third.SendAsync(Wire.Publish(4, "t", "m", 1, 7, dup: true));
        await third.ExpectNothingAsync();
        _handler.Release(0);
        await third.ExpectAsync("40 02 00 07");
        Assert.Equal(1, _handler.Count);
    }

    [Theory]
    [InlineData("other", true)] // Another message under the identifier of the lost one.
    [InlineData("m", false)] // Not said to be a repeat.
    public async Task Another_message_of_its_identifier_is_handed_over(string payload, bool dup)
    {
        await using BrokerHost host = await BrokerHost.StartAsync(_handler);
        await PublishAndLeaveAsync(host, 5);
        using RawClient again = await BackAsync(host, 5);
        await again.SendAsync(Wire.Publish(5, "t", payload, 1, 7, dup: dup));
        await Eventually.TrueAsync(() => _handler.Count == 2, "it is handed over");
    }

    [Fact]
    public async Task One_that_was_refused_is_handed_over_again()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(_handler);
        await PublishAndLeaveAsync(host, 5);
        _handler.Refuse(0, MqttReasonCode.QuotaExceeded);
        using RawClient again = await BackAsync(host, 5);
        await again.SendAsync(Wire.Publish(5, "t", "m", 1, 7, dup: true));
        await Eventually.TrueAsync(() => _handler.Count == 2, "it is handed over again");
        _handler.Release(1);
        await again.ExpectAsync("40 02 00 07");
    }

    [Fact]
    public async Task Once_acknowledged_the_identifier_may_be_another_message_s()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(_handler);
        using (RawClient first = await Wire.ConnectAsync(host, 5, "p", isClean: false))
        {
            await first.SendAsync(Wire.Publish(5, "t", "m", 1, 7));
            await Eventually.TrueAsync(() => _handler.Count == 1, "the message is with the host");
            _handler.Release(0);
            await first.ExpectAsync("40 02 00 07");
        }

        using RawClient again = await BackAsync(host, 5);
        await again.SendAsync(Wire.Publish(5, "t", "m", 1, 7, dup: true));
        await Eventually.TrueAsync(() => _handler.Count == 2, "it may be one that looks the same, and is handed over");
    }

    [Fact]
    public async Task The_acknowledgement_still_waits_for_what_is_stored_for_subscribers()
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(_handler, store: store);
        (await Wire.SubscribedAsync(host, 4, "t", 1, isClean: false)).Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 0);
        await PublishAndLeaveAsync(host, 4);
        using RawClient again = await BackAsync(host, 4);
        var commit = new TaskCompletionSource();
        store.BeforeCommit = () => commit.Task;
        await again.SendAsync(Wire.Publish(4, "t", "m", 1, 7, dup: true));
        _handler.Release(0);
        await again.ExpectNothingAsync();
        commit.SetResult();
        await again.ExpectAsync("40 02 00 07");
        Assert.Equal(["m"], store.OutboundPayloads());
    }

    private async Task PublishAndLeaveAsync(BrokerHost host, int version)
    {
        using (RawClient first = await Wire.ConnectAsync(host, version, "p", isClean: false))
        {
            await first.SendAsync(Wire.Publish(version, "t", "m", 1, 7));
            await Eventually.TrueAsync(() => _handler.Count == 1, "the message is with the host");
        }

        await host.WhenAsync(BrokerFigure.Connections, 0);
    }

    private static Task<RawClient> BackAsync(BrokerHost host, int version) =>
        Wire.ConnectAsync(host, version, "p", isClean: false, isPresent: true);
}
