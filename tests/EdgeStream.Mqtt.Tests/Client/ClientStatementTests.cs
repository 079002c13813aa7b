using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>The statements that bind clients, which hold for this room's client: who serves and connects elsewhere too
/// conforms as both.</summary>
public class ClientStatementTests
{
    private const string Connack4 = "20 02 00 00";
    private const string Connack4Present = "20 02 01 00";

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-2.3.1-2", "MQTT-2.3.1-3", "MQTT-4.4.0-1", "MQTT-7.0.0-1")]
    [Statements(MqttVersion.V500, "MQTT-2.2.1-3", "MQTT-4.4.0-1", "MQTT-4.6.0-1")]
    public async Task New_packets_take_identifiers_that_are_free_and_repeats_keep_theirs_and_their_order(int version)
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var (first, server) = await script.ConnectAsync(Options(version, session), Connack(version));
        _ = first.PublishAsync("t", "a"u8.ToArray(), MqttQos.AtLeastOnce);
        _ = first.PublishAsync("t", "b"u8.ToArray(), MqttQos.ExactlyOnce);
        await server.ExpectAsync(Wire.Publish(version, "t", "a", 1, 1) + Wire.Publish(version, "t", "b", 2, 2));
        Task<MqttReasonCode> subscribed = first.SubscribeAsync("t", MqttQos.AtLeastOnce);
        await server.ExpectAsync(Wire.Subscribe(version, 3, ("t", 1)));
        server.Dispose();
        await Assert.ThrowsAsync<IOException>(() => subscribed);
        await first.DisposeAsync();
        var (second, again) = await script.ConnectAsync(Options(version, session), Connack(version, isPresent: true));
        await using MqttClient own = second;
        await again.ExpectAsync(
            Wire.Publish(version, "t", "a", 1, 1, dup: true) + Wire.Publish(version, "t", "b", 2, 2, dup: true));
        _ = second.PublishAsync("t", "c"u8.ToArray(), MqttQos.AtLeastOnce);
        byte[] fresh = await again.ReadPacketAsync();
        Assert.Equal(0x32, fresh[0]);
        Assert.DoesNotContain((fresh[5] << 8) | fresh[6], new[] { 0, 1, 2 });
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.1.2-23")]
    [Statements(MqttVersion.V500, "MQTT-3.1.2-20", "MQTT-3.1.2-21", "MQTT-3.2.2-21")]
    public async Task Silence_is_filled_with_pings_within_the_keep_alive_of_the_server_where_it_has_one(int version)
    {
        using var script = new ScriptedServer();
        var time = new ManualTimeProvider();
        var options = new MqttClientOptions
        {
            Version = (MqttVersion)version,
            ClientId = "c",
            Time = time,
            KeepAliveSeconds = (ushort)(version == 5 ? 600 : 10),
        };
        var (client, server) = await script.ConnectAsync(
            options, version == 5 ? "20 06 00 00 03 13 000A" : Connack4);
        await using MqttClient own = client;
        time.Advance(TimeSpan.FromSeconds(8));
        await server.ExpectAsync("C0 00");
        await server.SendAsync("D0 00");
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.1.3-7")]
    public async Task Without_an_identifier_there_is_no_kept_session()
    {
        using var script = new ScriptedServer();
        await Assert.ThrowsAsync<ArgumentException>(() => MqttClient.ConnectAsync(
            "127.0.0.1", script.Port, new MqttClientOptions { Version = MqttVersion.V311, CleanStart = false }));
        Task<MqttClient> connecting = MqttClient.ConnectAsync(
            "127.0.0.1", script.Port, new MqttClientOptions { Version = MqttVersion.V311, KeepAliveSeconds = 0 });
        using RawClient server = await script.AcceptAsync();
        await server.ExpectAsync("10 0C 0004'MQTT'04 02 0000 0000");
        await server.SendAsync(Connack4);
        await (await connecting).DisposeAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-3.14.4-1", "MQTT-3.14.4-2", "MQTT-7.1.2-1")]
    [Statements(MqttVersion.V500, "MQTT-3.14.4-1", "MQTT-3.14.4-2")]
    public async Task Behind_its_disconnect_a_client_sends_nothing_and_closes(int version)
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(Options(version), Connack(version));
        await using MqttClient own = client;
        Task goodbye = client.DisconnectAsync();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await client.PublishAsync("t", default, MqttQos.AtLeastOnce);
        });
        await server.ExpectAsync("E0 00");
        await server.ExpectClosedAsync();
        await goodbye;
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-4.5.0-2")]
    [Statements(MqttVersion.V500, "MQTT-4.5.0-2", "MQTT-4.6.0-2", "MQTT-4.6.0-3")]
    public async Task A_client_acknowledges_what_comes_in_its_order_whatever_it_does_with_it(int version)
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(Options(version), Connack(version));
        await using MqttClient own = client;
        await server.SendAsync(
            Wire.Publish(version, "t", "1", 1, 9),
            Wire.Publish(version, "t", "2", 2, 8),
            Wire.Publish(version, "t", "3", 1, 7),
            Wire.Publish(version, "t", "4", 2, 6));
        await server.ExpectAsync("40 02 0009 50 02 0008 40 02 0007 50 02 0006");
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-4.6.0-4")]
    public async Task Pubrels_go_out_in_the_order_of_the_pubrecs()
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(Options(5));
        await using MqttClient own = client;
        for (int i = 1; i <= 3; i++)
        {
            _ = client.PublishAsync("t", "m"u8.ToArray(), MqttQos.ExactlyOnce);
            await server.ExpectAsync(RawClient.Publish5("t", "m", 2, i));
        }

        await server.SendAsync("50 02 0002 50 02 0001 50 02 0003");
        await server.ExpectAsync("62 02 0002 62 02 0001 62 02 0003");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-4")]
    public async Task A_session_that_only_the_server_knows_of_is_used_where_that_is_asked_for_only(bool isTaken)
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var options = new MqttClientOptions
        {
            ClientId = "c",
            CleanStart = false,
            SessionExpirySeconds = 60,
            Session = session,
            TakesUnknownSession = isTaken,
        };
        Task<MqttClient> connecting = MqttClient.ConnectAsync("127.0.0.1", script.Port, options);
        using RawClient server = await script.AcceptAsync(ScriptedServer.Connack5Present);
        if (isTaken)
        {
            await using MqttClient client = await connecting;
            Assert.True(client.IsSessionPresent);
            return;
        }

        await Assert.ThrowsAsync<IOException>(() => connecting);
        await server.ExpectClosedAsync();
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-11", "MQTT-3.2.2-14", "MQTT-3.2.2-15")]
    public async Task What_the_server_does_not_take_is_not_sent()
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(Options(5), "20 0C 00 00 09 24 01 25 00 27 00000014");
        await using MqttClient own = client;
        Assert.Equal(MqttReasonCode.QosNotSupported, await client.PublishAsync("t", default, MqttQos.ExactlyOnce));
        Assert.Equal(MqttReasonCode.RetainNotSupported, await client.PublishAsync("t", default, retain: true));
        Assert.Equal(MqttReasonCode.PacketTooLarge, await client.PublishAsync("t", new byte[20]));
        _ = client.PublishAsync("t", "m"u8.ToArray(), MqttQos.AtLeastOnce);
        await server.ExpectAsync(RawClient.Publish5("t", "m", 1, 2));
    }

    [Theory]
    [InlineData("20 03 00 00 00")]
    [InlineData("20 06 00 00 03 22 000A")]
    [Statements(MqttVersion.V500, "MQTT-3.2.2-17", "MQTT-3.2.2-18", "MQTT-3.3.2-9")]
    public async Task Topics_go_out_without_aliases(string connack)
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(Options(5), connack);
        await using MqttClient own = client;
        for (int i = 0; i < 3; i++)
        {
            await client.PublishAsync("t", "m"u8.ToArray());
            await server.ExpectAsync(RawClient.Publish5("t", "m"));
        }
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.2-10")]
    public async Task Aliases_up_to_the_client_s_maximum_stand_for_their_topics()
    {
        using var script = new ScriptedServer();
        var handler = new RecordingHandler();
        var (client, server) = await script.ConnectAsync(
            new MqttClientOptions { ClientId = "c", TopicAliasMaximum = 2, Handler = handler });
        await using MqttClient own = client;
        await server.SendAsync(
            RawClient.Publish5("a", "1", properties: "23 0002"),
            RawClient.Publish5("", "2", properties: "23 0002"),
            RawClient.Publish5("b", "3", properties: "23 0001"),
            RawClient.Publish5("", "4", 1, 1, properties: "23 0001"));
        await server.ExpectAsync("40 02 0001");
        Assert.Equal(["a 1", "a 2", "b 3", "b 4"], handler.Received);
        await server.SendAsync(RawClient.Publish5("a", "5", properties: "23 0003"));
        await server.ExpectDisconnectAsync(MqttReasonCode.TopicAliasInvalid);
    }

    [Fact]
    [Statements(MqttVersion.V500, "MQTT-3.3.4-7", "MQTT-3.3.4-8")]
    public async Task The_server_s_receive_maximum_holds_back_publishes_and_nothing_else()
    {
        using var script = new ScriptedServer();
        var (client, server) = await script.ConnectAsync(Options(5), "20 06 00 00 03 21 0001");
        await using MqttClient own = client;
        Task<MqttReasonCode> first = client.PublishAsync("t", "1"u8.ToArray(), MqttQos.AtLeastOnce);
        _ = client.PublishAsync("t", "2"u8.ToArray(), MqttQos.AtLeastOnce);
        await server.ExpectAsync(RawClient.Publish5("t", "1", 1, 1));
        Task ping = client.PingAsync();
        await server.ExpectAsync("C0 00");
        await server.SendAsync("D0 00");
        await ping;
        await server.SendAsync("40 02 0001");
        Assert.Equal(MqttReasonCode.Success, await first);
        Assert.Equal(0x32, (await server.ReadPacketAsync())[0]);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Statements(MqttVersion.V311, "MQTT-6.0.0-3")]
    [Statements(MqttVersion.V500, "MQTT-6.0.0-3")]
    public async Task On_web_socket_a_client_offers_mqtt(int version)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<MqttClient> connecting = MqttClient.ConnectAsync(
            "127.0.0.1",
            ((IPEndPoint)listener.LocalEndpoint).Port,
            new MqttClientOptions { Version = (MqttVersion)version, ClientId = "c", WebSocketPath = "/mqtt" });
        using TcpClient server = await listener.AcceptTcpClientAsync().WaitAsync(Poll.DefaultDeadline);
        using var reader = new StreamReader(server.GetStream(), Encoding.ASCII);
        var request = new List<string>();
        while (await reader.ReadLineAsync().WaitAsync(Poll.DefaultDeadline) is { Length: > 0 } line)
        {
            request.Add(line);
        }

        Assert.Equal("GET /mqtt HTTP/1.1", request[0]);
        Assert.Contains("Sec-WebSocket-Protocol: mqtt", request);
        await server.GetStream().WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        await Assert.ThrowsAsync<IOException>(() => connecting);
    }

    private static string Connack(int version, bool isPresent = false) => version == 5
        ? (isPresent ? ScriptedServer.Connack5Present : ScriptedServer.Connack5)
        : (isPresent ? Connack4Present : Connack4);

    private static MqttClientOptions Options(int version, MqttClientSession? session = null) => new()
    {
        Version = (MqttVersion)version,
        ClientId = "c",
        CleanStart = session is null,
        SessionExpirySeconds = session is null ? 0u : 60u,
        Session = session,
    };
}
