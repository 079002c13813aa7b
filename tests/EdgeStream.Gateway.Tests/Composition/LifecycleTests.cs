using System.Net;
using System.Net.Sockets;
using EdgeStream.Gateway.Cli;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Logging;
using EdgeStream.Mqtt;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging;

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
            Config = isHttp ? start.Config with { Http = taken } : start.Config with
            {
                MqttListeners = [start.Config.MqttListeners[0] with { Listen = taken }],
            },
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

    [Fact]
    public async Task A_stream_that_has_another_shard_count_is_refused_with_its_name()
    {
        using var folder = new TemporaryFolder("shards");
        await using (await StartInAsync(folder))
        {
        }

        var failed = await Assert.ThrowsAsync<StartException>(() => StartInAsync(
            folder, GatewayUnderTest.Quiet + "streams: [{name: readings, shards: 3}]\n"));
        Assert.Equal(ExitCode.Config, failed.ExitCode);
        Assert.StartsWith(
            "The stream 'readings' cannot be as configured: 'shards' is 3, and the stream was made with 1",
            failed.Message);
    }

    [Fact]
    public async Task A_damaged_data_folder_is_told_in_one_line()
    {
        using var folder = new TemporaryFolder("damaged");
        folder.Write("data", "a file where the folder should be");
        var failed = await Assert.ThrowsAsync<StartException>(() => StartInAsync(folder));
        Assert.Equal(ExitCode.InputOutput, failed.ExitCode);
        Assert.Single(failed.Message.Split('\n'));
    }

    [Fact]
    public async Task What_nobody_has_foreseen_is_told_in_one_line_as_a_bug_and_nothing_is_left_open()
    {
        using var folder = new TemporaryFolder("bug");
        GatewayStart Change(GatewayStart start) => start with
        {
            Config = start.Config with { DataFolder = folder.Combine("data"), Rules = null! },
        };
        var failed = await Assert.ThrowsAsync<StartException>(() => GatewayUnderTest.StartAsync(change: Change));
        Assert.Equal(ExitCode.Software, failed.ExitCode);
        Assert.StartsWith("The gateway cannot start; this is a bug", failed.Message);
        Assert.Single(failed.Message.Split('\n'));
        await using var again = await StartInAsync(folder);
    }

    [Fact]
    public async Task Parts_stop_in_the_opposite_order_and_one_that_hangs_or_fails_holds_up_no_other()
    {
        var log = new StringWriter();
        var level = new LogLevelSwitch(LogLevel.Information);
        using var loggers = new LineLoggerFactory(log, level, isJournal: false, TimeProvider.System);
        var stops = new StopStack(TimeProvider.System, loggers.CreateLogger("Test"));
        var stopped = new List<string>();
        Func<Task> Stop(string name, Task result) => () =>
        {
            stopped.Add(name);
            return result;
        };
        stops.Push("first", TimeSpan.FromSeconds(1), Stop("first", Task.CompletedTask));
        stops.Push("hangs", TimeSpan.FromMilliseconds(1), Stop("hangs", new TaskCompletionSource().Task));
        stops.Push("fails", TimeSpan.FromSeconds(1), Stop("fails", Task.FromException(new IOException("broken"))));
        stops.PushLoop("loop", TimeSpan.FromSeconds(1), token => Task.Delay(Timeout.InfiniteTimeSpan, token));
        await stops.StopAsync();
        Assert.Equal(["fails", "hangs", "first"], stopped);
        Assert.Contains("The hangs did not stop within 0.001 s", log.ToString());
        Assert.Contains("Stopping the fails failed. (IOException: broken)", log.ToString());
    }

    [Fact]
    public async Task Connected_clients_are_told_of_the_stop_before_the_ports_close()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var client = await MqttClient.ConnectAsync("127.0.0.1", gateway.Host.MqttEndpoint.Port, new());
        await gateway.Host.StopAsync("test");
        var told = await Assert.ThrowsAsync<MqttProtocolException>(() => client.Closed);
        Assert.Equal(MqttReasonCode.ServerShuttingDown, told.Reason);
        Assert.DoesNotContain("Stopping the", gateway.Log);
        await gateway.Host.ReloadAsync();
        Assert.DoesNotContain("Configuration reloaded", gateway.Log);
    }

    private static Task<GatewayUnderTest> StartInAsync(
        TemporaryFolder folder, string yaml = GatewayUnderTest.Quiet) => GatewayUnderTest.StartAsync(
        yaml, change: start => start with { Config = start.Config with { DataFolder = folder.Combine("data") } });
}
