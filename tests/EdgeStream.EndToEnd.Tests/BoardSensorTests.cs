using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>What a newcomer sees who starts the gateway on a plain machine without any configuration.</summary>
public sealed class BoardSensorTests
{
    [Fact]
    public async Task Real_readings_of_the_board_appear_without_any_configuration()
    {
        await using var world = await GatewayWorld.StartAsync("board", config: null);

        // The second record holds rates too, which need two samples.
        var records = await world.RecordsAsync("readings", 2);

        var data = records[^1].Data;
        Assert.InRange(data.GetProperty("cpu_load_percent").GetDouble(), 0, 100);
        Assert.InRange(data.GetProperty("memory_used_percent").GetDouble(), 0.1, 100);
        Assert.InRange(data.GetProperty("disk_used_percent").GetDouble(), 0, 100);
        Assert.Contains(data.EnumerateObject(), member => member.Name.StartsWith("network_", StringComparison.Ordinal));
        Assert.False(data.TryGetProperty("simulated", out _));
        Assert.All(records, record => Assert.Equal(records[0].Key, record.Key));

        var device = await world.Api.FindAsync("/api/devices", "devices", "id", records[0].Key);
        Assert.Equal("board", device?.GetProperty("source").GetString());
        Assert.False(device?.GetProperty("simulated").GetBoolean());
        Assert.True(device?.GetProperty("values").TryGetProperty("cpu_load_percent", out _));
    }

    [Fact]
    public async Task Delivered_files_appear_beside_the_data_without_any_configuration()
    {
        await using var world = await GatewayWorld.StartAsync("first-files", config: null);
        var folder = Path.Combine(world.DataFolder, "delivered");

        await Poll.UntilAsync(() => DeliveredFolder.Files(folder).Count > 0);

        Assert.All(
            DeliveredFolder.ReadAll(folder),
            record => Assert.True(record.Data.TryGetProperty("memory_used_percent", out _)));

        // The ledger follows the file: only what is safely there counts as delivered.
        JsonElement? delivery = null;
        await Poll.UntilAsync(async () =>
        {
            delivery = await world.Api.FindAsync("/api/deliveries", "deliveries", "name", "local");
            return delivery?.GetProperty("deliveredRecords").GetInt64() > 0;
        });
        Assert.Equal("folder", delivery?.GetProperty("destination").GetString());
    }
}
