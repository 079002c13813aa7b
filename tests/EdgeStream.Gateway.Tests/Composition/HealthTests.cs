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

    private static string? StatusOf((int Code, JsonElement Body) health, string check) =>
        health.Body.GetProperty("checks").EnumerateArray()
            .First(entry => entry.GetProperty("name").GetString() == check).GetProperty("status").GetString();

    private static Task<(int Code, JsonElement Body)> HealthAsync(GatewayUnderTest gateway) =>
        gateway.SendAsync(HttpMethod.Get, "/health");
}
