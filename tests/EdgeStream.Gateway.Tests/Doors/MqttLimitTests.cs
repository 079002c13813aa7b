using System.Net.Sockets;
using System.Text;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Doors;

public sealed class MqttLimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("limits");

    [Fact]
    public async Task A_client_is_told_the_longest_keep_alive_and_how_many_topic_aliases_there_are()
    {
        await using var gateway = await StartAsync("mqtt: {topicAliasMaximum: 7, keepAliveMax: 90s}\n");
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port);
        await using var stream = tcp.GetStream();
        byte[] connect = [0x10, 14, 0, 4, .. "MQTT"u8, 5, 2, 0, 0, 0, 0, 1, (byte)'c'];
        await stream.WriteAsync(connect);
        var head = new byte[2];
        await stream.ReadExactlyAsync(head);
        var answer = new byte[head[1]];
        await stream.ReadExactlyAsync(answer);
        Assert.True(answer.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x22, 0, 7]) > 0, Convert.ToHexString(answer));
        Assert.True(answer.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x13, 0, 90]) > 0, Convert.ToHexString(answer));
    }

    [Fact]
    public async Task Subscriptions_retained_bytes_and_the_servers_figures_are_bounded()
    {
        await using var gateway = await StartAsync(
            "mqtt: {retainedBytesMax: 64KiB, subscriptionsPerSessionMax: 2, sysTopicsInterval: 0}\n");
        var first = new TaskCompletionSource<string>();
        await using var client = await MqttClient.ConnectAsync(
            "127.0.0.1",
            gateway.Host.MqttEndpoint.Port,
            new MqttClientOptions
            {
                Received = message =>
                {
                    first.TrySetResult(message.Topic);
                    return ValueTask.CompletedTask;
                },
            });
        await client.SubscribeAsync("$SYS/#");
        await client.SubscribeAsync("a");
        Assert.Equal(MqttReasonCode.QuotaExceeded, await client.SubscribeAsync("b"));
        await client.PublishAsync(Message("kept", 100, retain: true));
        await client.PublishAsync(Message("too-large", 70_000, retain: true));
        Assert.Equal(1, gateway.Host.Parts.Broker.RetainedCount);
        await client.PublishAsync(Message("a", 1, retain: false));
        Assert.Equal("a", await first.Task.WaitAsync(Poll.DefaultDeadline));
    }

    [Fact]
    public async Task Networks_that_are_not_slowed_change_with_a_reload()
    {
        await using var gateway = await StartAsync("mqtt: {unslowedNetworks: '10.0.0.0/8, 127.0.0.1'}\n");
        var authenticator = gateway.Host.Parts.Doors.Authenticator;
        Assert.Equal(2, authenticator.UnslowedNetworks.Count);
        await gateway.ReloadAsync(GatewayUnderTest.Quiet);
        Assert.Empty(authenticator.UnslowedNetworks);
        Assert.Contains("MQTT users and rights", gateway.Log);
        Assert.Contains("has 'home'; allowed", ConfigText.Error("mqtt: {unslowedNetworks: home}"));
    }

    [Fact]
    public async Task A_user_whose_name_is_its_identifier_cannot_take_anothers_connection()
    {
        var users = _folder.Write("users", $"pump:{MqttPasswordHash.Create("p"u8, 1)}\n"
            + $"valve:{MqttPasswordHash.Create("v"u8, 1)}\n");
        await using var gateway = await StartAsync(
            $"mqtt: {{passwordFile: {users}, useUsernameAsClientId: true, anonymous: true}}\n");
        await using var pump = await ConnectAsync(gateway, "pump", "p", "pump");
        await using var valve = await ConnectAsync(gateway, "valve", "v", "pump");
        Assert.Equal(MqttReasonCode.Success, await pump.PublishAsync(
            new MqttMessage { Topic = "a", Payload = "1"u8.ToArray(), Qos = MqttQos.AtLeastOnce }));
        Assert.Equal(2, gateway.Host.Parts.Broker.Statistics.Clients);
        var nameless = await Assert.ThrowsAsync<MqttProtocolException>(() => ConnectAsync(gateway, null, null, "pump"));
        Assert.Equal(MqttReasonCode.NotAuthorized, nameless.Reason);
        Assert.Contains("it has no verified user name", gateway.Log);
    }

    public void Dispose() => _folder.Dispose();

    private static MqttMessage Message(string topic, int sizeBytes, bool retain) => new()
    {
        Topic = topic,
        Payload = Encoding.UTF8.GetBytes($"{{\"text\": \"{new string('x', sizeBytes)}\"}}"),
        Qos = MqttQos.AtLeastOnce,
        Retain = retain,
    };

    private static Task<GatewayUnderTest> StartAsync(string mqtt) =>
        GatewayUnderTest.StartAsync(GatewayUnderTest.Quiet + mqtt);

    private static Task<MqttClient> ConnectAsync(
        GatewayUnderTest gateway, string? user, string? password, string clientId) =>
        MqttClient.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port, new MqttClientOptions
        {
            UserName = user, Password = password, ClientId = clientId,
        });
}
