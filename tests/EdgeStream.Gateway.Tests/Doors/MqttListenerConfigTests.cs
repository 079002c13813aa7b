using System.Net;
using EdgeStream.Gateway.Config;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Doors;

public sealed class MqttListenerConfigTests
{
    [Fact]
    public void Address_and_port_make_one_listener_for_plain_tcp()
    {
        var listener = Assert.Single(ConfigText.Parse("mqtt: {port: 2883}").MqttListeners);
        Assert.Equal(MqttTransport.Tcp, listener.Transport);
        Assert.Equal(new ListenConfig(IPAddress.Loopback, 2883), listener.Listen);
        Assert.True(listener.IsAnonymousAllowed);
    }

    [Fact]
    public void A_list_replaces_the_listener_of_address_and_port_unless_these_are_set()
    {
        const string List = "  listeners: [{name: a, port: 1}, {name: b, transport: unix, path: /run/b.sock}]\n";
        Assert.Equal(["a", "b"], Names("mqtt:\n" + List));
        Assert.Equal(["mqtt", "a", "b"], Names("mqtt:\n  port: 1883\n" + List));
        Assert.Equal(
            ["mqtt", "a", "b"],
            ConfigText.Parse("mqtt:\n" + List, new ConfigOverrides { MqttPort = 5 }).MqttListeners
                .Select(listener => listener.Name));
        Assert.Equal(["mqtt"], Names("mqtt: {listeners: []}"));
    }

    [Theory]
    [InlineData("mqtt: {address: 127.0.0.1}", true)]
    [InlineData("mqtt: {address: '::1'}", true)]
    [InlineData("mqtt: {address: 0.0.0.0}", false)]
    [InlineData("mqtt: {address: 192.168.1.5}", false)]
    [InlineData("mqtt: {address: 0.0.0.0, anonymous: true}", true)]
    [InlineData("mqtt: {anonymous: false}", false)]
    [InlineData("mqtt: {listeners: [{name: a, transport: unix, path: /s}]}", true)]
    [InlineData("mqtt: {listeners: [{name: a, proxyProtocol: true}]}", false)]
    public void Without_users_clients_need_no_name_on_the_machine_itself_only(string yaml, bool isAllowed) =>
        Assert.Equal(isAllowed, Assert.Single(ConfigText.Parse(yaml).MqttListeners).IsAnonymousAllowed);

    [Fact]
    public void With_users_every_client_needs_a_name_also_on_the_machine_and_at_the_http_port()
    {
        using var folder = new TemporaryFolder();
        var users = folder.Write("users", "");
        var config = ConfigText.Parse($"mqtt: {{passwordFile: {users}}}");
        Assert.False(Assert.Single(config.MqttListeners).IsAnonymousAllowed);
        Assert.False(config.IsHttpAnonymous);
        Assert.True(ConfigText.Parse($"mqtt: {{passwordFile: {users}, anonymous: true}}").IsHttpAnonymous);
    }

    [Fact]
    public void A_listener_that_nobody_can_use_is_warned_of()
    {
        var warning = Assert.Single(ConfigText.Parse("mqtt:\n  address: 0.0.0.0\n").Warnings);
        Assert.StartsWith("test.yaml:2:", warning);
        Assert.Contains("nobody can connect to the MQTT listener 'mqtt'", warning);
        Assert.Contains("'mqtt.passwordFile'", warning);
    }

    [Theory]
    [InlineData("{name: a, transport: tls}", "needs 'tls' with 'certificate' and 'key'")]
    [InlineData("{name: a, tls: {certificate: /c, key: /k}}", "has 'tls', which only the transports")]
    [InlineData("{name: a, transport: unix}", "needs 'path', the path of its socket")]
    [InlineData("{name: a, transport: websocket, path: mqtt}", "allowed: a path that begins with /")]
    [InlineData("{name: a, trustedProxies: home}", "has 'home'; allowed: addresses and networks")]
    [InlineData("{name: a, transport: unix, path: /s, mode: '0888'}", "allowed: three octal digits")]
    [InlineData("{name: a, transport: udp}", "allowed: tcp, tls, websocket, websocket-tls, unix")]
    [InlineData("{name: a}, {name: a}", "the listener 'a' stands twice")]
    public void What_makes_no_listener_is_refused_with_its_place(string items, string problem)
    {
        var error = ConfigText.Error($"mqtt:\n  listeners: [{items}]\n");
        Assert.StartsWith("test.yaml:2:", error);
        Assert.Contains(problem, error);
    }

    [Fact]
    public void A_certificate_file_that_is_wrong_is_named_where_it_stands()
    {
        using var folder = new TemporaryFolder();
        var pair = TestCertificates.SelfSigned("a");
        var other = TestCertificates.SelfSigned("b");
        var certificate = folder.Write("a.pem", pair.Certificate);
        var key = folder.Write("b.key", other.Key);
        string Listener(string more) => "mqtt:\n  listeners:\n    - name: a\n      transport: tls\n      tls:\n"
            + $"        certificate: {certificate}\n        key: {more}\n";

        Assert.StartsWith("test.yaml:6:22: ", ConfigText.Error(Listener(key)));
        Assert.Contains("cannot be read", ConfigText.Error(Listener(folder.Combine("none"))));
        Assert.Contains("'clientCa'", ConfigText.Error(
            Listener(folder.Write("a.key", pair.Key)) + "        requireClientCertificate: true\n"));
        Assert.Contains("'clientCa'", ConfigText.Error(
            Listener(folder.Combine("a.key")) + $"        revoked: {key}\n"));
        Assert.Contains("these revocation lists cannot be used", ConfigText.Error(
            Listener(folder.Combine("a.key")) + $"        clientCa: {certificate}\n        revoked: {key}\n"));
        var authority = folder.Write("ca.pem", "nothing");
        Assert.Contains("authorities cannot be used", ConfigText.Error(
            Listener(folder.Combine("a.key")) + $"        clientCa: {authority}\n"));
    }

    private static IEnumerable<string> Names(string yaml) =>
        ConfigText.Parse(yaml).MqttListeners.Select(listener => listener.Name);
}
