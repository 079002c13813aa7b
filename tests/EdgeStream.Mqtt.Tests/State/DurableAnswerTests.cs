namespace EdgeStream.Mqtt.Tests;

/// <summary>An acknowledgement also promises what the broker itself keeps over a restart.</summary>
public class DurableAnswerTests
{
    [Theory]
    [InlineData(4, 1)]
    [InlineData(5, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    public async Task A_publish_is_acknowledged_when_it_is_stored_for_a_session_that_is_away(int version, int qos)
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        (await Wire.SubscribedAsync(host, version, "t", 2, isClean: false)).Dispose();
        await host.WhenAsync(BrokerFigure.Connections, 0);
        await host.Broker.Journal.FlushAsync();
        using RawClient publisher = await Wire.ConnectAsync(host, version);
        var commit = new TaskCompletionSource();
        store.BeforeCommit = () => commit.Task;
        await publisher.SendAsync(Wire.Publish(version, "t", "m", qos, 7));
        await publisher.ExpectNothingAsync();
        Assert.DoesNotContain("outbound/0000000000000001/s", store.Keys);
        commit.SetResult();
        await publisher.ExpectAsync(qos == 1 ? "40 02 00 07" : "50 02 00 07");
        Assert.Contains("outbound/0000000000000001/s", store.Keys);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_retained_publish_and_its_removal_are_acknowledged_when_they_are_stored(int version)
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using RawClient publisher = await Wire.ConnectAsync(host, version);
        var commit = new TaskCompletionSource();
        store.BeforeCommit = () => commit.Task;
        await publisher.SendAsync(Wire.Publish(version, "t", "m", 1, 7, retain: true));
        await publisher.ExpectNothingAsync();
        commit.SetResult();
        await publisher.ExpectAsync("40 02 00 07");
        Assert.Equal(["retained/t"], store.Keys);
        commit = new TaskCompletionSource();
        await publisher.SendAsync(Wire.Publish(version, "t", "", 1, 8, retain: true));
        await publisher.ExpectNothingAsync();
        commit.SetResult();
        await publisher.ExpectAsync("40 02 00 08");
        Assert.Empty(store.Keys);
    }

    [Fact]
    public async Task Many_publishers_that_wait_share_one_commit()
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        var commit = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        store.BeforeCommit = () =>
        {
            begun.TrySetResult();
            return commit.Task;
        };
        var publishers = new List<RawClient>();
        for (int i = 0; i < 20; i++)
        {
            RawClient publisher = await host.Connect311Async($"p{i}");
            publishers.Add(publisher);
            await publisher.SendAsync(
                RawClient.Publish($"t/{i}", "1", 1, 1, retain: true),
                RawClient.Publish($"u/{i}", "2", 1, 2, retain: true));
            await publisher.ExpectNothingAsync();
            await begun.Task;
        }

        commit.SetResult();
        foreach (RawClient publisher in publishers)
        {
            await publisher.ExpectAsync("40 02 00 01 40 02 00 02");
            publisher.Dispose();
        }

        Assert.Equal(40, store.Keys.Count);
        Assert.Equal(2, store.Commits);
    }

    [Fact]
    public async Task What_waits_for_nothing_is_acknowledged_behind_what_does()
    {
        var store = new MemoryStateStore();
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler, store: store);
        using RawClient watcher = await Wire.SubscribedAsync(host, 4, "#", 0, "watcher");
        using RawClient publisher = await host.Connect311Async("c");
        var commit = new TaskCompletionSource();
        store.BeforeCommit = () => commit.Task;
        await publisher.SendAsync(
            RawClient.Publish("t", "1", 1, 1, retain: true), RawClient.Publish("u", "2", 1, 2));

        // Those who are connected don't wait with the publisher.
        await watcher.ExpectAsync(RawClient.Publish("t", "1") + RawClient.Publish("u", "2"));
        await publisher.ExpectNothingAsync();
        commit.SetResult();
        await publisher.ExpectAsync("40 02 00 01 40 02 00 02");
        await publisher.SendAsync(RawClient.Publish("u", "3", 1, 3));
        await publisher.ExpectAsync("40 02 00 03");
        Assert.Equal(3, handler.Received.Count);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task What_can_not_be_stored_is_not_acknowledged(int version)
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using RawClient publisher = await Wire.ConnectAsync(host, version);
        store.BeforeCommit = () => throw new IOException("The disk is full.");
        await publisher.SendAsync(Wire.Publish(version, "t", "m", 1, 7, retain: true));
        if (version == 4)
        {
            await publisher.ExpectClosedAsync();
            return;
        }

        await publisher.ExpectAsync("40 03 00 07 80");
        store.BeforeCommit = static () => Task.CompletedTask;
        await publisher.SendAsync(Wire.Publish(version, "t", "m", 1, 8, retain: true));
        await publisher.ExpectAsync("40 02 00 08");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_kept_session_s_pubrel_goes_out_when_its_pubrec_is_stored(int version)
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using RawClient client = await Wire.SubscribedAsync(host, version, "t", 2, isClean: false);
        await host.PublishAsync("t", "m", 2);
        await client.ExpectAsync(Wire.Publish(version, "t", "m", 2, 1));
        var commit = new TaskCompletionSource();
        store.BeforeCommit = () => commit.Task;
        await client.SendAsync("50 02 00 01");
        await client.ExpectNothingAsync();
        commit.SetResult();
        await client.ExpectAsync("62 02 00 01");
        await client.SendAsync("70 02 00 01");
        await client.ExpectNothingAsync();
        await host.Broker.Journal.FlushAsync();
        Assert.Equal(["session/s"], store.Keys);
    }
}
