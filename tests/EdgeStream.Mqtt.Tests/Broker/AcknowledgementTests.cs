namespace EdgeStream.Mqtt.Tests;

/// <summary>The point of this broker: an acknowledgement means that the host has the message safe.</summary>
public class AcknowledgementTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-4.3.2-2", "MQTT-3.3.4-1")]
    [Statements(MqttVersion.V500, "MQTT-4.3.2-4", "MQTT-3.3.4-1")]
    public async Task Puback_comes_only_when_the_message_is_safe(int version)
    {
        var handler = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await ConnectAsync(host, version);
        await client.SendAsync(Publish(version, 1, 10));
        await client.ExpectNothingAsync();
        Assert.Equal(1, handler.Count);
        handler.Release(0);
        await client.ExpectAsync("40 02 00 0A");
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-4.3.3-2")]
    public async Task Pubrec_comes_only_when_the_message_is_safe()
    {
        var handler = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Publish("t", "m", 2, 10));
        await client.ExpectNothingAsync();
        handler.Release(0);
        await client.ExpectAsync("50 02 00 0A");
        await client.SendAsync("62 02 00 0A");
        await client.ExpectAsync("70 02 00 0A");
    }

    [Fact]
    public async Task Acknowledgements_come_in_the_order_of_the_messages_whatever_is_safe_first() // [MQTT-4.6.0-2].
    {
        var handler = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(
            RawClient.Publish("t", "1", 1, 1), RawClient.Publish("t", "2", 2, 2), RawClient.Publish("t", "3", 1, 3));
        await client.ExpectNothingAsync();
        Assert.Equal(3, handler.Count);
        handler.Release(2);
        handler.Release(1);
        await client.ExpectNothingAsync();
        handler.Release(0);
        await client.ExpectAsync("40 02 00 01  50 02 00 02  40 02 00 03");
    }

    [Fact]
    public async Task One_task_may_make_many_messages_safe()
    {
        var commit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler { Decide = _ => PublishReceipt.WhenSafe(commit.Task) };
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync([.. Enumerable.Range(1, 50).Select(i => RawClient.Publish("t", $"{i}", 1, i))]);
        await client.ExpectNothingAsync();
        Assert.Equal(50, handler.Received.Count);
        commit.SetResult();
        await client.ExpectAsync(string.Concat(Enumerable.Range(1, 50).Select(i => $"40 02 {i:X4}")));
    }

    [Fact]
    public async Task The_thread_that_decides_acknowledges_nothing_itself()
    {
        const string deciding = "deciding";
        var commit = new TaskCompletionSource();
        var handler = new RecordingHandler { Decide = _ => PublishReceipt.WhenSafe(commit.Task) };
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        var connection = new MemoryConnection();
        Task serving = host.Broker.ServeAsync(connection);
        Task<long> draining = connection.DrainAsync();
        await connection.ToBroker.WriteAsync(Convert.FromHexString(
            "100D" + "00044D515454" + "04" + "02" + "003C" + "000163" + "3206" + "000174" + "000A6D"));
        await Eventually.TrueAsync(() => handler.Received.Count == 1, "the host has the message");
        int sentBefore = connection.Sent.Threads.Count;
        var thread = new Thread(commit.SetResult) { Name = deciding };
        thread.Start();
        thread.Join();
        await Eventually.TrueAsync(() => connection.Sent.Threads.Count > sentBefore, "the message is acknowledged");
        Assert.DoesNotContain(deciding, connection.Sent.Threads);
        await connection.ToBroker.CompleteAsync();
        await serving;
        await connection.EndAsync();
        Assert.Equal(8, await draining);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.4.2-1", "MQTT-3.5.2-1")]
    public async Task A_refusal_is_told_to_a_500_client_and_the_connection_goes_on()
    {
        var handler = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(
            RawClient.Publish5("t", "1", 1, 1), RawClient.Publish5("t", "2", 2, 2), RawClient.Publish5("t", "3", 1, 3));
        await client.ExpectNothingAsync();
        handler.Refuse(0, MqttReasonCode.QuotaExceeded);
        handler.Fail(1);
        handler.Release(2);
        await client.ExpectAsync("40 03 00 01 97  50 03 00 02 80  40 02 00 03");
        Assert.Equal(2, host.Broker.Statistics.PublishesRefused);
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.3.5-2", "MQTT-4.8.0-2")]
    public async Task A_refusal_closes_a_311_connection_without_an_acknowledgement()
    {
        var handler = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Publish("t", "1", 1, 1), RawClient.Publish("t", "2", 1, 2));
        await client.ExpectNothingAsync();
        handler.Release(1);
        handler.Refuse(0, MqttReasonCode.QuotaExceeded);
        await client.ExpectClosedAsync();
    }

    [Theory]
    [InlineData(MqttReasonCode.NotAuthorized)]
    [InlineData(MqttReasonCode.TopicNameInvalid)]
    [InlineData(MqttReasonCode.PayloadFormatInvalid)]
    [Statements(MqttVersion.V311, "MQTT-3.3.5-2")]
    public async Task What_is_refused_for_good_is_acknowledged_to_a_311_client_and_dropped(
        MqttReasonCode reason) // [MQTT-3.3.5-2] of 3.1.1.
    {
        var handler = new RecordingHandler
        {
            Decide = text => text.StartsWith("bad", StringComparison.Ordinal)
                ? PublishReceipt.Refused(reason)
                : PublishReceipt.Accepted,
        };
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient subscriber = await host.Connect311Async("s");
        await subscriber.SendAsync(RawClient.Subscribe("#", 0));
        await subscriber.ExpectAsync("90 03 00 01 00");
        using RawClient client = await host.Connect311Async("c", isClean: false);
        await client.SendAsync(RawClient.Publish("bad", "1", 1, 1), RawClient.Publish("bad", "2", 2, 2));
        await client.ExpectAsync("40 02 00 01 50 02 00 02");
        await client.SendAsync("62 02 00 02");
        await client.ExpectAsync("70 02 00 02");
        await client.SendAsync(RawClient.Publish("good", "3", 1, 3));
        await client.ExpectAsync("40 02 00 03");
        await subscriber.ExpectAsync(RawClient.Publish("good", "3"));
        Assert.Equal(2, host.Broker.Statistics.PublishesRefused);
        Assert.Equal(2, host.Broker.Statistics.PublishesDropped);
    }

    [Fact]
    public async Task An_exception_of_the_host_refuses_the_message()
    {
        var handler = new RecordingHandler { Decide = _ => throw new InvalidOperationException("a bug of the host") };
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect500Async("c");
        await client.SendAsync(RawClient.Publish5("t", "1", 1, 1));
        await client.ExpectAsync("40 03 00 01 80");
    }

    [Fact]
    public async Task A_deferred_message_holds_the_ones_behind_it()
    {
        var room = new TaskCompletionSource<PublishReceipt>(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler
        {
            Decide = text => text.EndsWith('1') ? PublishReceipt.Deferred(room.Task) : PublishReceipt.Accepted,
        };
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Publish("t", "1", 1, 1), RawClient.Publish("t", "2", 1, 2));
        using RawClient other = await host.Connect311Async("other");
        await other.SendAsync(RawClient.Publish("t", "3", 1, 1));
        await other.ExpectAsync("40 02 00 01");
        await Eventually.TrueAsync(() => handler.Received.Contains("t 1"), "the first message is with the host");
        Assert.DoesNotContain("t 2", handler.Received);
        room.SetResult(PublishReceipt.Accepted);
        await client.ExpectAsync("40 02 00 01 40 02 00 02");
    }

    [Fact]
    public async Task Subscribers_get_a_message_only_when_it_is_safe()
    {
        var handler = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using RawClient subscriber = await host.Connect311Async("s");
        await subscriber.SendAsync(RawClient.Subscribe("t", 0));
        await subscriber.ExpectAsync("90 03 00 01 00");
        using RawClient client = await host.Connect311Async("c");
        await client.SendAsync(RawClient.Publish("t", "1", 1, 1), RawClient.Publish("t", "2", 0));
        await client.ExpectNothingAsync();
        await subscriber.ExpectNothingAsync();
        handler.Release(1);
        await subscriber.ExpectNothingAsync();
        handler.Release(0);
        await subscriber.ExpectAsync(RawClient.Publish("t", "1") + RawClient.Publish("t", "2"));
    }

    private static Task<RawClient> ConnectAsync(BrokerHost host, int version) =>
        version == 5 ? host.Connect500Async("c") : host.Connect311Async("c");

    private static string Publish(int version, int qos, int packetId) =>
        version == 5 ? RawClient.Publish5("t", "m", qos, packetId) : RawClient.Publish("t", "m", qos, packetId);
}
