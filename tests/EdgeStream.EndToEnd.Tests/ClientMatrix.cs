using System.Text;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Which client of another maker does what through which door: what <see cref="ClientMatrixTests"/> runs, and
/// what the table of <c>src/EdgeStream.Mqtt/README.md</c> is made of.</summary>
internal static class ClientMatrix
{
    internal const string Mosquitto = "mosquitto";
    internal const string PahoForPython = "paho-python";
    internal const string PahoForC = "paho-c";
    internal const string MqttJs = "mqttjs";

    private static readonly string[] Versions = ["3.1.1", "5.0"];

    private static readonly (string Key, string Words)[] Doors =
    [
        ("tcp", "TCP with a password"),
        ("tls", "TLS with a client certificate"),
        ("websocket", "WebSocket"),
        ("websocket-tls", "WebSocket over TLS"),
        ("unix", "Unix socket"),
    ];

    private static readonly (string Key, string Words)[] Scenarios =
    [
        ("qos0", "QoS 0"),
        ("qos1", "QoS 1"),
        ("qos2", "QoS 2"),
        ("retained", "retained"),
        ("will", "will"),
        ("shared", "shared subscription"),
        ("kept", "kept session"),
    ];

    private static readonly Row[] Rows =
    [
        new(Mosquitto, "Mosquitto's 2.0 (`mosquitto_pub`, `mosquitto_sub`)", ["tcp", "tls", "unix"], []),
        new(PahoForPython, "Eclipse paho 1.6 (Python)", ["tcp", "tls", "websocket", "websocket-tls"], []),
        new(PahoForC, "Eclipse paho 1.3 (C)", ["tcp", "tls"], ["kept"]),
        new(MqttJs, "MQTT.js 5.16", ["tcp", "tls", "websocket", "websocket-tls"], []),
    ];

    /// <summary>Door, version (4 or 5) and scenario of each run of a client.</summary>
    internal static TheoryData<string, int, string> RunsOf(string client)
    {
        var runs = new TheoryData<string, int, string>();
        Row row = Rows.Single(row => row.Client == client);
        foreach (var door in row.Doors)
        {
            foreach (var version in Versions)
            {
                foreach (var scenario in ScenariosOf(row))
                {
                    runs.Add(door, version == "5.0" ? 5 : 4, scenario.Key);
                }
            }
        }

        return runs;
    }

    /// <summary>The table as Markdown.</summary>
    internal static string Table()
    {
        var table = new StringBuilder("| client | MQTT | through | what passes, published and received |\n");
        table.Append("|---|---|---|---|\n");
        foreach (var row in Rows)
        {
            var doors = row.Doors.Select(door => Doors.Single(known => known.Key == door).Words);
            var scenarios = ScenariosOf(row).Select(scenario => scenario.Words);
            table.Append($"| {row.Name} | {string.Join(", ", Versions)} | {string.Join(", ", doors)} ");
            table.Append($"| {string.Join(", ", scenarios)} |\n");
        }

        return table.ToString();
    }

    private static IEnumerable<(string Key, string Words)> ScenariosOf(Row row) =>
        Scenarios.Where(scenario => !row.Without.Contains(scenario.Key));

    private sealed record Row(string Client, string Name, string[] Doors, string[] Without);
}
