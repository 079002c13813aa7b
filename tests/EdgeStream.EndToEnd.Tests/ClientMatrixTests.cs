using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Clients of four makers through every door that they know, in both versions.</summary>
public sealed class ClientMatrixTests(DoorWorld world) : IClassFixture<DoorWorld>
{
    private const string Python = "/usr/bin/python3";
    private static readonly string Scripts = RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests");

    public static TheoryData<string, int, string> OfMosquitto { get; } = ClientMatrix.RunsOf(ClientMatrix.Mosquitto);

    public static TheoryData<string, int, string> OfPahoForPython { get; } =
        ClientMatrix.RunsOf(ClientMatrix.PahoForPython);

    public static TheoryData<string, int, string> OfPahoForC { get; } = ClientMatrix.RunsOf(ClientMatrix.PahoForC);

    public static TheoryData<string, int, string> OfMqttJs { get; } = ClientMatrix.RunsOf(ClientMatrix.MqttJs);

    [Theory]
    [MemberData(nameof(OfMosquitto))]
    public Task Mosquitto_s(string door, int version, string scenario)
    {
        var folder = door == "unix" ? "local" : "site";
        return new MosquittoScenario(MosquittoDoor(door), version, $"{folder}/mosquitto-{door}-{version}")
            .RunAsync(scenario);
    }

    [Theory]
    [MemberData(nameof(OfPahoForPython))]
    public Task Paho_for_Python(string door, int version, string scenario) => RunAsync(
        Python,
        [
            Path.Combine(Scripts, "paho", "doors.py"), scenario, door, Number(world.PortOf(door)), Number(version),
            .. Credentials(door),
        ]);

    [Theory]
    [MemberData(nameof(OfPahoForC))]
    public async Task Paho_for_C(string door, int version, string scenario) => await RunAsync(
        await world.PahoForCAsync(),
        [scenario, door, Number(world.PortOf(door)), Number(version), .. Credentials(door)]);

    [Theory]
    [MemberData(nameof(OfMqttJs))]
    public Task MqttJs(string door, int version, string scenario)
    {
        var scheme = door switch { "tcp" => "mqtt", "tls" => "mqtts", "websocket" => "ws", _ => "wss" };
        var path = door.StartsWith("websocket", StringComparison.Ordinal) ? "/mqtt" : "";
        return RunAsync(
            "node",
            [
                Path.Combine(Scripts, "mqttjs", "doors.cjs"), scenario, world.Modules,
                $"{scheme}://localhost:{world.PortOf(door)}{path}", Number(version), .. Credentials(door),
            ]);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private async Task RunAsync(string program, string[] arguments)
    {
        var result = await Command.RunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, $"{result}\n{world.Gateway.Gateway.Output}");
    }

    /// <summary>Authority, certificate, key, user and password, or '-' for what the door doesn't ask for.</summary>
    private string[] Credentials(string door) => door is "tls" or "websocket-tls"
        ? [world.Path("ca.pem"), world.Path("pump.pem"), world.Path("pump.key"), "-", "-"]
        : ["-", "-", "-", "pump", "secret"];

    private string[] MosquittoDoor(string door) => door switch
    {
        "tcp" => ["-h", "127.0.0.1", "-p", Number(world.TcpPort), "-u", "pump", "-P", "secret"],
        "tls" =>
        [
            "-h", "localhost", "-p", Number(world.TlsPort), "--cafile", world.Path("ca.pem"),
            "--cert", world.Path("pump.pem"), "--key", world.Path("pump.key"),
        ],
        _ => ["--unix", world.UnixSocket],
    };
}
