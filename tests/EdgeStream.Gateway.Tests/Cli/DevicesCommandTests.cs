using System.Text;
using EdgeStream.Gateway.Cli;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Tests.Cli;

public sealed class DevicesCommandTests
{
    [Fact]
    public async Task Devices_are_listed_named_and_forgotten()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            GatewayUnderTest.Quiet + "routes: [{preset: tasmota}, {topic: '#', stream: readings, counter: field:n}]\n");
        var url = $"http://{gateway.Host.HttpEndpoint}";
        await using var client = await MqttClient.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port, new());
        await PublishAsync(client, "tele/plug/STATE", """{"Wifi":{"Signal":-52}}""");
        await PublishAsync(client, "site/a", """{"n":1}""");
        await PublishAsync(client, "site/a", """{"n":4}""");
        await CommandLine.RunAsync("devices", "name", "site/a", "Hall 2", "--url", url);

        var (code, plain, _) = await CommandLine.RunAsync("devices", "--url", url);
        Assert.Equal(ExitCode.Ok, code);
        var rows = plain.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split('\t')).ToArray();
        Assert.Equal(["site/a", "Hall 2", "mqtt", "2"], rows[0][..4]);
        Assert.Equal("2", rows[0][9]);
        Assert.Equal(["plug", "-", "tasmota", "1"], rows[1][..4]);
        Assert.Equal("-52 dBm", rows[1][8]);
        var (_, table, _) = await CommandLine.RunAsync(isTerminal: true, "", "devices", "--url", url);
        Assert.StartsWith("DEVICE", table, StringComparison.Ordinal);

        var (_, shown, _) = await CommandLine.RunAsync("devices", "show", "site/a", "--url", url);
        Assert.Contains("\"alias\":\"Hall 2\"", shown, StringComparison.Ordinal);
        await CommandLine.RunAsync("devices", "forget", "site/a", "--url", url);
        var (gone, _, error) = await CommandLine.RunAsync("devices", "show", "site/a", "--url", url);
        Assert.Equal(ExitCode.Usage, gone);
        Assert.Contains("There is no device 'site/a'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_twin_is_shown_and_changed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var url = $"http://{gateway.Host.HttpEndpoint}";
        var (code, changed, _) = await CommandLine.RunAsync(
            "devices", "twin", "kiln", "--set", """{"interval":10}""", "--url", url);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("\"delta\":{\"interval\":10}", changed, StringComparison.Ordinal);
        var (_, shown, _) = await CommandLine.RunAsync("devices", "twin", "kiln", "--url", url);
        Assert.Equal(changed, shown);
        var (late, _, error) = await CommandLine.RunAsync(
            "devices", "twin", "kiln", "--set", "{}", "--if-version", "0", "--url", url);
        Assert.Equal(ExitCode.Usage, late);
        Assert.Contains("has version 1, not 0", error, StringComparison.Ordinal);
        var (bad, _, _) = await CommandLine.RunAsync("devices", "twin", "kiln", "--set", "{", "--url", url);
        Assert.Equal(ExitCode.Usage, bad);
    }

    private static async Task PublishAsync(MqttClient client, string topic, string payload) => Assert.Equal(
        MqttReasonCode.Success,
        await client.PublishAsync(topic, Encoding.UTF8.GetBytes(payload), MqttQos.AtLeastOnce));
}
