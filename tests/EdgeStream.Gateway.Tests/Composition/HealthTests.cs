using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Gateway.Tests.Composition;

public sealed class HealthTests
{
    [Fact]
    public async Task A_state_that_cannot_be_written_is_failing()
    {
        var disk = new SimulatedDisk(new Random(1));
        await using var gateway = await GatewayUnderTest.StartAsync(change: start => start with { Disk = disk });
        Assert.Equal("healthy", StatusOf(await HealthAsync(gateway), "streams"));
        disk.SyncsUntilFailure = 0;
        var state = gateway.Host.Parts.Store.State;
        var batch = new Storage.StateBatch();
        batch.Put("test/key", "value"u8.ToArray());
        await Assert.ThrowsAsync<IOException>(async () => await state.CommitAsync(batch));
        var (code, health) = await HealthAsync(gateway);
        Assert.Equal(503, code);
        Assert.Equal("failing", StatusOf((code, health), "state"));
        await Poll.UntilAsync(() => gateway.Log.Contains("The gateway's state has failed"));
    }

    [Fact]
    public async Task What_retention_takes_in_its_first_turn_before_it_is_delivered_is_told()
    {
        using var folder = new TemporaryFolder("evicted");
        var blocked = folder.Write("blocked", "a file where the delivery's folder should be");
        var deliveries = "sensors: {board: {enabled: false}}\nrules: []\n"
            + $"deliveries: [{{name: out, bufferTime: 0, folder: {{path: {blocked}/out}}}}]\n"
            + "streams: [{name: readings, segmentSize: 64KiB, protectUndelivered: false, retentionBytes: ";
        GatewayStart Change(GatewayStart start) =>
            start with { Config = start.Config with { DataFolder = folder.Combine("data") } };
        await using (var gateway = await GatewayUnderTest.StartAsync(deliveries + "1GiB}]\n", change: Change))
        {
            gateway.Host.Parts.Store.TryGet("readings", out var stream);
            for (var i = 0; i < 100; i++)
            {
                await stream!.AppendAsync("k"u8.ToArray(), new byte[10_000]);
            }
        }

        await using var again = await GatewayUnderTest.StartAsync(deliveries + "256KiB}]\n", change: Change);
        await Poll.UntilAsync(async () =>
            (await DetailOfAsync(again, "delivery out")).Contains("Records are evicted", StringComparison.Ordinal));
        var metrics = await again.Client.GetStringAsync("/metrics");
        Assert.Contains(
            "edgestream_delivery_appended_records_total{delivery=\"out\"} 100\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loop_that_fails_begins_again_and_is_remembered()
    {
        var time = new ManualTimeProvider();
        var loops = new LoopGuard(time, NullLogger.Instance);
        var runs = 0;
        var loop = loops.RunAsync(
            "feed",
            _ => ++runs == 1 ? throw new InvalidOperationException("broken") : Task.CompletedTask,
            CancellationToken.None);
        Assert.Equal("broken", Assert.Single(loops.RecentFailures).Error.Message);
        time.Advance(TimeSpan.FromSeconds(1));
        await loop;
        Assert.Equal(2, runs);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(loops.RecentFailures);
    }

    private static async Task<string> DetailOfAsync(GatewayUnderTest gateway, string check)
    {
        var (_, body) = await HealthAsync(gateway);
        return body.GetProperty("checks").EnumerateArray()
            .First(entry => entry.GetProperty("name").GetString() == check).GetProperty("detail").GetString()!;
    }

    private static string? StatusOf((int Code, JsonElement Body) health, string check) =>
        health.Body.GetProperty("checks").EnumerateArray()
            .First(entry => entry.GetProperty("name").GetString() == check).GetProperty("status").GetString();

    private static Task<(int Code, JsonElement Body)> HealthAsync(GatewayUnderTest gateway) =>
        gateway.SendAsync(HttpMethod.Get, "/health");
}
