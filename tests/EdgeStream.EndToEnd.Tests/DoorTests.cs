using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Clients of three makers at every listener, both protocol versions.</summary>
public sealed class DoorTests(DoorWorld world) : IClassFixture<DoorWorld>
{
    private const string MosquittoPub = "/usr/bin/mosquitto_pub";
    private const string MosquittoSub = "/usr/bin/mosquitto_sub";
    private const string Python = "/usr/bin/python3";

    public static TheoryData<string, int> Doors { get; } = Product(["tcp", "tls", "websocket", "websocket-tls"]);

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Paho_uses_every_door(string transport, int version)
    {
        var script = RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "paho", "doors.py");
        var result = await Command.RunAsync(
            Python,
            [script, transport, Number(world.PortOf(transport)), Number(version), .. Credentials(transport)]);
        Assert.True(result.ExitCode == 0, $"{result}\n{world.Gateway.Gateway.Output}");
    }

    [Theory]
    [InlineData("tcp", 4)]
    [InlineData("tcp", 5)]
    [InlineData("tls", 4)]
    [InlineData("tls", 5)]
    public async Task Paho_for_c_uses_tcp_and_tls(string transport, int version)
    {
        var result = await Command.RunAsync(
            await world.PahoForCAsync(),
            [transport, Number(world.PortOf(transport)), Number(version), .. Credentials(transport)]);
        Assert.True(result.ExitCode == 0, $"{result}\n{world.Gateway.Gateway.Output}");
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task MqttJs_uses_every_door(string transport, int version)
    {
        var script = RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "mqttjs", "doors.cjs");
        var scheme = transport switch { "tcp" => "mqtt", "tls" => "mqtts", "websocket" => "ws", _ => "wss" };
        var path = transport.StartsWith("websocket", StringComparison.Ordinal) ? "/mqtt" : "";
        var result = await Command.RunAsync(
            "node",
            [
                script, DoorWorld.Modules, $"{scheme}://localhost:{world.PortOf(transport)}{path}", Number(version),
                .. Credentials(transport),
            ]);
        Assert.True(result.ExitCode == 0, $"{result}\n{world.Gateway.Gateway.Output}");
    }

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task Mosquitto_is_known_by_its_certificate(string version)
    {
        string[] door =
        [
            "-h", "localhost", "-p", Number(world.TlsPort), "-V", version, "--cafile", world.Path("ca.pem"),
            "--cert", world.Path("pump.pem"), "--key", world.Path("pump.key"),
        ];
        await using var subscriber = await SubscribeAsync([.. door, "-t", $"site/{version}"]);
        (await Command.RunAsync(MosquittoPub, [.. door, "-t", $"site/{version}", "-m", "1", "-q", "2"])).OrThrow();
        await subscriber.WaitForAsync($"site/{version} 1");
    }

    [Fact]
    public async Task Without_a_certificate_that_is_trusted_nobody_gets_through_tls()
    {
        var result = await Command.RunAsync(MosquittoPub,
        [
            "-h", "localhost", "-p", Number(world.TlsPort), "--cafile", world.Path("ca.pem"), "-t", "site/x", "-m", "1",
            "-q", "1",
        ]);
        Assert.NotEqual(0, result.ExitCode);
        Assert.True(await RefusalsAsync("tls-handshake") > 0);
    }

    [Theory]
    [InlineData("mqttv311", "not authorised")]
    [InlineData("mqttv5", "Not authorized")]
    public async Task Without_a_name_a_client_is_told_that_it_needs_one(string version, string answer)
    {
        var result = await PublishAsync("site/x", "-V", version);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(answer, result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.True(await RefusalsAsync("name-needed") > 0);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_counted()
    {
        var result = await PublishAsync("site/x", "-u", "pump", "-P", "wrong", "-V", "mqttv5");
        Assert.NotEqual(0, result.ExitCode);
        Assert.True(await RefusalsAsync("bad-login") > 0);
    }

    [Fact]
    public async Task Rights_decide_who_publishes_and_who_receives_what()
    {
        string[] panel = ["-h", "127.0.0.1", "-p", Number(world.TcpPort), "-u", "panel", "-P", "panel", "-V", "mqttv5"];
        await using var subscriber = await SubscribeAsync([.. panel, "-t", "#"]);
        var refused = await Command.RunAsync(MosquittoPub, [.. panel, "-t", "site/a", "-m", "1", "-q", "1", "-d"]);
        Assert.Contains("RC:135", refused.Output, StringComparison.Ordinal);
        (await PublishAsync("site/hidden", "-u", "pump", "-P", "secret")).OrThrow();
        (await PublishAsync("devices/pump/p1/x", "-u", "pump", "-P", "secret", "-i", "p1")).OrThrow();
        (await PublishAsync("site/seen", "-u", "pump", "-P", "secret")).OrThrow();
        await subscriber.WaitForAsync("site/seen 1");
        Assert.False(subscriber.Output.Contains("site/hidden"));
        Assert.False(subscriber.Output.Contains("devices/"));

        var nothing = await Command.RunAsync(MosquittoSub, [.. panel, "-t", "site/hidden", "-W", "5", "-d"]);
        Assert.Contains("135", nothing.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["devices/pump/p1/x", "site/hidden", "site/seen"],
            (await world.Gateway.RecordsAsync("readings", 3)).Select(record => record.Key)
                .Where(key => key is "devices/pump/p1/x" or "site/hidden" or "site/seen").Order());
    }

    [Fact]
    public async Task Two_of_mosquittos_subscribers_share_a_subscription()
    {
        string[] pump = ["-h", "127.0.0.1", "-p", Number(world.TcpPort), "-u", "pump", "-P", "secret", "-V", "mqttv5"];
        await using var first = await SubscribeAsync([.. pump, "-t", "$share/g/site/shared"]);
        await using var second = await SubscribeAsync([.. pump, "-t", "$share/g/site/shared"]);
        (await Command.RunAsync(MosquittoPub, [.. pump, "-t", "site/shared", "-m", "1", "-q", "1"])).OrThrow();
        (await Command.RunAsync(MosquittoPub, [.. pump, "-t", "site/shared", "-m", "2", "-q", "1"])).OrThrow();
        await Poll.UntilAsync(() => first.Output.Contains("site/shared") && second.Output.Contains("site/shared"));
        Assert.NotEqual(first.Output.Contains("site/shared 1"), second.Output.Contains("site/shared 1"));
        Assert.NotEqual(first.Output.Contains("site/shared 2"), second.Output.Contains("site/shared 2"));
    }

    [Fact]
    public async Task The_unix_socket_takes_a_client_without_a_name()
    {
        (await Command.RunAsync(
            MosquittoPub, ["--unix", world.UnixSocket, "-t", "local/x", "-m", "1", "-q", "1"])).OrThrow();
        Assert.Contains(await world.Gateway.Api.ReadAllAsync("readings"), record => record.Key == "local/x");
    }

    private static TheoryData<string, int> Product(string[] transports)
    {
        var data = new TheoryData<string, int>();
        foreach (var transport in transports)
        {
            data.Add(transport, 4);
            data.Add(transport, 5);
        }

        return data;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Authority, certificate, key, user and password, or '-' for what the door doesn't ask for.</summary>
    private string[] Credentials(string transport) => transport is "tls" or "websocket-tls"
        ? [world.Path("ca.pem"), world.Path("pump.pem"), world.Path("pump.key"), "-", "-"]
        : ["-", "-", "-", "pump", "secret"];

    private Task<CommandResult> PublishAsync(string topic, params string[] more) => Command.RunAsync(
        MosquittoPub,
        ["-h", "127.0.0.1", "-p", Number(world.TcpPort), "-t", topic, "-m", "1", "-q", "1", .. more]);

    private static async Task<BackgroundCommand> SubscribeAsync(string[] arguments)
    {
        var subscriber = BackgroundCommand.Start(
            "/usr/bin/stdbuf", ["-oL", MosquittoSub, "-q", "2", "-v", "-d", .. arguments]);
        await subscriber.WaitForAsync("Subscribed (mid: 1)");
        return subscriber;
    }

    private async Task<double> RefusalsAsync(string reason)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync($"http://127.0.0.1:{world.Gateway.Launch.HttpPort}/metrics");
        var mark = $"edgestream_mqtt_refusals_total{{reason=\"{reason}\"}} ";
        var line = text.Split('\n').Single(line => line.StartsWith(mark, StringComparison.Ordinal));
        return double.Parse(line[mark.Length..], CultureInfo.InvariantCulture);
    }
}
