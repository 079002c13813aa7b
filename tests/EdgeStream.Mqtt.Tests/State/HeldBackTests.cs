namespace EdgeStream.Mqtt.Tests;

/// <summary>A QoS 2 message goes out to a kept session once it is stored with its identifier.</summary>
public class HeldBackTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_qos_2_message_is_stored_before_it_goes_out_and_what_is_behind_it_waits(int version)
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using RawClient client = await Wire.SubscribedAsync(host, version, "t", 2, isClean: false);
        var commit = new TaskCompletionSource();
        store.BeforeCommit = () => commit.Task;
        await host.PublishAsync("t", "0", 1);
        await client.ExpectAsync(Wire.Publish(version, "t", "0", 1, 1));
        await host.PublishAsync("t", "1", 2);
        await host.PublishAsync("t", "2", 2);
        await host.PublishAsync("t", "3", 1);
        await host.PublishAsync("t", "4", 0);
        await client.ExpectNothingAsync();
        Assert.DoesNotContain("outbound/0000000000000002/s", store.Keys);
        commit.SetResult();
        await client.ExpectAsync(
            Wire.Publish(version, "t", "1", 2, 2)
            + Wire.Publish(version, "t", "2", 2, 3)
            + Wire.Publish(version, "t", "3", 1, 4)
            + Wire.Publish(version, "t", "4"));
        Assert.Contains("outbound/0000000000000002/s", store.Keys);
        Assert.Contains("outbound/0000000000000003/s", store.Keys);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task What_was_sent_when_the_power_was_cut_comes_again_under_its_identifier(int version)
    {
        var store = new MemoryStateStore();
        MemoryStateStore left;
        await using (BrokerHost host = await BrokerHost.StartAsync(store: store))
        {
            using RawClient client = await Wire.SubscribedAsync(host, version, "t", 2, isClean: false);
            await host.PublishAsync("t", "1", 2);
            await client.ExpectAsync(Wire.Publish(version, "t", "1", 2, 1));
            left = store.Copy();
            var never = new TaskCompletionSource();
            store.BeforeCommit = () => never.Task;
            await host.PublishAsync("t", "2", 2);
            await client.ExpectNothingAsync();
            never.SetResult();
        }

        await using BrokerHost next = await BrokerHost.StartAsync(store: left);
        using RawClient again = await Wire.ConnectAsync(next, version, "s", isClean: false, isPresent: true);
        await again.ExpectAsync(Wire.Publish(version, "t", "1", 2, 1, dup: true));
        await next.PublishAsync("t", "3", 2);
        await again.ExpectAsync(Wire.Publish(version, "t", "3", 2, 2));
    }

    [Fact]
    public async Task What_waits_for_the_window_is_stored_with_its_identifier_when_it_comes_in()
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using RawClient client = await host.Connect500Async("s", properties: "11 00 00 0E 10 21 00 01");
        await client.SendAsync(RawClient.Subscribe5("t", 2));
        await client.ExpectAsync("90 04 00 01 00 02");
        await host.PublishAsync("t", "1", 2);
        await host.PublishAsync("t", "2", 2);
        await client.ExpectAsync(RawClient.Publish5("t", "1", 2, 1));
        await client.SendAsync("50 02 00 01");
        await client.ExpectAsync("62 02 00 01");
        var commit = new TaskCompletionSource();
        store.BeforeCommit = () => commit.Task;
        await client.SendAsync("70 02 00 01");
        await client.ExpectNothingAsync();

        // Not sent yet: what claims to acknowledge it knows nothing of it.
        await client.SendAsync("50 02 00 02");
        await client.ExpectAsync("62 03 00 02 92");
        commit.SetResult();
        await client.ExpectAsync(RawClient.Publish5("t", "2", 2, 2));
    }

    [Fact]
    public async Task What_was_held_back_when_the_connection_ended_comes_for_the_first_time_on_the_next()
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        var commit = new TaskCompletionSource();
        using (RawClient client = await Wire.SubscribedAsync(host, 5, "t", 2, isClean: false))
        {
            store.BeforeCommit = () => commit.Task;
            await host.PublishAsync("t", "1", 2);
            await client.ExpectNothingAsync();
        }

        await host.WhenAsync(BrokerFigure.Connections, 0);
        using RawClient again = await host.OpenAsync();
        await again.SendAsync(Wire.Connect(5, "s", isClean: false));
        commit.SetResult();
        await again.ExpectConnack5Async(isPresent: true);
        await again.ExpectAsync(RawClient.Publish5("t", "1", 2, 1));
    }

    [Fact]
    public async Task What_the_store_refuses_goes_out_as_nothing_is_gained_by_holding_it()
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using RawClient client = await Wire.SubscribedAsync(host, 5, "t", 2, isClean: false);
        store.BeforeCommit = static () => throw new IOException("The disk is full.");
        await host.PublishAsync("t", "1", 2);
        await client.ExpectAsync(RawClient.Publish5("t", "1", 2, 1));
    }

    [Fact]
    public async Task What_a_client_may_no_longer_get_is_not_sent_once_it_is_stored()
    {
        var queue = new OutboundQueue("c", TestLimits.Create());
        queue.Resume(10);
        Assert.True(queue.TryEnqueue(Message("1"), isRetainedReplay: false, isConnected: true));
        queue.RemoveWaitingWhere(static _ => true, TestLimits.Create());
        Assert.Equal(0, queue.Count);

        var store = new MemoryStateStore();
        var never = new TaskCompletionSource();
        store.BeforeCommit = () => never.Task;
        SessionLimits limits = TestLimits.Create() with
        {
            Journal = new StateJournal(store, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance),
        };
        var kept = new OutboundQueue("c", limits) { IsPersistent = true };
        kept.Resume(10);
        Assert.True(kept.TryEnqueue(Message("1"), isRetainedReplay: false, isConnected: true));
        Assert.True(kept.TryEnqueue(Message("2"), isRetainedReplay: false, isConnected: true));
        kept.RemoveWaitingWhere(static m => m.Message.Topic[0] == '1', limits);
        Assert.Equal(1, kept.Count);
        never.SetResult();
        await limits.Journal.FlushAsync();
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        int budgetBytes = 1000;
        Assert.False(kept.Fill(output, new DeliveryTerms(MqttVersion.V311, 10, 0, null), ref budgetBytes));
        Assert.Equal(Hex.Of(Hex.Bytes("34 05 00 01 '2' 00 02")), Hex.Of(output.WrittenSpan));
    }

    private static OutboundMessage Message(string topic) => new()
    {
        Message = new ApplicationMessage
        {
            Topic = System.Text.Encoding.UTF8.GetBytes(topic),
            Payload = [],
            Qos = MqttQos.ExactlyOnce,
        },
        Qos = MqttQos.ExactlyOnce,
    };
}
