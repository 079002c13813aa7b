using System.Text.Json;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>An edge node that the gateway has no birth of is asked for it, wherever its messages come from.</summary>
public sealed class SparkplugTests
{
    /// <summary>One metric by its alias 10, as sparkplug-payload 1.0.3 encodes it.</summary>
    private const string Data = "08e89b94caca331214100a18e89b94caca33200a6900000000008037401809";

    private const string Routes = "routes: [{preset: sparkplug}]\n";

    [Fact]
    public async Task A_node_at_the_gateway_itself_is_asked()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GatewayUnderTest.Quiet + Routes);
        Assert.Equal("Node Control/Rebirth", await RebirthAskedAtAsync(gateway));
        var letter = Assert.Single(await RecordsAsync(gateway, "dead-letter"));
        Assert.Contains(
            "nobody has named the metric with the alias 10", letter.GetProperty("data").GetRawText(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_at_another_server_is_asked_there()
    {
        await using var site = await GatewayUnderTest.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            GatewayUnderTest.Quiet + Routes
                + $"sources: [{{name: site, mqtt: {{url: 'mqtt://{site.Host.MqttEndpoint}', "
                + "subscriptions: [{filter: spBv1.0/+/DDATA/#}]}}]\n");
        await Poll.UntilAsync(async () => (await gateway.GetAsync("/api/status")).GetProperty("sources")[0]
            .GetProperty("subscribed").GetBoolean());
        Assert.Equal("Node Control/Rebirth", await RebirthAskedAtAsync(site));
    }

    /// <summary>Publishes data without a birth at a server, and waits for the command there.</summary>
    private static async Task<string> RebirthAskedAtAsync(GatewayUnderTest server)
    {
        var asked = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var endpoint = server.Host.MqttEndpoint;
        await using var node = await MqttClient.ConnectAsync(
            endpoint.Address.ToString(),
            endpoint.Port,
            new MqttClientOptions
            {
                Received = message =>
                {
                    asked.TrySetResult(message.Payload.ToArray());
                    return ValueTask.CompletedTask;
                },
            },
            default);
        await node.SubscribeAsync("spBv1.0/plant/NCMD/edge", MqttQos.AtLeastOnce);
        await node.PublishAsync(
            new MqttMessage
            {
                Topic = "spBv1.0/plant/DDATA/edge/d1", Payload = Convert.FromHexString(Data), Qos = MqttQos.AtLeastOnce,
            },
            default);
        var command = System.Text.Encoding.Latin1.GetString(await asked.Task.WaitAsync(Poll.DefaultDeadline));
        return command.Substring(command.IndexOf("Node", StringComparison.Ordinal), "Node Control/Rebirth".Length);
    }

    private static async Task<JsonElement[]> RecordsAsync(GatewayUnderTest gateway, string stream)
    {
        var page = await gateway.GetAsync($"/api/streams/{stream}/records");
        return [.. page.GetProperty("records").EnumerateArray()];
    }
}
