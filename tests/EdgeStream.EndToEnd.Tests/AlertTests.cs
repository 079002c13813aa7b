using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A threshold rule from the device's reading to the message that tells a person.</summary>
public sealed class AlertTests
{
    private const string Config = $"""
        {QuietConfig.NoSensors}
        deliveries: []
        rules:
          - name: too-hot
            field: temperature
            above: 30
            hysteresis: 2
            severity: critical
        """;

    [Fact]
    public async Task A_threshold_alert_fires_and_resolves_and_arrives_by_mqtt()
    {
        await using var world = await GatewayWorld.StartAsync("alert", Config);
        await using var watcher = await world.SubscribeAsync("edgestream/alerts/too-hot");

        await PublishAsync(world, 29);
        await PublishAsync(world, 35);
        await watcher.WaitForAsync("\"firing\"");
        await PublishAsync(world, 29);
        await PublishAsync(world, 27);
        await watcher.WaitForAsync("\"resolved\"");

        var records = await world.RecordsAsync("alerts", 2);
        Assert.Equal(["firing", "resolved"], records.Select(record => Text(record, "state")));
        Assert.All(records, record =>
        {
            Assert.Equal("too-hot", record.Key);
            Assert.Equal("too-hot", Text(record, "rule"));
            Assert.Equal("critical", Text(record, "severity"));
            Assert.Equal("site/kitchen", Text(record, "key"));
            Assert.Equal("temperature", Text(record, "field"));
            Assert.Equal(30, record.Data.GetProperty("threshold").GetDouble());
            Assert.Equal(Text(records[0], "id"), Text(record, "id"));
        });
        Assert.Equal(35, records[0].Data.GetProperty("value").GetDouble());
        Assert.True(watcher.Output.Contains($"edgestream/alerts/too-hot {records[0].Data.GetRawText()}"));
    }

    [Fact]
    public async Task A_firing_alert_shows_in_the_api_and_survives_a_kill()
    {
        await using var world = await GatewayWorld.StartAsync("alert-kill", Config);
        await PublishAsync(world, 35);
        await world.RecordsAsync("alerts", 1);

        world.Gateway.Kill9();
        await world.StartAgainAsync();

        await Poll.UntilAsync(async () => await RuleStateAsync(world) == "firing");
        var alert = await world.Api.FindAsync("/api/alerts", "alerts", "rule", "too-hot");
        Assert.Equal("firing", alert?.GetProperty("state").GetString());
        await PublishAsync(world, 20);
        await Poll.UntilAsync(async () => await RuleStateAsync(world) == "ok");
        var records = await world.RecordsAsync("alerts", 2);
        Assert.Equal(["firing", "resolved"], records.Select(record => Text(record, "state")));
    }

    private static async Task<string?> RuleStateAsync(GatewayWorld world) =>
        (await world.Api.FindAsync("/api/rules", "rules", "name", "too-hot"))?.GetProperty("state").GetString();

    private static async Task PublishAsync(GatewayWorld world, int temperature) =>
        (await world.PublishAsync("site/kitchen", $$"""{"temperature":{{temperature}}}""")).OrThrow();

    private static string Text(ApiRecord record, string member) => record.Data.GetProperty(member).GetString()!;
}
