using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>What a client published and has no acknowledgement for, on its next connection.</summary>
public class ResumeTests
{
    [Fact]
    public async Task Unacknowledged_messages_go_out_again_in_their_order_under_their_identifiers_as_duplicates()
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var (first, server) = await script.ConnectAsync(Options(session));
        Task<MqttReasonCode>[] sent =
        [
            PublishAsync(first, "a", 1), PublishAsync(first, "b", 2), PublishAsync(first, "c", 1),
            PublishAsync(first, "d", 2),
        ];
        await server.ExpectAsync(RawClient.Publish5("t", "a", 1, 1) + RawClient.Publish5("t", "b", 2, 2)
            + RawClient.Publish5("t", "c", 1, 3) + RawClient.Publish5("t", "d", 2, 4));
        await server.SendAsync("40 02 0003", "50 02 0002");
        await server.ExpectAsync("62 02 0002");
        Assert.Equal(MqttReasonCode.Success, await sent[2]);
        server.Dispose();
        await first.DisposeAsync();
        Assert.Equal(3, session.UnacknowledgedPublishes);

        var (second, again) = await script.ConnectAsync(Options(session), ScriptedServer.Connack5Present);
        await using MqttClient own = second;
        await again.ExpectAsync(RawClient.Publish5("t", "a", 1, 1, dup: true) + "62 02 0002"
            + RawClient.Publish5("t", "d", 2, 4, dup: true));
        Task<MqttReasonCode> fresh = PublishAsync(second, "e", 1);
        await again.ExpectAsync(RawClient.Publish5("t", "e", 1, 5));
        await again.SendAsync("40 02 0001", "70 03 0002 92", "50 02 0004");
        await again.ExpectAsync("62 02 0004");
        await again.SendAsync("70 02 0004", "40 02 0005");
        Assert.All(
            await Task.WhenAll(sent[0], sent[1], sent[3], fresh), r => Assert.Equal(MqttReasonCode.Success, r));
        Assert.Equal(0, session.UnacknowledgedPublishes);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-5")]
    public async Task Where_the_server_has_forgotten_the_session_it_is_not_known_what_became_of_them()
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var (first, server) = await script.ConnectAsync(Options(session));
        Task<MqttReasonCode> sent = PublishAsync(first, "a", 1);
        await server.ExpectAsync(RawClient.Publish5("t", "a", 1, 1));
        server.Dispose();
        await first.DisposeAsync();
        Assert.False(sent.IsCompleted);
        var (second, again) = await script.ConnectAsync(Options(session));
        await using MqttClient own = second;
        await Assert.ThrowsAsync<IOException>(() => sent);
        _ = PublishAsync(second, "b", 1);
        await again.ExpectAsync(RawClient.Publish5("t", "b", 1, 2));
    }

    [Fact]
    public async Task What_waited_behind_them_fails_too_as_it_would_overtake_them()
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var (first, server) = await script.ConnectAsync(Options(session), "20 06 00 00 03 21 0001");
        Task<MqttReasonCode> sent = PublishAsync(first, "a", 1);
        Task<MqttReasonCode> waiting = PublishAsync(first, "b", 1);
        await server.ExpectAsync(RawClient.Publish5("t", "a", 1, 1));
        server.Dispose();
        await first.DisposeAsync();
        var (second, again) = await script.ConnectAsync(Options(session));
        await using MqttClient own = second;
        await Assert.ThrowsAsync<IOException>(() => sent);
        await Assert.ThrowsAsync<IOException>(() => waiting);
        _ = PublishAsync(second, "c", 1);
        await again.ExpectAsync(RawClient.Publish5("t", "c", 1, 3));
    }

    [Fact]
    public async Task A_connect_that_can_not_be_written_is_an_error_and_not_a_wait()
    {
        using var script = new ScriptedServer();
        var options = new MqttClientOptions { UserName = "u", Password = new string('p', 70_000) };
        Task<MqttClient> connecting = MqttClient.ConnectAsync("127.0.0.1", script.Port, options);
        Exception? error = await Record.ExceptionAsync(() => connecting.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.NotNull(error);
        Assert.IsNotType<TimeoutException>(error);
    }

    [Fact]
    public async Task No_more_than_the_server_s_receive_maximum_is_on_its_way()
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var (first, server) = await script.ConnectAsync(Options(session));
        Task<MqttReasonCode>[] sent = [.. "abc".Select(c => PublishAsync(first, $"{c}", 1))];
        await server.ExpectAsync(RawClient.Publish5("t", "a", 1, 1) + RawClient.Publish5("t", "b", 1, 2)
            + RawClient.Publish5("t", "c", 1, 3));
        server.Dispose();
        await first.DisposeAsync();
        var (second, again) = await script.ConnectAsync(Options(session), "20 06 01 00 03 21 0001");
        await using MqttClient own = second;
        await again.ExpectAsync(RawClient.Publish5("t", "a", 1, 1, dup: true));
        Task ping = second.PingAsync();
        await again.ExpectAsync("C0 00");
        await again.SendAsync("D0 00", "40 02 0001");
        await ping;
        await again.ExpectAsync(RawClient.Publish5("t", "b", 1, 2, dup: true));
        await again.SendAsync("40 02 0002");
        await again.ExpectAsync(RawClient.Publish5("t", "c", 1, 3, dup: true));
        await again.SendAsync("40 02 0003");
        Assert.All(await Task.WhenAll(sent), r => Assert.Equal(MqttReasonCode.Success, r));
    }

    [Fact]
    public async Task What_the_server_said_it_does_not_take_is_refused_without_being_sent()
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(
            new MqttClientOptions { ClientId = "c" }, "20 0C 00 00 09 24 01 25 00 27 00000010");
        await using MqttClient own = client;
        Assert.Equal(MqttReasonCode.QosNotSupported, await PublishAsync(client, "a", 2));
        Assert.Equal(
            MqttReasonCode.RetainNotSupported,
            await client.PublishAsync("t", default, MqttQos.AtLeastOnce, retain: true));
        Assert.Equal(MqttReasonCode.PacketTooLarge, await PublishAsync(client, new string('x', 20), 1));
        _ = PublishAsync(client, "b", 1);
        await server.ExpectAsync(RawClient.Publish5("t", "b", 1, 4));
    }

    [Fact]
    public async Task A_server_that_sends_the_client_elsewhere_is_quoted()
    {
        using var script = new ScriptedServer();
        Task<MqttClient> connecting = MqttClient.ConnectAsync("127.0.0.1", script.Port, new MqttClientOptions());
        using RawClient server = await script.AcceptAsync($"20 0F 00 9D 0C 1C {RawClient.Text("other:883")}");
        MqttProtocolException moved = await Assert.ThrowsAsync<MqttProtocolException>(() => connecting);
        Assert.Equal(MqttReasonCode.ServerMoved, moved.Reason);
        Assert.Equal("other:883", moved.ServerReference);
        Assert.Contains("other:883", moved.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_alias_stands_for_its_topic_up_to_what_the_client_allows()
    {
        using var script = new ScriptedServer();
        var handler = new RecordingHandler();
        var (client, server) = await script.ConnectAsync(
            new MqttClientOptions { ClientId = "c", TopicAliasMaximum = 1, Handler = handler });
        await using MqttClient own = client;
        await server.SendAsync(
            RawClient.Publish5("t", "a", 1, 1, "23 0001"), RawClient.Publish5("", "b", 1, 2, "23 0001"));
        await server.ExpectAsync("40 02 0001 40 02 0002");
        Assert.Equal(["t a", "t b"], handler.Received);
        await server.SendAsync(RawClient.Publish5("u", "c", 1, 3, "23 0002"));
        await server.ExpectDisconnectAsync(MqttReasonCode.TopicAliasInvalid);
    }

    private static MqttClientOptions Options(MqttClientSession session) =>
        new() { ClientId = "c", CleanStart = false, SessionExpirySeconds = 60, Session = session };

    private static Task<MqttReasonCode> PublishAsync(MqttClient client, string payload, int qos) =>
        client.PublishAsync("t", Encoding.UTF8.GetBytes(payload), (MqttQos)qos);
}
