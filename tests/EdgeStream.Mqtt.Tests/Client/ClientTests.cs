using System.Collections.Concurrent;
using System.Text;

namespace EdgeStream.Mqtt.Tests;

public class ClientTests
{
    [Theory]
    [InlineData(MqttVersion.V311, MqttQos.AtMostOnce)]
    [InlineData(MqttVersion.V311, MqttQos.AtLeastOnce)]
    [InlineData(MqttVersion.V311, MqttQos.ExactlyOnce)]
    [InlineData(MqttVersion.V500, MqttQos.AtMostOnce)]
    [InlineData(MqttVersion.V500, MqttQos.AtLeastOnce)]
    [InlineData(MqttVersion.V500, MqttQos.ExactlyOnce)]
    public async Task Many_messages_in_flight_arrive_in_order(MqttVersion version, MqttQos qos)
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        var received = new ConcurrentQueue<string>();
        await using MqttClient subscriber = await host.ConnectAsync(new MqttClientOptions
        {
            Version = version,
            ClientId = "s",
            Received = m =>
            {
                received.Enqueue(Encoding.UTF8.GetString(m.Payload.Span));
                return default;
            },
        });
        Assert.Equal((MqttReasonCode)qos, await subscriber.SubscribeAsync("t/#", qos));
        await using MqttClient publisher =
            await host.ConnectAsync(new MqttClientOptions { Version = version, ClientId = "p" });
        MqttReasonCode[] reasons = await Task.WhenAll(
            Enumerable.Range(0, 500).Select(i => publisher.PublishAsync("t/x", Encoding.UTF8.GetBytes($"{i}"), qos)));
        Assert.All(reasons, r => Assert.Equal(MqttReasonCode.Success, r));
        await Eventually.TrueAsync(() => received.Count == 500, "all messages arrive");
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), received);
        await publisher.DisconnectAsync();
        Assert.True(publisher.Closed.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_message_of_500_carries_its_properties()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        var arrived = new TaskCompletionSource<MqttReceivedMessage>();
        await using MqttClient client = await host.ConnectAsync(new MqttClientOptions
        {
            Received = m =>
            {
                arrived.TrySetResult(m);
                return default;
            },
        });
        await client.SubscribeAsync("t");
        await client.PublishAsync(new MqttMessage
        {
            Topic = "t",
            Payload = "x"u8.ToArray(),
            ContentType = "application/json",
            UserProperties = [new("k", "v")],
            ExpirySeconds = 60,
        });
        MqttReceivedMessage message = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("application/json", message.ContentType);
        Assert.Equal([new MqttUserProperty("k", "v")], message.UserProperties);
        Assert.Equal(60u, message.ExpirySeconds);
    }

    [Fact]
    public async Task A_refused_publish_says_why_and_a_lost_connection_fails_it()
    {
        var handler = new HeldHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        await using MqttClient client = await host.ConnectAsync(new MqttClientOptions { ClientId = "c" });
        Task<MqttReasonCode> first = client.PublishAsync("t", default, MqttQos.AtLeastOnce);
        await Eventually.TrueAsync(() => handler.Count == 1, "the message is with the host");
        handler.Refuse(0, MqttReasonCode.QuotaExceeded);
        Assert.Equal(MqttReasonCode.QuotaExceeded, await first);
        Task<MqttReasonCode> second = client.PublishAsync("t", default, MqttQos.AtLeastOnce);
        await Eventually.TrueAsync(() => handler.Count == 2, "the message is with the host");
        await using MqttClient thief = await host.ConnectAsync(new MqttClientOptions { ClientId = "c" });
        await Assert.ThrowsAsync<IOException>(() => second);
        MqttProtocolException end = await Assert.ThrowsAsync<MqttProtocolException>(() => client.Closed);
        Assert.Equal(MqttReasonCode.SessionTakenOver, end.Reason);
        await Assert.ThrowsAsync<IOException>(() => client.PublishAsync("t", default, MqttQos.AtLeastOnce));
    }

    [Fact]
    public async Task An_aborted_client_s_will_is_published_and_a_disconnected_one_s_is_not()
    {
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        var will = new MqttWill { Topic = "w", Payload = "bye"u8.ToArray(), Qos = MqttQos.AtLeastOnce };
        await using MqttClient polite = await host.ConnectAsync(new MqttClientOptions { Will = will });
        await polite.DisconnectAsync();
        await using MqttClient lost = await host.ConnectAsync(new MqttClientOptions { Will = will });
        lost.Abort();
        await Eventually.TrueAsync(() => handler.Received.Count == 1, "the will is published");
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "both are gone");
        Assert.Equal(["w bye"], handler.Received);
    }

    [Fact]
    public async Task A_session_is_resumed()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        var options = new MqttClientOptions { ClientId = "s", CleanStart = false, SessionExpirySeconds = 60 };
        await using (MqttClient first = await host.ConnectAsync(options))
        {
            Assert.False(first.IsSessionPresent);
            await first.SubscribeAsync("t", MqttQos.AtLeastOnce);
            await first.DisconnectAsync();
        }

        host.Broker.Publish("t", "kept"u8, MqttQos.AtLeastOnce);
        var arrived = new TaskCompletionSource<string>();
        await using MqttClient again = await host.ConnectAsync(new MqttClientOptions
        {
            ClientId = "s",
            CleanStart = false,
            TakesUnknownSession = true,
            SessionExpirySeconds = 60,
            Received = m =>
            {
                arrived.TrySetResult(Encoding.UTF8.GetString(m.Payload.Span));
                return default;
            },
        });
        Assert.True(again.IsSessionPresent);
        Assert.Equal("kept", await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_ping_is_answered_and_a_refusal_of_the_connection_says_why()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(options: new MqttBrokerOptions { SessionsMax = 1 });
        await using MqttClient client = await host.ConnectAsync(new MqttClientOptions { ClientId = "a" });
        await client.PingAsync().WaitAsync(TimeSpan.FromSeconds(20));
        MqttProtocolException refusal = await Assert.ThrowsAsync<MqttProtocolException>(
            () => host.ConnectAsync(new MqttClientOptions { ClientId = "b" }));
        Assert.Equal(MqttReasonCode.QuotaExceeded, refusal.Reason);
        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishAsync("a/#", default));
    }
}
