using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Actions of the native binary, over kills; commands that decide about alerts; a back-test of what is
/// stored.</summary>
public sealed class AlertActionTests
{
    [Fact]
    public async Task A_webhook_that_is_away_hears_of_every_alert_though_the_gateway_is_killed_meanwhile()
    {
        var isAway = true;
        await using var server = new HttpStandIn(_ => new StandInAnswer(isAway ? 503 : 200));
        using var folder = new TemporaryFolder();
        await using var world = await GatewayWorld.StartAsync("actions", ConfigOf(server.Url, folder));
        await PublishAsync(world, "a", 35);
        await PublishAsync(world, "b", 35);
        await PublishAsync(world, "a", 20);
        await world.RecordsAsync("alerts", 3);
        await Poll.UntilAsync(() => server.Requests.Count > 0);
        world.Gateway.Kill9();
        await world.StartAgainAsync();
        isAway = false;

        var told = new HashSet<string>();
        await Poll.UntilAsync(() =>
        {
            foreach (var request in server.Requests)
            {
                foreach (var alert in request.Json.GetProperty("alerts").EnumerateArray())
                {
                    told.Add($"{alert.GetProperty("labels").GetProperty("key")} {alert.GetProperty("status")}");
                }
            }

            return told.IsSupersetOf(["site/a resolved", "site/b firing"]);
        });
        await Poll.UntilAsync(() => File.Exists(folder.Combine("page")));
        using var page = JsonDocument.Parse(await File.ReadAllTextAsync(folder.Combine("page")));
        Assert.Equal("page", page.RootElement.GetProperty("receiver").GetString());
    }

    [Fact]
    public async Task Silences_and_acknowledgements_survive_a_kill()
    {
        using var folder = new TemporaryFolder();
        await using var world = await GatewayWorld.StartAsync("decisions", ConfigOf("http://127.0.0.1:1/", folder));
        await PublishAsync(world, "a", 35);
        await world.RecordsAsync("alerts", 1);
        var url = world.Api.Address.ToString();
        JsonElement? alert = null;
        await Poll.UntilAsync(async () => (alert = await FindAsync(world)) is not null);
        (await RunAsync("alerts", "ack", alert!.Value.GetProperty("id").GetString()!, "--by", "ann", "--url", url))
            .OrThrow();
        (await RunAsync("alerts", "silence", "--rule", "too-*", "--for", "1h", "--url", url)).OrThrow();
        world.Gateway.Kill9();
        await world.StartAgainAsync();

        await Poll.UntilAsync(async () => (alert = await FindAsync(world)) is not null);
        Assert.Equal("ann", alert!.Value.GetProperty("acknowledged").GetProperty("by").GetString());
        Assert.True(alert.Value.TryGetProperty("silence", out _));
    }

    [Fact]
    public async Task A_back_test_of_the_stored_log_equals_what_was_raised_beside_the_gateway_and_without_it()
    {
        using var folder = new TemporaryFolder();
        await using var world = await GatewayWorld.StartAsync("backtest", ConfigOf("http://127.0.0.1:1/", folder));
        foreach (var temperature in new[] { 20, 35, 36, 20, 31, 20 })
        {
            await PublishAsync(world, "a", temperature);
        }

        await world.RecordsAsync("alerts", 4);
        string[] arguments = ["backtest", "too-hot", "--config", world.Launch.ConfigFile!, "--data", world.DataFolder];
        foreach (var isRunning in new[] { true, false })
        {
            if (!isRunning)
            {
                world.Gateway.Kill9();
            }

            var result = await RunAsync([.. arguments, "--json", "--check"]);
            Assert.Equal(0, result.ExitCode);
            using var report = JsonDocument.Parse(result.Output);
            Assert.Equal(2, report.RootElement.GetProperty("both").GetInt32());
            Assert.All(
                report.RootElement.GetProperty("alerts").EnumerateArray(),
                pair => Assert.True(pair.GetProperty("same").GetBoolean()));
        }
    }

    private static string ConfigOf(string url, TemporaryFolder folder)
    {
        var (given, page) = (folder.Combine("new"), folder.Combine("page"));

        // A gateway that is killed before it has told a program anything leaves it an empty input, and tells it again.
        var script = folder.Write("page.sh", $"#!/bin/sh\ncat > {given}\n[ -s {given} ] && mv {given} {page}\n");
        return $$$"""
            {{{QuietConfig.NoSensors}}}
            deliveries: []
            rules:
              - {name: too-hot, field: temperature, above: 30}
            alerting:
              actions:
                - {name: hook, webhook: {url: "{{{url}}}", timeout: 2s}}
                - {name: page, exec: {command: /bin/sh, arguments: ["{{{script}}}"]}}
            """;
    }

    private static Task<JsonElement?> FindAsync(GatewayWorld world) =>
        world.Api.FindAsync("/api/alerts", "alerts", "rule", "too-hot");

    private static async Task PublishAsync(GatewayWorld world, string device, int temperature) =>
        (await world.PublishAsync($"site/{device}", $$$"""{"temperature":{{{temperature}}}}""")).OrThrow();

    private static Task<CommandResult> RunAsync(params string[] arguments) =>
        Command.RunAsync(NativeBinary.Path, arguments);
}
