using EdgeStream.Gateway.Cli;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Tests.Cli;

public sealed class DeadLetterCommandTests
{
    private const string Narrow = GatewayUnderTest.Quiet + "routes: [{topic: a/+, stream: readings}]\n";
    private const string Wide = GatewayUnderTest.Quiet
        + "routes: [{topic: a/+, stream: readings}, {preset: bare, topic: 'b/#'}]\n";

    [Fact]
    public async Task Messages_are_replayed_once_after_the_routes_were_fixed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Narrow);
        await PublishAsync(gateway, "a/1", "broken");
        await PublishAsync(gateway, "b/lamp/state", "on");
        await PublishAsync(gateway, "b/lamp/power", "21.5 W");
        await gateway.ReloadAsync(Wide);

        var (code, output, _) = await ReplayAsync(gateway, "--dry-run");
        Assert.Equal(ExitCode.Unhealthy, code);
        Assert.StartsWith("2 letters would be replayed as 2 records, 0 were before, 1 still refused, 0 not", output);
        Assert.Contains("  1 × Route 'a/+'", output);
        Assert.Empty(await RecordsAsync(gateway));

        (code, output, _) = await ReplayAsync(gateway, "--topic", "b/#");
        Assert.Equal(ExitCode.Ok, code);
        Assert.StartsWith("2 letters replayed as 2 records, 0 were before, 0 still refused", output);
        Assert.Equal(
            ["""{"state":true}""", """{"power":21.5,"units":{"power":"W"}}"""], await RecordsAsync(gateway));

        (_, output, _) = await ReplayAsync(gateway);
        Assert.StartsWith("0 letters replayed as 0 records, 2 were before, 1 still refused", output);
        Assert.Equal(2, (await RecordsAsync(gateway)).Length);
    }

    [Theory]
    [InlineData("--from", "yesterday", "'from' is 'yesterday', which is no position")]
    [InlineData("--topic", "a/#/b", "the '#' must be the whole last level")]
    public async Task What_is_no_range_is_refused(string option, string value, string message)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Narrow);
        var (code, _, error) = await ReplayAsync(gateway, option, value);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(message, error);
    }

    private static Task<(int ExitCode, string Out, string Error)> ReplayAsync(
        GatewayUnderTest gateway, params string[] options) => CommandLine.RunAsync(
        ["dead-letter", "replay", "--url", $"http://{gateway.Host.HttpEndpoint}", .. options]);

    private static async Task PublishAsync(GatewayUnderTest gateway, string topic, string payload)
    {
        var endpoint = gateway.Host.MqttEndpoint;
        await using var client = await MqttClient.ConnectAsync(
            endpoint.Address.ToString(), endpoint.Port, new MqttClientOptions(), default);
        await client.PublishAsync(
            new MqttMessage
            {
                Topic = topic, Payload = System.Text.Encoding.UTF8.GetBytes(payload), Qos = MqttQos.AtLeastOnce,
            },
            default);
    }

    private static async Task<string[]> RecordsAsync(GatewayUnderTest gateway)
    {
        var page = await gateway.GetAsync("/api/streams/readings/records");
        return [.. page.GetProperty("records").EnumerateArray().Select(r => r.GetProperty("data").GetRawText())];
    }
}
