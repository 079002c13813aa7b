using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>SIGHUP reads the configuration again.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task A_rule_that_was_added_watches_after_a_reload_without_a_restart()
    {
        await using var world = await GatewayWorld.StartAsync("reload");
        await using var watcher = await world.SubscribeAsync("edgestream/alerts/#");
        world.WriteConfig($"""
            {QuietConfig.NoSensors}
            deliveries: []
            rules:
              - name: added
                field: value
                above: 10
            """);

        world.Gateway.Reload();
        await Poll.UntilAsync(
            async () => await world.Api.FindAsync("/api/rules", "rules", "name", "added") is not null);
        (await world.PublishAsync("site/kitchen", "11")).OrThrow();

        await watcher.WaitForAsync("edgestream/alerts/added");
    }

    [Fact]
    public async Task A_gateway_that_was_started_with_the_signal_ignored_reloads_too()
    {
        await using var world =
            await GatewayWorld.StartAsync("reload-nohup", wrapper: ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"]);
        world.WriteConfig($"{QuietConfig.NoSensors}\nrules: [{{name: added, field: value, above: 10}}]");

        world.Gateway.Reload();

        await Poll.UntilAsync(
            async () => await world.Api.FindAsync("/api/rules", "rules", "name", "added") is not null);
    }

    [Fact]
    public async Task A_wrong_configuration_is_refused_and_the_old_one_stays()
    {
        await using var world = await GatewayWorld.StartAsync("reload-wrong");
        world.WriteConfig("rules: [{name: broken, field: value, above: ten}]");

        world.Gateway.Reload();

        await Poll.UntilAsync(() => world.Gateway.Output.Contains("edgestream.yaml:1:"));
        Assert.True(await world.Api.IsAnsweringAsync());
        Assert.Null(await world.Api.FindAsync("/api/rules", "rules", "name", "broken"));
        (await world.PublishAsync("site/kitchen", "11")).OrThrow();
        Assert.Single(await world.RecordsAsync("readings", 1));
    }
}
