using System.Text;

namespace EdgeStream.Mqtt.Tests.Access;

public class RightsTests
{
    private const string Rules = """
        user pump
        topic write data/#
        topic read orders/#
        user panel
        topic read data/#
        topic deny data/secret
        topic write orders/#
        """;

    [Fact]
    public async Task A_forbidden_publish_is_refused_with_its_reason_and_reaches_nobody()
    {
        var handler = new RecordingHandler();
        await using DoorHost host = await StartAsync(handler);
        await using MqttClient pump = await host.ConnectAsync(Options("pump"));
        Assert.Equal(MqttReasonCode.NotAuthorized, await PublishAsync(pump, "orders/1"));
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(pump, "data/1"));
        Assert.Equal(["data/1 x"], handler.Received);
        Assert.Equal(1, host.Broker.Refusals.Count(MqttRefusal.Publish));
    }

    [Fact]
    public async Task To_311_a_forbidden_publish_is_acknowledged_and_dropped_and_counted() // [MQTT-3.3.5-2] of 3.1.1.
    {
        var handler = new RecordingHandler();
        await using DoorHost host = await StartAsync(handler);
        await using MqttClient pump = await host.ConnectAsync(Options("pump", MqttVersion.V311));
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(pump, "orders/1"));
        Assert.Empty(handler.Received);
        Assert.Equal(1, host.Broker.Statistics.PublishesDropped);
    }

    [Fact]
    public async Task A_subscription_to_nothing_that_may_be_received_is_refused()
    {
        await using DoorHost host = await StartAsync();
        using RawClient five = await OpenAsync(host, 5);
        await five.SendAsync(RawClient.Subscribe5("data/#", 1), RawClient.Subscribe5("orders/1", 1, packetId: 2));
        await five.ExpectAsync("90 04 0001 00 87");
        await five.ExpectAsync("90 04 0002 00 01");
        using RawClient old = await OpenAsync(host, 4);
        await old.SendAsync(RawClient.Subscribe("data/#", 1));
        await old.ExpectAsync("90 03 0001 80");
    }

    [Fact]
    public async Task A_subscription_wider_than_the_right_gets_what_may_be_received_and_no_more()
    {
        await using DoorHost host = await StartAsync();
        var received = new List<string>();
        var last = new TaskCompletionSource();
        await using MqttClient panel = await host.ConnectAsync(Options("panel", received: message =>
        {
            received.Add(message.Topic);
            if (message.Topic == "data/last")
            {
                last.TrySetResult();
            }
        }));
        host.Broker.Publish("data/secret", "kept"u8, retain: true);
        await panel.SubscribeAsync("#", MqttQos.AtLeastOnce);
        await Eventually.TrueAsync(
            () => host.Broker.Refusals.Count(MqttRefusal.Receive) == 1, "the retained message was looked at");
        foreach (string topic in new[] { "data/a", "data/secret", "orders/1", "other", "data/last" })
        {
            host.Broker.Publish(topic, "x"u8, MqttQos.AtLeastOnce);
        }

        await last.Task.WaitAsync(EdgeStream.Testing.Poll.DefaultDeadline);
        Assert.Equal(["data/a", "data/last"], received);
        Assert.Equal(4, host.Broker.Refusals.Count(MqttRefusal.Receive));
    }

    [Fact]
    public async Task A_shared_message_goes_to_a_member_that_may_receive_it()
    {
        await using DoorHost host = await StartAsync();
        var received = new List<string>();
        var last = new TaskCompletionSource();
        await using MqttClient pump = await host.ConnectAsync(
            Options("pump", received: _ => received.Add("forbidden")));
        await using MqttClient panel = await host.ConnectAsync(Options("panel", received: message =>
        {
            received.Add(message.Topic);
            if (message.Topic == "data/last")
            {
                last.TrySetResult();
            }
        }));
        await pump.SubscribeAsync("$share/g/#", MqttQos.AtLeastOnce);
        await panel.SubscribeAsync("$share/g/#", MqttQos.AtLeastOnce);
        foreach (string topic in new[] { "data/a", "data/b", "data/secret", "data/last" })
        {
            host.Broker.Publish(topic, "x"u8, MqttQos.AtLeastOnce);
        }

        await last.Task.WaitAsync(EdgeStream.Testing.Poll.DefaultDeadline);
        Assert.Equal(["data/a", "data/b", "data/last"], received);
    }

    [Fact]
    public async Task What_waits_for_a_client_is_judged_again_when_it_comes_back()
    {
        var authenticator = new MqttPasswordAuthenticator(Users, MosquittoAccessFile.Parse(Rules, []));
        await using DoorHost host = await DoorHost.StartAsync(authenticator: _ => authenticator);
        var kept = new MqttClientOptions
        {
            ClientId = "display", UserName = "panel", Password = "panel", SessionExpirySeconds = 600,
        };
        await using (MqttClient panel = await host.ConnectAsync(kept))
        {
            await panel.SubscribeAsync("data/#", MqttQos.AtLeastOnce);
        }

        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the client left");
        host.Broker.Publish("data/a", "x"u8, MqttQos.AtLeastOnce);
        host.Broker.Publish("data/b", "x"u8, MqttQos.AtLeastOnce);
        authenticator.Rules = MosquittoAccessFile.Parse("user panel\ntopic read data/b\n", []);
        var received = new TaskCompletionSource<string>();
        await using MqttClient again = await host.ConnectAsync(new MqttClientOptions
        {
            ClientId = "display",
            UserName = "panel",
            Password = "panel",
            CleanStart = false,
            TakesUnknownSession = true,
            SessionExpirySeconds = 600,
            Received = message =>
            {
                received.TrySetResult(message.Topic);
                return ValueTask.CompletedTask;
            },
        });
        Assert.True(again.IsSessionPresent);
        Assert.Equal("data/b", await received.Task.WaitAsync(EdgeStream.Testing.Poll.DefaultDeadline));
    }

    [Fact]
    public async Task A_will_on_a_forbidden_topic_is_refused_with_its_connection()
    {
        await using DoorHost host = await StartAsync();
        Assert.Equal(MqttReasonCode.NotAuthorized, await host.RefusalAsync(new MqttClientOptions
        {
            UserName = "pump", Password = "pump", Will = new MqttWill { Topic = "orders/1" },
        }));
        Assert.Equal(1, host.Broker.Refusals.Count(MqttRefusal.Will));
    }

    [Fact]
    public async Task A_will_whose_right_was_taken_meanwhile_is_not_published()
    {
        var handler = new RecordingHandler();
        var authenticator = new MqttPasswordAuthenticator(Users, MosquittoAccessFile.Parse(Rules, []));
        await using DoorHost host = await DoorHost.StartAsync(authenticator: _ => authenticator, handler: handler);
        using (RawClient pump = await host.OpenAsync())
        {
            await pump.SendAsync(RawClient.Packet(
                0x10, "00 04 'MQTT' 04 C6 0000 00 01 'c' 00 06 'data/w' 00 01 'x' 00 04 'pump' 00 04 'pump'"));
            await pump.ExpectAsync(RawClient.ConnackV311);
            authenticator.Rules = MosquittoAccessFile.Parse("user pump\ntopic write other\n", []);
        }

        await Eventually.TrueAsync(
            () => host.Broker.Refusals.Count(MqttRefusal.Will) == 1, "the will is refused");
        Assert.Empty(handler.Received);
    }

    private static MqttUserList Users { get; } = DoorHost.Users("pump:pump", "panel:panel");

    private static Task<DoorHost> StartAsync(IMqttPublishHandler? handler = null) => DoorHost.StartAsync(
        authenticator: time => new MqttPasswordAuthenticator(Users, MosquittoAccessFile.Parse(Rules, []), time),
        handler: handler);

    private static MqttClientOptions Options(
        string user, MqttVersion version = MqttVersion.V500, Action<MqttReceivedMessage>? received = null) => new()
    {
        UserName = user,
        Password = user,
        Version = version,
        Received = message =>
        {
            received?.Invoke(message);
            return ValueTask.CompletedTask;
        },
    };

    private static async Task<RawClient> OpenAsync(DoorHost host, int level)
    {
        RawClient client = await host.OpenAsync();
        string properties = level == 5 ? "00" : "";
        await client.SendAsync(RawClient.Packet(
            0x10, $"00 04 'MQTT' {level:X2} C2 0000 {properties} 00 00 00 04 'pump' 00 04 'pump'"));
        if (level == 5)
        {
            await client.ExpectConnack5Async();
        }
        else
        {
            await client.ExpectAsync(RawClient.ConnackV311);
        }

        return client;
    }

    private static Task<MqttReasonCode> PublishAsync(MqttClient client, string topic) =>
        client.PublishAsync(new MqttMessage
        {
            Topic = topic, Payload = Encoding.UTF8.GetBytes("x"), Qos = MqttQos.AtLeastOnce,
        });
}
