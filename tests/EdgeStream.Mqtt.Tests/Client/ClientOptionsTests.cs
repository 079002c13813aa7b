using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>What a client may say and ask for beyond topics and payloads, byte for byte.</summary>
public class ClientOptionsTests
{
    [Fact]
    public async Task Connect_carries_what_the_options_say()
    {
        using var script = new ScriptedServer();
        Task<MqttClient> connecting = MqttClient.ConnectAsync("127.0.0.1", script.Port, new MqttClientOptions
        {
            ClientId = "c",
            KeepAliveSeconds = 0,
            ReceiveMaximum = 5,
            PacketSizeBytesMax = 1000,
            WantsResponseInformation = true,
            WantsProblemInformation = false,
            UserProperties = [new("k", "v")],
            Will = new MqttWill
            {
                Topic = "w",
                Payload = "x"u8.ToArray(),
                IsText = true,
                ContentType = "ct",
                ResponseTopic = "r",
                CorrelationData = new byte[] { 1 },
                UserProperties = [new("a", "b")],
            },
        });
        using RawClient server = await script.AcceptAsync();
        string properties =
            "11 00000000 21 0005 27 000003E8 22 0000 19 01 17 00 26 0001'k' 0001'v'";
        string will = "18 00000000 01 01 03 0002'ct' 08 0001'r' 09 0001 01 26 0001'a' 0001'b'";
        await server.ExpectAsync(RawClient.Packet(
            0x10,
            $"0004'MQTT'05 06 0000 {Hex.Bytes(properties).Length:X2} {properties} 0001'c' "
            + $"{Hex.Bytes(will).Length:X2} {will} 0001'w' 0001'x'"));
        await server.SendAsync("20 0B 00 00 08 1A 0005 're/c/'");
        await using MqttClient client = await connecting;
        Assert.Equal("re/c/", client.ResponseInformation);
    }

    [Fact]
    public async Task A_request_carries_what_its_answer_needs()
    {
        await using BrokerHost host = await BrokerHost.StartAsync(
            options: new MqttBrokerOptions { ResponseInformation = "replies/%c/" });
        var answers = new TaskCompletionSource<MqttReceivedMessage>();
        await using MqttClient asker = await host.ConnectAsync(new MqttClientOptions
        {
            ClientId = "asker",
            WantsResponseInformation = true,
            Received = message =>
            {
                answers.TrySetResult(message);
                return default;
            },
        });
        string replies = asker.ResponseInformation!;
        Assert.Equal("replies/asker/", replies);
        await asker.SubscribeAsync(replies + "#");
        MqttClient? self = null;
        await using MqttClient answerer = await host.ConnectAsync(new MqttClientOptions
        {
            Received = async message => await self!.PublishAsync(new MqttMessage
            {
                Topic = message.ResponseTopic,
                Payload = "42"u8.ToArray(),
                IsText = true,
                CorrelationData = message.CorrelationData,
            }),
        });
        self = answerer;
        await answerer.SubscribeAsync("question");
        await asker.PublishAsync(new MqttMessage
        {
            Topic = "question",
            ResponseTopic = replies + "1",
            CorrelationData = "7"u8.ToArray(),
        });
        MqttReceivedMessage answer = await answers.Task.WaitAsync(EdgeStream.Testing.Poll.DefaultDeadline);
        Assert.Equal(("42", "7"), (Encoding.UTF8.GetString(answer.Payload.Span),
            Encoding.UTF8.GetString(answer.CorrelationData.Span)));
        Assert.True(answer.IsText);
        Assert.Equal(replies + "1", answer.Topic);
    }

    [Fact]
    public async Task Subscriptions_are_told_by_their_identifiers()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        var arrived = new TaskCompletionSource<MqttReceivedMessage>();
        await using MqttClient client = await host.ConnectAsync(new MqttClientOptions
        {
            Received = message =>
            {
                arrived.TrySetResult(message);
                return default;
            },
        });
        Assert.Equal(
            [MqttReasonCode.GrantedQos1, MqttReasonCode.Success],
            await client.SubscribeAsync(
                [new("a/+", MqttQos.AtLeastOnce), new("b", MqttQos.AtMostOnce)], 7, [new("k", "v")]));
        await client.SubscribeAsync([new MqttTopicSubscription("a/#", MqttQos.AtMostOnce)], 268_435_455);
        await client.PublishAsync("a/x", "1"u8.ToArray());
        MqttReceivedMessage message = await arrived.Task.WaitAsync(EdgeStream.Testing.Poll.DefaultDeadline);
        Assert.Equal([7u, 268_435_455u], message.SubscriptionIdentifiers.Order());
        Assert.Equal(MqttReasonCode.Success, await client.UnsubscribeAsync("b", [new("k", "v")]));
    }

    [Fact]
    public async Task Subscribe_and_goodbye_go_out_with_their_properties()
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(
            new MqttClientOptions { ClientId = "c", SessionExpirySeconds = 10 });
        await using MqttClient own = client;
        var options = new MqttTopicSubscription("t", MqttQos.AtLeastOnce)
        {
            NoLocal = true, RetainAsPublished = true, RetainHandling = MqttRetainHandling.DoNotSend,
        };
        _ = client.SubscribeAsync([options], 300, [new("k", "v")]);
        await server.ExpectAsync("82 11 00 01 0A 0B AC 02 26 0001'k' 0001'v' 0001't' 2D");
        _ = client.UnsubscribeAsync("t", [new("k", "v")]);
        await server.ExpectAsync("A2 0D 00 02 07 26 0001'k' 0001'v' 0001't'");
        Task goodbye = client.DisconnectAsync(MqttReasonCode.DisconnectWithWill, 20, [new("k", "v")]);
        await server.ExpectAsync("E0 0E 04 0C 11 00000014 26 0001'k' 0001'v'");
        server.Dispose();
        await goodbye;
    }

    [Theory]
    [InlineData("/mqtt", MqttVersion.V311)]
    [InlineData("/mqtt", MqttVersion.V500)]
    public async Task A_client_may_come_by_web_socket(string path, MqttVersion version)
    {
        await using DoorHost host = await DoorHost.StartAsync(isWebSocket: true);
        var arrived = new TaskCompletionSource<MqttReceivedMessage>();
        await using MqttClient client = await host.ConnectAsync(new MqttClientOptions
        {
            Version = version,
            ClientId = "c",
            WebSocketPath = path,
            Received = message =>
            {
                arrived.TrySetResult(message);
                return default;
            },
        });
        await client.SubscribeAsync("t", MqttQos.ExactlyOnce);
        byte[] payload = new byte[200_000];
        Random.Shared.NextBytes(payload);
        Assert.Equal(MqttReasonCode.Success, await client.PublishAsync("t", payload, MqttQos.ExactlyOnce));
        MqttReceivedMessage message = await arrived.Task.WaitAsync(EdgeStream.Testing.Poll.DefaultDeadline);
        Assert.True(message.Payload.Span.SequenceEqual(payload));
        await client.DisconnectAsync();
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the connection is over");
    }

    [Fact]
    public async Task A_server_without_web_socket_is_named_in_the_failure()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => host.ConnectAsync(new MqttClientOptions { WebSocketPath = "/mqtt" }));
        Assert.Contains("'/mqtt'", failure.Message, StringComparison.Ordinal);
    }
}
