using System.Net;
using System.Net.Sockets;
using EdgeStream.Gateway.Cli;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

public sealed class LifecycleTests
{
    [Fact]
    public async Task What_was_accepted_is_there_after_a_restart_and_nothing_needs_repair()
    {
        using var folder = new TemporaryFolder("restart");
        for (var run = 1; run <= 3; run++)
        {
            await using var gateway = await StartInAsync(folder);
            Assert.Empty(gateway.Host.Parts.Store.RecoveryFindings);
            await gateway.PostAsync("readings", $$"""{"key":"k","data":{{run}}}""");
            var records = (await gateway.GetAsync("/api/streams/readings/records")).GetProperty("records");
            Assert.Equal(run, records.GetArrayLength());
            Assert.Equal(run, (await gateway.GetAsync("/api/devices")).GetProperty("devices")[0]
                .GetProperty("readings").GetInt32());
        }
    }

    [Theory]
    [InlineData(true, "for HTTP: the port is in use", "--http-port, or 'http.port'")]
    [InlineData(false, "for MQTT: the port is in use", "--mqtt-port, or 'mqtt.port'")]
    public async Task A_port_in_use_is_told_with_what_to_change(bool isHttp, string problem, string remedy)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var taken = new ListenConfig(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndPoint!).Port);
        GatewayStart Change(GatewayStart start) => start with
        {
            Config = isHttp ? start.Config with { Http = taken } : start.Config with { Mqtt = taken },
        };
        var failed = await Assert.ThrowsAsync<StartException>(() => GatewayUnderTest.StartAsync(change: Change));
        Assert.Equal(ExitCode.Unavailable, failed.ExitCode);
        Assert.Contains($"Cannot listen on {IPAddress.Loopback}:{taken.Port} {problem}", failed.Message);
        Assert.Contains(remedy, failed.Message);
    }

    [Fact]
    public async Task A_data_folder_that_another_gateway_has_open_is_refused()
    {
        using var folder = new TemporaryFolder("twice");
        await using var first = await StartInAsync(folder);
        var failed = await Assert.ThrowsAsync<StartException>(() => StartInAsync(folder));
        Assert.Equal(ExitCode.InputOutput, failed.ExitCode);
        Assert.Contains(folder.Combine("data"), failed.Message);
    }

    [Fact]
    public async Task Readings_of_the_board_become_delivered_files()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            """
            sensors: {board: {period: 100ms}}
            deliveries: [{name: local, bufferTime: 0, folder: {}}]
            """);
        var folder = Path.Combine(gateway.DataFolder, "delivered");
        await Poll.UntilAsync(() => DeliveredFolder.Files(folder).Count > 0);
        await Poll.UntilAsync(async () => (await gateway.GetAsync("/api/deliveries")).GetProperty("deliveries")[0]
            .GetProperty("deliveredRecords").GetInt64() > 0);
        Assert.All(DeliveredFolder.ReadAll(folder), record => Assert.Equal("board", record.Key));
    }

    private static Task<GatewayUnderTest> StartInAsync(TemporaryFolder folder) => GatewayUnderTest.StartAsync(
        change: start => start with { Config = start.Config with { DataFolder = folder.Combine("data") } });
}
