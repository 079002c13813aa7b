using System.Runtime.InteropServices;
using EdgeStream.Testing;

namespace EdgeStream.Devices.Tests.Sensors;

/// <summary>Sources with sensors, from files to records.</summary>
public partial class SensorSourceTests
{
    private static readonly SensorOptions Temperature = new()
    {
        Name = "temperature", Sensor = "hwmon lm75 temp1", Period = TimeSpan.FromMilliseconds(100),
    };

    [Fact]
    public async Task Values_of_one_chip_are_one_record_with_their_units()
    {
        using var tree = new SensorTree();
        tree.Write("sys/class/hwmon/hwmon0/name", "sht3x\n");
        tree.Write("sys/class/hwmon/hwmon0/temp1_input", "30250\n");
        tree.Write("sys/class/hwmon/hwmon0/humidity1_input", "61500\n");
        await using var run = await Run.StartAsync(
            tree,
            Temperature with { Sensor = "hwmon sht3x temp1" },
            Temperature with { Name = "humidity", Sensor = "hwmon sht3x humidity1", Unit = "%" });
        await Poll.UntilAsync(() => run.Read().Length >= 2);
        Assert.All(run.Read(), data => Assert.Equal(
            "{\"temperature\":30.25,\"humidity\":61.5,\"units\":{\"temperature\":\"Cel\",\"humidity\":\"%\"}}", data));
        Assert.Equal((61.5, "%"), (run.Source.Status[1].Value, run.Source.Status[1].Unit));
    }

    [Fact]
    public async Task A_chip_that_goes_is_stale_once_and_is_read_again_when_it_comes_back()
    {
        using var tree = new SensorTree().WithLm75();
        await using var run = await Run.StartAsync(tree, Temperature);
        await Poll.UntilAsync(() => run.Source.Status[0].Readings > 0);
        Directory.Move(tree.PathOf("sys/class/hwmon"), tree.PathOf("away"));
        await Poll.UntilAsync(() => run.Read().Any(
            data => data.StartsWith("{\"stale\":true,\"sensor\":\"temperature\"")));
        // A reading that ran while the folder moved may have found the chip and then not its file.
        await Poll.UntilAsync(() => run.Source.Status[0].Problem!.StartsWith("There is no 'hwmon lm75 temp1' now"));

        var before = run.Source.Status[0].Readings;
        Directory.Move(tree.PathOf("away"), tree.PathOf("sys/class/hwmon"));
        await Poll.UntilAsync(() => run.Source.Status[0].Readings > before + 1);
        Assert.False(run.Source.Status[0].IsStale);
        Assert.Single(run.Read(), data => data.StartsWith("{\"stale\":true"));
        Assert.Single(run.Logger.Lines, line => line.StartsWith("2060"));
        Assert.Single(run.Logger.Lines, line => line.StartsWith("2061"));
    }

    /// <summary>A pipe without a writer hangs who opens it, in the kernel, as a driver that waits for its
    /// bus.</summary>
    [Fact]
    public async Task A_chip_that_hangs_is_told_and_stalls_no_other()
    {
        using var tree = new SensorTree().WithLm75();
        tree.Write("sys/class/hwmon/hwmon1/name", "hung\n");
        var pipe = tree.PathOf("sys/class/hwmon/hwmon1/temp1_input");
        Assert.Equal(0, MakePipe(pipe, 0x1B6));
        await using var run = await Run.StartAsync(
            tree, Temperature with { Name = "hung", Sensor = "hwmon hung temp1" }, Temperature);
        await Poll.UntilAsync(() => run.Source.Status[0].IsStale && run.Source.Status[1].Readings >= 10);
        Assert.Equal("The kernel has not answered within 1 s.", run.Source.Status[0].Problem);
        Assert.False(run.Source.Status[1].IsStale);

        // It answers at last, and from then on like any other.
        tree.Write("sys/class/hwmon/hwmon1/temp1_input_new", "5000\n");
        using (new FileStream(pipe, FileMode.Open, FileAccess.Write))
        {
            File.Move(pipe + "_new", pipe, overwrite: true);
        }

        await Poll.UntilAsync(() => run.Source.Status[0].Readings > 0);
        Assert.Equal(5, run.Source.Status[0].Value);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    private sealed class Run : IAsyncDisposable
    {
        private readonly StreamFolder _folder;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _loop;

        private Run(StreamFolder folder, SensorSource source, ListLogger<SensorSource> logger)
        {
            _folder = folder;
            Source = source;
            Logger = logger;
            _loop = source.RunAsync(_stop.Token);
        }

        internal SensorSource Source { get; }

        internal ListLogger<SensorSource> Logger { get; }

        internal static async Task<Run> StartAsync(SensorTree tree, params SensorOptions[] sensors)
        {
            var folder = await StreamFolder.OpenAsync();
            var logger = new ListLogger<SensorSource>();
            var options = new SensorSourceOptions
            {
                Name = "cabinet", Device = "cabinet-1", Root = tree.Root, Sensors = sensors,
                Timeout = TimeSpan.FromSeconds(1),
            };
            return new Run(
                folder,
                new SensorSource(options, folder.Stream("readings"), null, TimeProvider.System, logger),
                logger);
        }

        internal string[] Read() => [.. _folder.Read("readings").Select(record => record.Data)];

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _loop;
            Source.Dispose();
            _stop.Dispose();
            await _folder.DisposeAsync();
        }
    }
}
