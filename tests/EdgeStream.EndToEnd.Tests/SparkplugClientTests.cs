using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>An edge node that is written with the Sparkplug client of Eclipse Tahu, at the site's Mosquitto: the
/// gateway comes and goes, and the edge node notices nothing of it.</summary>
public sealed class SparkplugClientTests
{
    private const string Package = "sparkplug-client@3.2.4";

    [Fact]
    public async Task Data_by_aliases_is_read_after_a_kill_between_birth_and_data()
    {
        await using var site = await SiteBroker.StartAsync();
        await using var world = await GatewayWorld.StartAsync("sparkplug", Config(site.Port));
        await site.WaitForAsync("Received SUBSCRIBE from gateway");
        await using var edge = await StartEdgeAsync(site);
        var before = await ReadUntilAsync(world, count => count >= 3);
        world.Gateway.Kill9();
        await world.StartAgainAsync();
        var after = await ReadUntilAsync(world, count => count > before + 10);
        Assert.True(after > before);

        // The births were kept: no value waits until they are told again.
        Assert.Empty(await world.Api.ReadAllAsync("dead-letter"));
        var device = await world.Api.FindAsync("/api/devices", "devices", "id", "plant/edge/kiln");
        Assert.Equal("sparkplug", device?.GetProperty("dialect").GetString());
    }

    [Fact]
    public async Task A_gateway_that_knows_no_births_asks_for_them_and_reads_on()
    {
        await using var site = await SiteBroker.StartAsync();
        await using var edge = await StartEdgeAsync(site);
        await using var world = await GatewayWorld.StartAsync("sparkplug-late", Config(site.Port));
        await edge.WaitForAsync("asked for births");
        await ReadUntilAsync(world, count => count >= 3);
        var letters = await world.RecordsAsync("dead-letter", 1);
        Assert.Contains("nobody has named the metric with the alias 10", letters[0].Data.GetRawText());
    }

    private static async Task<BackgroundCommand> StartEdgeAsync(SiteBroker site)
    {
        var modules = await NodeModules.InstallAsync("sparkplug-3.2.4", Package);
        var script = RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "sparkplug", "edge.cjs");
        var edge = BackgroundCommand.Start("node", script, modules, $"mqtt://127.0.0.1:{site.Port}");
        await edge.WaitForAsync("born");
        return edge;
    }

    /// <summary>Waits until the newest temperature is one that is wanted; all that are stored are in their
    /// order.</summary>
    private static async Task<double> ReadUntilAsync(GatewayWorld world, Func<double, bool> isWanted)
    {
        double[] found = [];
        await Poll.UntilAsync(
            async () =>
            {
                var records = await world.Api.ReadAllAsync("readings");
                found =
                [
                    .. records.Where(record => record.Key == "plant/edge/kiln"
                            && record.Data.TryGetProperty("temperature", out _))
                        .Select(record => record.Data.GetProperty("temperature").GetDouble()),
                ];
                return found.Length > 0 && isWanted(found[^1]);
            },
            state: () => $"{string.Join(' ', found)}\n{world.Gateway.Output}");
        Assert.Equal(found.Order(), found);
        return found[^1];
    }

    private static string Config(int port) => QuietConfig.Text + $$"""

        sources:
          - name: site
            mqtt:
              url: mqtt://127.0.0.1:{{port}}
              clientId: gateway
              subscriptions: [{filter: spBv1.0/#, qos: 1}]
              reconnectMax: 1s
        routes:
          - preset: sparkplug
        """;
}
