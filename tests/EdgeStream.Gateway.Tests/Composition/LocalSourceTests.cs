using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>Sources that the gateway reads itself: what is seen of them, and what a reload does to them.</summary>
public sealed class LocalSourceTests
{
    private const string Kernel =
        "- {name: cabinet, kernel: {sensors: [{name: t, sensor: w1 28-000000000000, period: 100ms}]}}";

    [Fact]
    public async Task A_sensor_that_is_not_there_is_seen_in_status_health_and_metrics()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml(Kernel));
        await Poll.UntilAsync(async () => (await SensorAsync(gateway)).GetProperty("stale").GetBoolean());
        var sensor = await SensorAsync(gateway);
        Assert.Equal(
            [
                "source", "device", "name", "sensor", "unit", "readings", "failures", "lost", "value", "lastReading",
                "stale", "problem",
            ],
            sensor.EnumerateObject().Select(member => member.Name));
        Assert.Equal("w1 28-000000000000", sensor.GetProperty("sensor").GetString());
        Assert.StartsWith("There is no 'w1 28-000000000000' now", sensor.GetProperty("problem").GetString());

        var health = await gateway.Client.GetStringAsync("/health");
        Assert.Contains("1 of 1 sensors and lines give nothing; t: There is no", health);
        var metrics = await gateway.Client.GetStringAsync("/metrics");
        Assert.Contains("edgestream_sensor_stale{source=\"cabinet\",sensor=\"t\"} 1", metrics);
        Assert.Contains("edgestream_sensor_readings_total{source=\"cabinet\",sensor=\"t\"} 0", metrics);
        await Poll.UntilAsync(async () => (await RecordsAsync(gateway)).Contains("{\"stale\":true,\"sensor\":\"t\""));
    }

    [Fact]
    public async Task A_reload_adds_and_takes_away_sources_and_leaves_the_rest_alone()
    {
        var port = FreePort.Next();
        var modbus = $"- {{name: line, modbus: {{url: 'tcp://127.0.0.1:{port}', devices: [{{name: p, period: 100ms, "
            + "registers: ['t = holding 1 u16'] }] }}\n";
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml(Kernel));
        var local = gateway.Host.Parts.Sensors!.Local;
        var kept = Assert.Single(local.Sensors);
        Assert.Empty(local.Modbus);

        await gateway.ReloadAsync(Yaml(modbus, Kernel));
        Assert.Contains("Configuration reloaded: sources (kernel, modbus).", gateway.Log);
        Assert.Same(kept, Assert.Single(local.Sensors));
        await Poll.UntilAsync(() => local.Modbus[0].Status[0].IsStale);
        Assert.Contains(
            "edgestream_modbus_stale{device=\"p\"} 1", await gateway.Client.GetStringAsync("/metrics"));
        Assert.Contains("1 of 1 Modbus devices give nothing; p:", await gateway.Client.GetStringAsync("/health"));

        await gateway.ReloadAsync(Yaml(modbus, Kernel.Replace("100ms", "200ms")));
        Assert.NotSame(kept, Assert.Single(local.Sensors));
        await gateway.ReloadAsync(Yaml(modbus));
        Assert.Empty(local.Sensors);
        Assert.Equal(0, (await gateway.GetAsync("/api/status")).GetProperty("sensors").GetArrayLength());
        await gateway.ReloadAsync(GatewayUnderTest.Quiet);
        Assert.Empty(local.Modbus);
    }

    private static string Yaml(params string[] sources) =>
        GatewayUnderTest.Quiet + "sources:\n" + string.Join('\n', sources) + "\n";

    private static async Task<JsonElement> SensorAsync(GatewayUnderTest gateway) =>
        (await gateway.GetAsync("/api/status")).GetProperty("sensors")[0];

    private static async Task<string> RecordsAsync(GatewayUnderTest gateway) =>
        await gateway.Client.GetStringAsync("/api/streams/readings/records");
}
