using System.Text;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A gateway with a listener of every kind, users, rights and certificates, as a script would configure
/// it.</summary>
public sealed class DoorWorld : IAsyncLifetime
{
    private const string MqttJs = "mqtt@5.16.0";

    private readonly TemporaryFolder _folder = new("doors");
    private readonly TestCertificates _authority = new();
    private GatewayWorld _world = null!;

    /// <summary>The gateway.</summary>
    internal GatewayWorld Gateway => _world;

    /// <summary>The port of plain TCP, which asks for a name.</summary>
    public int TcpPort => _world.Launch.MqttPort;

    /// <summary>The port of TLS, which asks for a certificate that says who the client is.</summary>
    public int TlsPort { get; } = FreePort.Next();

    /// <summary>The port of WebSocket.</summary>
    public int WebSocketPort { get; } = FreePort.Next();

    /// <summary>The port of WebSocket over TLS.</summary>
    public int WebSocketTlsPort { get; } = FreePort.Next();

    /// <summary>The Unix socket, which takes clients without a name.</summary>
    public string UnixSocket => Path("mqtt.sock");

    /// <summary>The folder of npm packages that holds MQTT.js.</summary>
    public string Modules { get; private set; } = "";

    /// <summary>A file of this world.</summary>
    public string Path(string name) => _folder.Combine(name);

    /// <summary>The port of a transport.</summary>
    public int PortOf(string transport) => transport switch
    {
        "tcp" => TcpPort,
        "tls" => TlsPort,
        "websocket" => WebSocketPort,
        _ => WebSocketTlsPort,
    };

    /// <summary>The program that uses a door with Eclipse paho for C, compiled when it is first asked for.</summary>
    public async Task<string> PahoForCAsync()
    {
        string program = Path("doors");
        if (!File.Exists(program))
        {
            var source = RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "paho", "doors.c");
            (await Command.RunAsync(
                "gcc",
                ["-std=gnu11", "-Wall", "-Wextra", "-Werror", source, "-lpaho-mqtt3cs", "-o", program])).OrThrow();
        }

        return program;
    }

    public async Task InitializeAsync()
    {
        Modules = await NodeModules.InstallAsync("mqttjs", MqttJs);
        Write("server", _authority.Sign("gateway"));
        Write("pump", _authority.Sign("pump"));
        _folder.Write("ca.pem", _authority.Authority);
        _folder.Write("users", $"pump:{Hash("secret")}\npanel:{Hash("panel")}\n");
        _folder.Write("acl", "topic readwrite local/#\nuser pump\ntopic readwrite site/#\nuser panel\n"
            + "topic read site/#\ntopic deny site/hidden\npattern readwrite devices/%u/%c/#\n");
        _world = await GatewayWorld.StartAsync("doors", QuietConfig.Text + Config());
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    private static MqttPasswordHash Hash(string password) =>
        MqttPasswordHash.Create(Encoding.UTF8.GetBytes(password), 1000);

    private void Write(string name, (string Certificate, string Key) pair)
    {
        _folder.Write($"{name}.pem", pair.Certificate);
        _folder.Write($"{name}.key", pair.Key);
    }

    private string Config() => $$"""

        mqtt:
          passwordFile: {{Path("users")}}
          aclFile: {{Path("acl")}}
          listeners:
            - name: site
              transport: tls
              port: {{TlsPort}}
              tls: &tls
                certificate: {{Path("server.pem")}}
                key: {{Path("server.key")}}
                clientCa: {{Path("ca.pem")}}
                requireClientCertificate: true
                certificateUser: commonName
            - {name: pages, transport: websocket, port: {{WebSocketPort}}}
            - name: pages-tls
              transport: websocket-tls
              port: {{WebSocketTlsPort}}
              tls: *tls
            - {name: local, transport: unix, path: {{UnixSocket}}, anonymous: true}
        """;
}
