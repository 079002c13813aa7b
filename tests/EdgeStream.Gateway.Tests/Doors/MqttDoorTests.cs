using System.Net.Sockets;
using EdgeStream.Gateway.Composition;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Doors;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class MqttDoorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("doors");
    private readonly TestCertificates _authority = new();

    [Fact]
    public async Task Nobody_without_a_name_gets_in_where_a_name_is_needed_and_it_is_seen()
    {
        await using var gateway = await StartAsync("mqtt: {anonymous: false}\n");
        var refusal = await Assert.ThrowsAsync<MqttProtocolException>(() => ConnectAsync(gateway));
        Assert.Equal(MqttReasonCode.NotAuthorized, refusal.Reason);
        Assert.Contains("it has no user name, which the listener 'mqtt' asks for", gateway.Log);
        Assert.Contains("nobody can connect to the MQTT listener 'mqtt'", gateway.Log);
        Assert.Contains(
            "edgestream_mqtt_refusals_total{reason=\"name-needed\"} 1",
            await gateway.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task Users_and_rules_of_the_configuration_decide()
    {
        var users = Users("pump:secret");
        await using var gateway = await StartAsync($$"""
            mqtt:
              passwordFile: {{users}}
              access:
                - {topic: "devices/%u/#"}

            """);
        await using var pump = await ConnectAsync(gateway, "pump", "secret");
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(pump, "devices/pump/t"));
        Assert.Equal(MqttReasonCode.NotAuthorized, await PublishAsync(pump, "devices/other/t"));
        Assert.Equal(MqttReasonCode.NotAuthorized, await PublishAsync(pump, "edgestream/alerts/x"));
        Assert.Equal(
            MqttReasonCode.BadUserNameOrPassword,
            (await Assert.ThrowsAsync<MqttProtocolException>(() => ConnectAsync(gateway, "pump", "wrong"))).Reason);
    }

    [Fact]
    public async Task A_file_that_changes_is_read_anew_and_a_wrong_one_is_not_used_and_told()
    {
        var users = Users("pump:secret");
        await using var gateway = await StartAsync($"mqtt: {{passwordFile: {users}}}\n");
        var doors = gateway.Host.Parts.Doors;
        Users("pump:changed", "valve:new");
        doors.Look();
        await using (await ConnectAsync(gateway, "valve", "new"))
        {
        }

        _folder.Write("users", "pump:plain text\n");
        doors.Look();
        Assert.Contains($"{users}:1:1: the password is not hashed", doors.Failure);
        Assert.Contains("are not used, those before stay", gateway.Log);
        var health = (await gateway.GetAsync("/api/status")).GetProperty("health");
        Assert.Equal("degraded", health.GetProperty("status").GetString());
        await using (await ConnectAsync(gateway, "valve", "new"))
        {
        }

        Users("valve:new2", "third:x");
        doors.Look();
        Assert.Null(doors.Failure);
    }

    [Fact]
    public async Task A_reload_changes_rights_at_once_and_closes_the_door_to_clients_without_a_name()
    {
        await using var gateway = await StartAsync("");
        await using var before = await ConnectAsync(gateway);
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(before, "a"));
        await gateway.ReloadAsync(
            GatewayUnderTest.Quiet + $"mqtt: {{passwordFile: {Users("pump:secret")}, access: [{{topic: b}}]}}\n");
        Assert.Contains("MQTT users and rights", gateway.Log);
        Assert.DoesNotContain("takes effect with the next start only", gateway.Log);
        Assert.Equal(MqttReasonCode.NotAuthorized, await PublishAsync(before, "a"));
        await Assert.ThrowsAsync<MqttProtocolException>(() => ConnectAsync(gateway));
        await using var pump = await ConnectAsync(gateway, "pump", "secret");
    }

    [Fact]
    public async Task A_certificate_that_is_rotated_is_used_and_connections_stay()
    {
        WritePair("old");
        await using var gateway = await StartAsync($$"""
            mqtt:
              listeners:
                - {name: plain, port: 0}
                - name: site
                  transport: tls
                  port: 0
                  tls: {certificate: {{_folder.Combine("s.pem")}}, key: {{_folder.Combine("s.key")}}}

            """);
        var url = gateway.Host.Parts.MqttEndpoints.Single(endpoint => endpoint.StartsWith("mqtts://"));
        var port = new Uri(url).Port;
        await using var before = await TlsProbe.OpenAsync(port);
        Assert.Contains("CN=old", before.RemoteCertificate!.Subject);
        WritePair("renewed");
        gateway.Host.Parts.Doors.Look();
        await using var after = await TlsProbe.OpenAsync(port);
        Assert.Contains("CN=renewed", after.RemoteCertificate!.Subject);
        byte[] connect = [0x10, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 1, (byte)'c'];
        await before.WriteAsync(connect);
        var answer = new byte[4];
        await before.ReadExactlyAsync(answer);
        Assert.Equal([0x20, 2, 0, 0], answer);

        File.WriteAllText(_folder.Combine("s.key"), "no key");
        gateway.Host.Parts.Doors.Look();
        Assert.NotNull(gateway.Host.Parts.Doors.Failure);
        await using var last = await TlsProbe.OpenAsync(port);
        Assert.Contains("CN=renewed", last.RemoteCertificate!.Subject);
    }

    [Fact]
    public async Task A_unix_socket_serves_with_its_mode_and_one_that_was_left_is_replaced()
    {
        var path = _folder.Combine("mqtt.sock");
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(path));
            File.Move(path, path + ".kept");
        }

        File.Move(path + ".kept", path);
        await using var gateway = await StartAsync(
            $"mqtt: {{listeners: [{{name: u, transport: unix, path: {path}, mode: '0600'}}, {{name: t, port: 0}}]}}\n");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await using var stream = new NetworkStream(socket);
        byte[] connect = [0x10, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 1, (byte)'c'];
        await stream.WriteAsync(connect);
        var answer = new byte[4];
        await stream.ReadExactlyAsync(answer);
        Assert.Equal([0x20, 2, 0, 0], answer);
    }

    [Fact]
    public async Task Something_else_where_the_socket_should_be_is_told_and_left_alone()
    {
        var path = _folder.Write("mqtt.sock", "a file");
        var failed = await Assert.ThrowsAsync<StartException>(() => StartAsync(
            $"mqtt: {{listeners: [{{name: u, transport: unix, path: {path}}}]}}\n"));
        Assert.Contains($"Cannot listen on the Unix socket {path}", failed.Message);
        Assert.Equal("a file", File.ReadAllText(path));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private static Task<GatewayUnderTest> StartAsync(string mqtt) =>
        GatewayUnderTest.StartAsync(GatewayUnderTest.Quiet + mqtt);

    private static Task<MqttClient> ConnectAsync(
        GatewayUnderTest gateway, string? user = null, string? password = null) =>
        MqttClient.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port, new MqttClientOptions
        {
            UserName = user, Password = password,
        });

    private static Task<MqttReasonCode> PublishAsync(MqttClient client, string topic) =>
        client.PublishAsync(new MqttMessage { Topic = topic, Payload = "1"u8.ToArray(), Qos = MqttQos.AtLeastOnce });

    private void WritePair(string name)
    {
        var (certificate, key) = _authority.Sign(name);
        _folder.Write("s.pem", certificate);
        _folder.Write("s.key", key);
    }

    private string Users(params string[] pairs) => _folder.Write("users", string.Concat(pairs.Select(pair =>
        $"{pair.Split(':')[0]}:"
            + $"{MqttPasswordHash.Create(System.Text.Encoding.UTF8.GetBytes(pair.Split(':')[1]), 1)}\n")));
}
