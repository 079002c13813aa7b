using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A client's host decides when a message is safe; only then is it acknowledged.</summary>
public class ManualAcknowledgementTests
{
    [Fact]
    public async Task Acknowledgements_leave_in_the_order_of_arrival_whatever_the_order_of_decisions()
    {
        using var script = new ScriptedServer();
        var handler = new HeldHandler();
        var (client, server) = await script.ConnectAsync(Options(handler, null));
        await using MqttClient own = client;
        await server.SendAsync(
            RawClient.Publish5("t", "a", 1, 10),
            RawClient.Publish5("t", "b", 2, 11),
            RawClient.Publish5("t", "c", 1, 12));
        await Eventually.TrueAsync(() => handler.Count == 3, "all three are with the host");
        handler.Release(2);
        handler.Release(1);
        Assert.Equal(3, client.UnacknowledgedMessages);
        handler.Release(0);
        await server.ExpectAsync("40 02 000A 50 02 000B 40 02 000C");
        await server.SendAsync("62 02 000B");
        await server.ExpectAsync("70 02 000B");
    }

    [Fact]
    public async Task A_message_that_comes_again_while_the_host_has_it_is_handed_over_once_and_acknowledged()
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var handler = new HeldHandler();
        var (first, server) = await script.ConnectAsync(Options(handler, session));
        await server.SendAsync(RawClient.Publish5("t", "a", 1, 10), RawClient.Publish5("t", "b", 1, 11));
        await Eventually.TrueAsync(() => handler.Count == 2, "both are with the host");
        server.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => first.Closed);
        await first.DisposeAsync();
        handler.Release(0);

        var (second, again) = await script.ConnectAsync(Options(handler, session), ScriptedServer.Connack5Present);
        await using MqttClient own = second;
        await again.SendAsync(
            RawClient.Publish5("t", "a", 1, 10, dup: true), RawClient.Publish5("t", "b", 1, 11, dup: true));
        await again.ExpectAsync("40 02 000A");
        handler.Release(1);
        await again.ExpectAsync("40 02 000B");
        Assert.Equal(2, handler.Count);
        Assert.Equal(2, session.Counters.Repeated);
        Assert.Equal(4, session.Counters.Received);
        Assert.Equal(2, session.Counters.Acknowledged);
    }

    [Theory]
    [InlineData(false, "a", true)]
    [InlineData(true, "other", true)]
    [InlineData(true, "a", false)]
    public async Task What_may_be_another_message_under_the_same_identifier_is_handed_over(
        bool isPresent, string payload, bool isDuplicate)
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var handler = new HeldHandler();
        var (first, server) = await script.ConnectAsync(Options(handler, session));
        await server.SendAsync(RawClient.Publish5("t", "a", 1, 10));
        await Eventually.TrueAsync(() => handler.Count == 1, "it is with the host");
        server.Dispose();
        await first.DisposeAsync();

        var (second, again) = await script.ConnectAsync(
            Options(handler, session), isPresent ? ScriptedServer.Connack5Present : ScriptedServer.Connack5);
        await using MqttClient own = second;
        await again.SendAsync(RawClient.Publish5("t", payload, 1, 10, dup: isDuplicate));
        await Eventually.TrueAsync(() => handler.Count == 2, "it is handed over as another message");

        // The decision on the first one says nothing about the second: nothing goes out for it.
        handler.Release(0);
        Assert.Equal(1, second.UnacknowledgedMessages);
        handler.Release(1);
        await again.ExpectAsync("40 02 000A");
    }

    [Fact]
    public async Task A_message_whose_acknowledgement_went_out_is_handed_over_again_when_it_comes_again()
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var handler = new RecordingHandler();
        var (first, server) = await script.ConnectAsync(Options(handler, session));
        await server.SendAsync(RawClient.Publish5("t", "a", 1, 10));
        await server.ExpectAsync("40 02 000A");
        server.Dispose();
        await first.DisposeAsync();
        var (second, again) = await script.ConnectAsync(Options(handler, session), ScriptedServer.Connack5Present);
        await using MqttClient own = second;
        await again.SendAsync(RawClient.Publish5("t", "a", 1, 10, dup: true));
        await again.ExpectAsync("40 02 000A");
        Assert.Equal(["t a", "t a"], handler.Received);
    }

    [Fact]
    public async Task A_message_of_QoS_2_is_handed_over_once_over_any_number_of_connections()
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var handler = new RecordingHandler();
        var (first, server) = await script.ConnectAsync(Options(handler, session));
        await server.SendAsync(RawClient.Publish5("t", "a", 2, 10));
        await server.ExpectAsync("50 02 000A");
        server.Dispose();
        await first.DisposeAsync();
        var (second, again) = await script.ConnectAsync(Options(handler, session), ScriptedServer.Connack5Present);
        await using MqttClient own = second;
        await again.SendAsync(RawClient.Publish5("t", "a", 2, 10, dup: true));
        await again.ExpectAsync("50 02 000A");
        await again.SendAsync("62 02 000A");
        await again.ExpectAsync("70 02 000A");
        Assert.Equal(["t a"], handler.Received);
        await again.SendAsync(RawClient.Publish5("t", "b", 2, 10));
        await again.ExpectAsync("50 02 000A");
        Assert.Equal(["t a", "t b"], handler.Received);
    }

    [Fact]
    public async Task A_message_that_the_host_can_not_take_now_ends_the_connection_unacknowledged_and_comes_again()
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var handler = new HeldHandler();
        var (first, server) = await script.ConnectAsync(Options(handler, session));
        await server.SendAsync(RawClient.Publish5("t", "a", 1, 10), RawClient.Publish5("t", "b", 1, 11));
        await Eventually.TrueAsync(() => handler.Count == 2, "both are with the host");
        handler.Release(1);
        handler.Fail(0);
        await server.ExpectClosedAsync();
        IOException why = await Assert.ThrowsAsync<IOException>(() => first.Closed);
        Assert.Contains("could not take", why.Message, StringComparison.Ordinal);
        await first.DisposeAsync();

        var (second, again) = await script.ConnectAsync(Options(handler, session), ScriptedServer.Connack5Present);
        await using MqttClient own = second;
        await again.SendAsync(
            RawClient.Publish5("t", "a", 1, 10, dup: true), RawClient.Publish5("t", "b", 1, 11, dup: true));
        await Eventually.TrueAsync(() => handler.Count == 3, "only the one that failed is handed over again");
        handler.Release(2);
        await again.ExpectAsync("40 02 000A 40 02 000B");
        Assert.Equal(3, handler.Count);
    }

    [Fact]
    public async Task A_message_that_is_refused_for_good_is_acknowledged_with_the_reason()
    {
        using var script = new ScriptedServer();
        var handler = new HeldHandler();
        var (client, server) = await script.ConnectAsync(Options(handler, null));
        await using MqttClient own = client;
        await server.SendAsync(RawClient.Publish5("t", "a", 1, 10));
        await Eventually.TrueAsync(() => handler.Count == 1, "it is with the host");
        handler.Refuse(0, MqttReasonCode.PayloadFormatInvalid);
        await server.ExpectAsync("40 03 000A 99");
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task A_server_that_sends_more_than_the_receive_maximum_is_not_read_until_there_is_room(
        MqttVersion version)
    {
        using var script = new ScriptedServer();
        var handler = new HeldHandler();
        bool isV5 = version == MqttVersion.V500;
        var (client, server) = await script.ConnectAsync(
            new MqttClientOptions { ClientId = "c", Version = version, ReceiveMaximum = 2, Handler = handler },
            isV5 ? ScriptedServer.Connack5 : RawClient.ConnackV311);
        await using MqttClient own = client;
        for (int id = 1; id <= 3; id++)
        {
            await server.SendAsync(
                isV5 ? RawClient.Publish5("t", "x", 1, id) : RawClient.Publish("t", "x", 1, id));
        }

        await Eventually.TrueAsync(() => client.UnacknowledgedMessages == 2, "the window is full");
        Assert.Equal(2, handler.Count);
        handler.Release(0);
        await server.ExpectAsync("40 02 0001");
        await Eventually.TrueAsync(() => handler.Count == 3, "the next is read");
    }

    [Fact]
    public async Task While_the_host_has_no_room_the_server_is_not_read_but_hears_from_the_client()
    {
        using var script = new ScriptedServer();
        var time = new ManualTimeProvider();
        var room = new TaskCompletionSource<PublishReceipt>();
        var handler = new RecordingHandler { Decide = _ => PublishReceipt.Deferred(room.Task) };
        var (client, server) = await script.ConnectAsync(new MqttClientOptions
        {
            ClientId = "c",
            Version = MqttVersion.V311,
            KeepAliveSeconds = 10,
            Handler = handler,
            Time = time,
        }, RawClient.ConnackV311);
        await using MqttClient own = client;
        await server.SendAsync(RawClient.Publish("t", "a", 1, 1), RawClient.Publish("t", "b", 1, 2));
        await Eventually.TrueAsync(() => handler.Received.Count == 1, "the first is offered");

        // The client may not have begun to wait by the clock yet.
        Task ping = server.ExpectAsync("C0 00");
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(ping.IsCompleted ? TimeSpan.Zero : TimeSpan.FromSeconds(0.1));
                return ping.IsCompleted;
            },
            "the first ping");
        await ping;
        for (int i = 0; i < 9; i++)
        {
            time.Advance(TimeSpan.FromSeconds(6));
            await server.ExpectAsync("C0 00");
        }

        Assert.Single(handler.Received);
        handler.Decide = static _ => PublishReceipt.Accepted;
        room.SetResult(PublishReceipt.Accepted);
        await server.ExpectAsync("40 02 0001 40 02 0002");
        Assert.Equal(["t a", "t b"], handler.Received);
    }

    [Fact]
    public async Task A_client_that_stops_acknowledges_what_it_took_and_leaves_the_rest_to_the_server()
    {
        using var script = new ScriptedServer();
        var handler = new HeldHandler();
        var (client, server) = await script.ConnectAsync(Options(handler, null));
        await using MqttClient own = client;
        await server.SendAsync(RawClient.Publish5("t", "a", 1, 1));
        await Eventually.TrueAsync(() => handler.Count == 1, "it is with the host");
        Task stopping = client.StopAsync(Poll.DefaultDeadline);
        await server.SendAsync(RawClient.Publish5("t", "b", 1, 2));
        handler.Release(0);
        await server.ExpectAsync("40 02 0001 E0 00");
        server.Dispose();
        await stopping;
        Assert.Equal(1, handler.Count);
    }

    private static MqttClientOptions Options(IMqttPublishHandler handler, MqttClientSession? session) => new()
    {
        ClientId = "c",
        CleanStart = false,
        Session = session,
        Handler = handler,
    };
}
