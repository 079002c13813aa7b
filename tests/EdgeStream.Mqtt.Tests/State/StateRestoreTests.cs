namespace EdgeStream.Mqtt.Tests;

/// <summary>Sessions and retained messages over a restart of the broker, with a store that a test controls.</summary>
public class StateRestoreTests
{
    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-4", "MQTT-4.4.0-1")]
    public async Task Retained_messages_and_a_session_with_its_messages_are_there_after_a_restart()
    {
        var store = new MemoryStateStore();
        await using (BrokerHost host = await BrokerHost.StartAsync(store: store))
        {
            host.Broker.Publish("r", "kept"u8, MqttQos.AtLeastOnce, retain: true);
            host.Broker.Publish("gone", "1"u8, retain: true);
            using RawClient client = await host.Connect311Async("s", isClean: false);
            await client.SendAsync(RawClient.Subscribe("t", 2));
            await client.ExpectAsync("90 03 00 01 02");
            host.Broker.Publish("t", "1"u8, MqttQos.AtLeastOnce);
            host.Broker.Publish("t", "2"u8, MqttQos.ExactlyOnce);
            await client.ExpectAsync(RawClient.Publish("t", "1", 1, 1) + RawClient.Publish("t", "2", 2, 2));
            await client.SendAsync("50 02 00 02");
            await client.ExpectAsync("62 02 00 02");
            host.Broker.Publish("gone", default, retain: true);
        }

        Assert.Equal(
            ["outbound/0000000000000001/s", "outbound/0000000000000002/s", "retained/r", "session/s"], store.Keys);
        await using BrokerHost next = await BrokerHost.StartAsync(store: store);
        next.Broker.Publish("t", "3"u8, MqttQos.AtLeastOnce);
        using RawClient again = await next.Connect311Async("s", isClean: false, isPresent: true);
        await again.ExpectAsync(
            RawClient.Publish("t", "1", 1, 1, dup: true) + "62 02 00 02" + RawClient.Publish("t", "3", 1, 3));
        await again.SendAsync(RawClient.Subscribe("r", 0));
        await again.ExpectAsync("90 03 00 01 00" + RawClient.Publish("r", "kept", retain: true));
    }

    [Fact]
    public async Task A_qos_2_identifier_is_stored_before_pubrec_and_outlives_a_restart()
    {
        var store = new MemoryStateStore();
        var handler = new RecordingHandler();
        await using (BrokerHost host = await BrokerHost.StartAsync(handler, store: store))
        {
            using RawClient client = await host.Connect311Async("c", isClean: false);
            var commit = new TaskCompletionSource();
            store.BeforeCommit = () => commit.Task;
            await client.SendAsync(RawClient.Publish("t", "m", 2, 7));
            await client.ExpectNothingAsync();
            Assert.Single(handler.Received);
            commit.SetResult();
            await client.ExpectAsync("50 02 00 07");
            Assert.Contains("inbound/0007/c", store.Keys);
        }

        await using BrokerHost next = await BrokerHost.StartAsync(handler, store: store);
        using RawClient again = await next.Connect311Async("c", isClean: false, isPresent: true);
        await again.SendAsync(RawClient.Publish("t", "m", 2, 7, dup: true));
        await again.ExpectAsync("50 02 00 07");
        Assert.Single(handler.Received);
        await again.SendAsync("62 02 00 07");
        await again.ExpectAsync("70 02 00 07");
        Assert.DoesNotContain("inbound/0007/c", store.Keys);
    }

    [Fact]
    public async Task Qos_1_ingest_of_a_clean_session_never_touches_the_store()
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync([.. Enumerable.Range(1, 20).Select(i => RawClient.Publish("t", "m", 1, i))]);
        await client.ExpectAsync(string.Concat(Enumerable.Range(1, 20).Select(i => $"40 02 {i:X4}")));
        host.Advance(2);
        await host.Broker.Journal.FlushAsync();
        Assert.Equal(0, store.Commits);
    }

    [Fact]
    public async Task What_is_delivered_before_the_next_commit_is_never_written()
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using RawClient client = await host.Connect311Async("s", isClean: false);
        await client.SendAsync(RawClient.Subscribe("t", 1));
        await client.ExpectAsync("90 03 00 01 01");
        int commits = store.Commits;
        host.Broker.Publish("t", "1"u8, MqttQos.AtLeastOnce);
        await client.ExpectAsync(RawClient.Publish("t", "1", 1, 1));
        await client.SendAsync("40 02 00 01");
        await client.ExpectNothingAsync();
        host.Advance(2);
        await host.Broker.Journal.FlushAsync();
        Assert.Equal(commits, store.Commits);
    }

    [Fact]
    public async Task A_failed_commit_is_tried_again()
    {
        var store = new MemoryStateStore { BeforeCommit = () => throw new IOException("The disk is full.") };
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        host.Broker.Publish("r", "kept"u8, retain: true);
        await Assert.ThrowsAsync<IOException>(host.Broker.Journal.FlushAsync);
        store.BeforeCommit = static () => Task.CompletedTask;
        await Eventually.TrueAsync(
            () =>
            {
                host.Advance(1);
                return store.Keys.Contains("retained/r");
            },
            "a later tick stores it");
    }

    [Fact]
    public async Task A_session_that_ends_leaves_nothing_behind()
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using (RawClient client = await host.Connect311Async("s", isClean: false))
        {
            await client.SendAsync(RawClient.Subscribe("t", 1), RawClient.Publish("u", "m", 2, 7));
            await client.ExpectAsync("90 03 00 01 01 50 02 00 07");
            host.Broker.Publish("t", "1"u8, MqttQos.AtLeastOnce);
        }

        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the client is gone");
        await host.Broker.Journal.FlushAsync();
        Assert.Equal(3, store.Keys.Count);
        using RawClient clean = await host.Connect311Async("s");
        await host.Broker.Journal.FlushAsync();
        Assert.Empty(store.Keys);
    }

    [Fact]
    public async Task A_session_that_is_no_longer_to_be_kept_leaves_no_qos_2_identifier_behind()
    {
        var store = new MemoryStateStore();
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        using RawClient client = await host.Connect500Async("s", properties: "11 00 00 0E 10");
        await client.SendAsync(RawClient.Publish5("u", "m", 2, 7));
        await client.ExpectAsync("50 02 00 07");
        Assert.Contains("inbound/0007/s", store.Keys);
        await client.SendAsync("E0 07 00 05 11 00 00 00 00");
        await client.ExpectClosedAsync();
        await Eventually.TrueAsync(() => host.Broker.Statistics.Sessions == 0, "the session is over");
        await host.Broker.Journal.FlushAsync();
        Assert.Empty(store.Keys);
    }

    [Fact]
    public async Task An_entry_that_can_t_be_read_costs_itself_only()
    {
        var store = new MemoryStateStore();
        store.Put("retained/ok", new MessageRecord(new() { Topic = "ok"u8.ToArray(), Payload = [1] }).Encode());
        store.Put("retained/bad", [1, 2]);
        store.Put("retained/new", [9]);
        store.Put("nonsense", [1]);
        store.Put("inbound/0001/nobody", [1]);
        await using BrokerHost host = await BrokerHost.StartAsync(store: store);
        Assert.Equal(1, host.Broker.RetainedCount);
        await host.Broker.Journal.FlushAsync();
        Assert.DoesNotContain("inbound/0001/nobody", store.Keys);
    }

    [Fact]
    public async Task A_message_whose_sending_was_not_stored_goes_out_again_under_its_identifier()
    {
        var store = new MemoryStateStore();
        var stored = new MemoryStateStore();
        await using (BrokerHost host = await BrokerHost.StartAsync(store: store))
        {
            (await Wire.SubscribedAsync(host, 4, "t", 2, isClean: false)).Dispose();
            await host.WhenAsync(BrokerFigure.Connections, 0);
            await host.PublishAsync("t", "1", 2);
            await host.PublishAsync("t", "2", 2);
            using (RawClient first = await host.Connect311Async("s", isClean: false, isPresent: true))
            {
                await first.ExpectAsync(RawClient.Publish("t", "1", 2, 1) + RawClient.Publish("t", "2", 2, 2));
                await first.SendAsync("50 02 00 01");
                await first.ExpectAsync("62 02 00 01");
                await first.SendAsync("70 02 00 01");
                await first.ExpectNothingAsync();
            }

            // What the power cut leaves: the second message, and nothing of its sending.
            await host.Broker.Journal.FlushAsync();
            foreach ((string key, ReadOnlyMemory<byte> value) in store.List())
            {
                stored.Put(key, value.ToArray());
            }

            var unsent = new OutboundMessage
            {
                Message = new ApplicationMessage { Topic = "t"u8.ToArray(), Payload = "2"u8.ToArray() },
                Qos = MqttQos.ExactlyOnce,
                Order = 2,
            };
            stored.Put("outbound/0000000000000002/s", new OutboundRecord(unsent).Encode());
        }

        await using BrokerHost next = await BrokerHost.StartAsync(store: stored);
        using RawClient again = await next.Connect311Async("s", isClean: false, isPresent: true);
        await again.ExpectAsync(RawClient.Publish("t", "2", 2, 2));
    }
}
