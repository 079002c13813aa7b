using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Gateway.Tests.Doors;

public sealed class MqttDoorReloadTests : IDisposable
{
    private static readonly byte[] Connect = [0x10, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 1, (byte)'c'];

    private readonly TemporaryFolder _folder = new("doors");
    private readonly TestCertificates _authority = new();

    [Theory]
    [InlineData("{address: 0.0.0.0}", "{address: 127.0.0.1}", false)]
    [InlineData("{address: 0.0.0.0}", "{address: 0.0.0.0, anonymous: true}", true)]
    [InlineData("{address: 0.0.0.0, anonymous: true}", "{address: 127.0.0.1, anonymous: false}", false)]
    [InlineData("{port: 1883}", "{port: 1884}", true)]
    [InlineData(
        "{listeners: [{name: mqtt, proxyProtocol: true}]}", "{listeners: [{name: mqtt}]}", false)]
    public async Task A_listener_that_stays_open_as_it_was_takes_only_what_makes_it_stricter(
        string before, string after, bool isAnonymousAllowed)
    {
        await using var broker = new MqttBroker(new Nothing());
        using var doors = Open($"mqtt: {before}\n", broker);
        doors.Use(ConfigText.Parse($"mqtt: {after}\n"));
        Assert.Equal(isAnonymousAllowed, doors["mqtt"].IsAnonymousAllowed);

        // Nor does a second reload of the same file.
        doors.Use(ConfigText.Parse($"mqtt: {after}\n"));
        Assert.Equal(isAnonymousAllowed, doors["mqtt"].IsAnonymousAllowed);
    }

    [Fact]
    public async Task The_http_port_at_its_old_address_does_not_open_to_clients_without_a_name()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            GatewayUnderTest.Quiet + "http: {address: 0.0.0.0}\n");
        Assert.False(gateway.Host.Parts.Config.IsHttpAnonymous);
        await gateway.ReloadAsync(GatewayUnderTest.Quiet + "http: {address: 127.0.0.1}\n");
        Assert.False(gateway.Host.Parts.Config.IsHttpAnonymous);
        await gateway.ReloadAsync(
            GatewayUnderTest.Quiet + "http: {address: 0.0.0.0}\nmqtt: {anonymous: true}\n");
        Assert.True(gateway.Host.Parts.Config.IsHttpAnonymous);
    }

    [Fact]
    public async Task A_certificate_that_is_no_longer_asked_for_stays_asked_for_until_the_restart()
    {
        WritePair("server");
        var before = Listeners(("a", $"clientCa: {_folder.Write("ca.pem", _authority.Authority)}, "
            + "requireClientCertificate: true"));
        await using var gateway = await GatewayUnderTest.StartAsync(GatewayUnderTest.Quiet + before);
        await gateway.ReloadAsync(GatewayUnderTest.Quiet + Listeners(("a", "minimumVersion: '1.2'")));
        Assert.Contains("takes effect with the next start only", gateway.Log);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var stream = await TlsProbe.OpenAsync(Ports(gateway)[0]);
            await stream.WriteAsync(Connect);
            await stream.ReadExactlyAsync(new byte[4]);
        });
    }

    [Fact]
    public async Task A_file_that_several_listeners_share_is_read_anew_for_each()
    {
        WritePair("old");
        await using var gateway = await GatewayUnderTest.StartAsync(GatewayUnderTest.Quiet
            + Listeners(("a", "minimumVersion: '1.2'"), ("b", "minimumVersion: '1.2'")));
        WritePair("renewed certificate");
        gateway.Host.Parts.Doors.Look();
        var ports = Ports(gateway);
        Assert.Equal(2, ports.Length);
        foreach (var port in ports)
        {
            await using var stream = await TlsProbe.OpenAsync(port);
            Assert.Contains("CN=renewed", stream.RemoteCertificate!.Subject);
        }
    }

    [Fact]
    public async Task What_still_fails_is_told_also_when_something_else_succeeds()
    {
        WritePair("old");
        var users = _folder.Write("users", "");
        await using var broker = new MqttBroker(new Nothing());
        using var doors = Open(
            Listeners(("a", "minimumVersion: '1.2'")) + $"  passwordFile: {users}\n", broker);
        _folder.Write("users", "pump:plain text\n");
        doors.Look();
        Assert.Contains("not hashed", doors.Failure);
        WritePair("renewed certificate");
        doors.Look();
        Assert.Contains("not hashed", doors.Failure);
        _folder.Write("users", "");
        doors.Look();
        Assert.Null(doors.Failure);
    }

    [Fact]
    public async Task A_file_that_could_not_be_read_is_tried_again_though_it_has_not_changed_since()
    {
        var users = _folder.Write("users", "");
        await using var broker = new MqttBroker(new Nothing());
        using var doors = Open($"mqtt: {{passwordFile: {users}}}\n", broker);

        // Of the same length and time as the one that is right later.
        var changed = $"pump:{MqttPasswordHash.Create("x"u8, 1)}\n";
        File.WriteAllText(users, changed[..^2] + "!\n");
        var time = File.GetLastWriteTimeUtc(users);
        doors.Look();
        Assert.NotNull(doors.Failure);
        File.WriteAllText(users, changed);
        File.SetLastWriteTimeUtc(users, time);
        doors.Look();
        Assert.Null(doors.Failure);
        Assert.Equal(1, doors.Authenticator.Users!.Count);
    }

    [Fact]
    public async Task Where_one_file_is_wrong_none_of_a_reload_is_used()
    {
        WritePair("server");
        var users = _folder.Write("users", "");
        await using var broker = new MqttBroker(new Nothing());
        using var doors = Open(Listeners(("a", "minimumVersion: '1.2'")), broker);
        var next = ConfigText.Parse(
            Listeners(("a", "minimumVersion: '1.2'")) + $"  passwordFile: {users}\n  access: [{{topic: b}}]\n");
        _folder.Write("s.key", "no key");
        Assert.Throws<ConfigException>(() => doors.Use(next));
        Assert.Null(doors.Authenticator.Users);
        Assert.Null(doors.Authenticator.Rules);
        Assert.True(doors["a"].IsAnonymousAllowed);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private static MqttDoors Open(string yaml, MqttBroker broker)
    {
        var doors = new MqttDoors(ConfigText.Parse(yaml), TimeProvider.System, NullLogger<MqttDoors>.Instance);
        doors.Attach(broker);
        return doors;
    }

    private string Listeners(params (string Name, string Tls)[] listeners) =>
        "mqtt:\n  listeners:\n" + string.Concat(listeners.Select(listener =>
            $"    - {{name: {listener.Name}, transport: tls, port: 0, tls: {{certificate: {_folder.Combine("s.pem")}, "
                + $"key: {_folder.Combine("s.key")}, {listener.Tls}}}}}\n"));

    private static int[] Ports(GatewayUnderTest gateway) =>
        [.. gateway.Host.Parts.MqttEndpoints.Where(url => url.StartsWith("mqtts://")).Select(url => new Uri(url).Port)];

    private void WritePair(string name)
    {
        var (certificate, key) = _authority.Sign(name);
        _folder.Write("s.pem", certificate);
        _folder.Write("s.key", key);
    }

    private sealed class Nothing : IMqttPublishHandler
    {
        public PublishReceipt Publish(in MqttPublication publication) =>
            PublishReceipt.WhenSafe(Task.CompletedTask);
    }
}
