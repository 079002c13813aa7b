using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Logging;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>Background work on the logs' files that fails is told, and not too often.</summary>
public sealed class UpkeepWatchTests
{
    private static readonly (string, UpkeepFailure)[] Failing =
        [("stream raw", new UpkeepFailure(UpkeepWork.Compressing, new IOException("broken"), 3))];

    private readonly ManualTimeProvider _time = new();
    private readonly StringWriter _log = new();

    [Fact]
    public void What_fails_every_second_is_told_once_an_hour_and_its_recovery_once()
    {
        var watch = Watch();
        for (var second = 0; second < 2 * 3600; second++)
        {
            watch.Tick(Failing);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, Count("fails, 3 tries so far"));
        Assert.Contains("stays as it is: broken", _log.ToString(), StringComparison.Ordinal);
        watch.Tick([]);
        watch.Tick([]);
        Assert.Equal(1, Count("succeeds again: Compressing"));
    }

    [Fact]
    public void What_fails_and_succeeds_by_turns_is_told_once_an_hour_too()
    {
        var watch = Watch();
        for (var second = 0; second < 3600; second += 2)
        {
            watch.Tick(Failing);
            _time.Advance(TimeSpan.FromSeconds(1));
            watch.Tick([]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((1, 1), (Count("fails"), Count("succeeds again")));
        watch.Tick(Failing);
        Assert.Equal(2, Count("fails"));
    }

    [Fact]
    public async Task A_log_whose_upkeep_fails_shows_in_health_metrics_and_log_until_it_succeeds()
    {
        var disk = new IndexlessDisk(new SimulatedDisk(new Random(1)));
        await using var gateway = await GatewayUnderTest.StartAsync(
            GatewayUnderTest.Quiet + "streams: [{name: readings, segmentSize: 1MiB}]\n",
            change: start => start with { Disk = disk });
        gateway.Host.Parts.Store.TryGet("readings", out var stream);
        for (var i = 0; i < 30; i++)
        {
            await stream!.AppendAsync("k"u8.ToArray(), new byte[100_000]);
        }

        await Poll.UntilAsync(async () => await DetailAsync(gateway) is not null);
        Assert.Contains("cannot be written", await DetailAsync(gateway), StringComparison.Ordinal);
        await Poll.UntilAsync(() => gateway.Log.Contains("Background work on the files of the stream readings fails"));
        var metrics = await gateway.Client.GetStringAsync("/metrics");
        Assert.DoesNotContain(
            "edgestream_stream_upkeep_failures_total{stream=\"readings\"} 0\n", metrics, StringComparison.Ordinal);

        disk.IsFailing = false;
        await Poll.UntilAsync(async () => await DetailAsync(gateway) is null);
        await Poll.UntilAsync(() => gateway.Log.Contains("succeeds again: Finishing"));
    }

    private UpkeepWatch Watch()
    {
        var loggers = new LineLoggerFactory(
            _log, new LogLevelSwitch(Microsoft.Extensions.Logging.LogLevel.Information), false, _time);
        return new UpkeepWatch(_time, loggers.CreateLogger("Test"));
    }

    private int Count(string text) => _log.ToString().Split(text).Length - 1;

    private static async Task<string?> DetailAsync(GatewayUnderTest gateway)
    {
        var (_, health) = await gateway.SendAsync(HttpMethod.Get, "/health");
        foreach (var check in health.GetProperty("checks").EnumerateArray())
        {
            if (check.GetProperty("name").GetString() == "upkeep of stream readings")
            {
                return check.GetProperty("detail").GetString();
            }
        }

        return null;
    }

    /// <summary>Another disk that takes no index files for a while.</summary>
    private sealed class IndexlessDisk(IDisk disk) : DiskAround(disk)
    {
        private volatile bool _isFailing = true;

        public bool IsFailing { set => _isFailing = value; }

        public override void Replace(string path, ReadOnlySpan<byte> content)
        {
            if (_isFailing && path.EndsWith(".index", StringComparison.Ordinal))
            {
                throw new IOException($"{path} cannot be written.");
            }

            base.Replace(path, content);
        }
    }
}
