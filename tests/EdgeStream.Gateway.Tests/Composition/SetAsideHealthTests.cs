using EdgeStream.Gateway.Tests.Cli;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>Files that recovery has set aside are told of, since nobody else removes them.</summary>
public sealed class SetAsideHealthTests
{
    private const string Streams = "streams: [{name: readings, segmentSize: 64KiB}]\n";

    [Fact]
    public async Task A_file_that_was_set_aside_shows_in_health_metrics_and_log_stat()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GatewayUnderTest.Quiet + Streams);
        var folder = Path.Combine(gateway.DataFolder, "streams", "readings", "shardId-000000000000");
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "00000000000000000001.log.damaged"), new byte[8192]);
        await gateway.RestartAsync();

        var (_, health) = await gateway.SendAsync(HttpMethod.Get, "/health");
        var check = health.GetProperty("checks").EnumerateArray()
            .Single(entry => entry.GetProperty("name").GetString() == "set aside in readings");
        Assert.Equal("degraded", check.GetProperty("status").GetString());
        Assert.Contains("8 KiB", check.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var metrics = await gateway.Client.GetStringAsync("/metrics");
        Assert.Contains(
            "edgestream_stream_set_aside_bytes{stream=\"readings\"} 8192\n", metrics, StringComparison.Ordinal);
        var (_, statistics, _) = await CommandLine.RunAsync(
            "log", "stat", gateway.DataFolder, "--stream", "readings");
        Assert.Contains("aside     1 damaged files, 8 KiB of that", statistics, StringComparison.Ordinal);
    }
}
