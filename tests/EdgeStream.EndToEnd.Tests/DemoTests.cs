namespace EdgeStream.EndToEnd.Tests;

/// <summary>Simulated sensors say that they are simulated, everywhere they show.</summary>
public sealed class DemoTests
{
    private const string KeyPrefix = "simulated/";

    [Fact]
    public async Task Every_simulated_reading_is_labelled_in_key_data_registry_and_status()
    {
        await using var world = await GatewayWorld.StartAsync("demo", QuietConfig.NoSensors, demo: true);

        var records = await world.RecordsAsync("readings", 10);

        Assert.All(records, record =>
        {
            Assert.StartsWith(KeyPrefix, record.Key, StringComparison.Ordinal);
            Assert.StartsWith("""{"simulated":true""", record.Data.GetRawText(), StringComparison.Ordinal);
        });
        Assert.True((await world.Api.GetJsonAsync("/api/status")).GetProperty("demo").GetBoolean());
        var devices = (await world.Api.GetJsonAsync("/api/devices")).GetProperty("devices").EnumerateArray().ToArray();
        Assert.NotEmpty(devices);
        Assert.All(devices, device =>
        {
            Assert.True(device.GetProperty("simulated").GetBoolean());
            Assert.Equal("simulated", device.GetProperty("source").GetString());
        });
    }

    [Fact]
    public async Task Without_demo_nothing_is_simulated()
    {
        await using var world = await GatewayWorld.StartAsync("no-demo", config: null);

        var records = await world.RecordsAsync("readings", 3);

        Assert.DoesNotContain(records, record => record.Key.StartsWith(KeyPrefix, StringComparison.Ordinal));
        Assert.False((await world.Api.GetJsonAsync("/api/status")).GetProperty("demo").GetBoolean());
    }
}
