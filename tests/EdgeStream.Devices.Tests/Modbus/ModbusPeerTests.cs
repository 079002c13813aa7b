using EdgeStream.Testing;

namespace EdgeStream.Devices.Tests;

/// <summary>Modbus against pymodbus: values, exceptions, a device that never answers, a server that comes
/// back.</summary>
public class ModbusPeerTests
{
    private static readonly string Server = RepositoryFolder.Combine(
        "tests", "EdgeStream.Devices.Tests", "Modbus", "modbus_server.py");

    private static readonly ModbusDeviceOptions Pump = new()
    {
        Name = "pump",
        Period = TimeSpan.FromMilliseconds(100),
        Registers =
        [
            "state = holding 0 u16", "temperature (Cel) = holding 1 u16 *0.01", "offset = holding 2 i16",
            "count = holding 3 u32", "flow (m3/h) = holding 5 f32", "level = input 2 u16", "on = coil 0",
            "alarm = discrete 1",
        ],
    };

    private const string PumpData =
        "{\"on\":true,\"alarm\":true,\"state\":7,\"temperature\":21.53,\"offset\":-2,\"count\":65538,\"flow\":21.5,"
        + "\"level\":300,\"units\":{\"temperature\":\"Cel\",\"flow\":\"m3/h\"}}";

    [Fact]
    public async Task Values_of_all_tables_are_read_over_tcp()
    {
        var port = FreePort.Next();
        await using var server = await StartAsync("tcp", $"{port}");
        await using var run = await Run.StartAsync(Tcp(port, Pump));
        await Poll.UntilAsync(() => run.Read("pump").Length >= 3);
        Assert.All(run.Read("pump"), data => Assert.Equal(PumpData, data));
        Assert.Null(run.Source.Status[0].Problem);
    }

    [Fact]
    public async Task A_refused_block_costs_its_values_only_and_is_told()
    {
        var port = FreePort.Next();
        await using var server = await StartAsync("tcp", $"{port}");
        await using var run = await Run.StartAsync(Tcp(
            port, Pump with { Registers = ["state = holding 0 u16", "missing = holding 500 u16"] }));
        await Poll.UntilAsync(() => run.Read("pump").Length >= 2);
        Assert.All(run.Read("pump"), data => Assert.Equal("{\"state\":7}", data));
        Assert.Equal(
            "The device refuses to read 1 holding registers from 500 on: there is no such address (2). Correct the "
                + "registers.",
            run.Source.Status[0].Problem);
    }

    [Fact]
    public async Task A_device_that_never_answers_becomes_stale_and_holds_up_nobody_for_long()
    {
        var port = FreePort.Next();
        await using var server = await StartAsync("tcp", $"{port}");
        await using var run = await Run.StartAsync(Tcp(
            port, Pump with { Name = "silent", Unit = 2 }, Pump));
        await Poll.UntilAsync(() => run.Read("silent").Length > 0 && run.Read("pump").Length >= 10);
        Assert.StartsWith(
            "{\"stale\":true,\"problem\":\"The device 2 at 127.0.0.1:", Assert.Single(run.Read("silent")));
        Assert.True(run.Source.Status[0].IsStale);
        Assert.False(run.Source.Status[1].IsStale);
        Assert.True(run.Source.Status[1].Readings > run.Source.Status[0].Failures);
    }

    [Fact]
    public async Task A_server_that_comes_back_is_read_again()
    {
        var port = FreePort.Next();
        await using var run = await Run.StartAsync(Tcp(port, Pump));
        await Poll.UntilAsync(() => run.Source.Status[0].Problem?.Contains("cannot be reached") == true);
        await using (var first = await StartAsync("tcp", $"{port}"))
        {
            await Poll.UntilAsync(() => run.Source.Status[0].Readings > 0);
        }

        await Poll.UntilAsync(() => run.Source.Status[0].Problem is not null);
        var before = run.Source.Status[0].Readings;
        await using var second = await StartAsync("tcp", $"{port}");
        await Poll.UntilAsync(() => run.Source.Status[0].Readings > before);
        Assert.Null(run.Source.Status[0].Problem);
    }

    [Fact]
    public async Task A_serial_line_is_read_as_rtu()
    {
        using var folder = new TemporaryFolder("modbus");
        var (near, far) = (folder.Combine("near"), folder.Combine("far"));
        await using var pair = BackgroundCommand.Start(
            "socat", $"pty,raw,echo=0,link={near}", $"pty,raw,echo=0,link={far}");
        await Poll.UntilAsync(() => File.Exists(near) && File.Exists(far));
        await using var server = await StartAsync("rtu", far);
        await using var run = await Run.StartAsync(new ModbusSourceOptions
        {
            Name = "line",
            Serial = new SerialSettings(near, 19_200, "none", 1),
            Timeout = TimeSpan.FromSeconds(1),
            Devices = [Pump, Pump with { Name = "silent", Unit = 9 }],
        });
        await Poll.UntilAsync(() => run.Read("pump").Length >= 3 && run.Source.Status[1].Failures > 0);
        Assert.All(run.Read("pump"), data => Assert.Equal(PumpData, data));
        Assert.Contains("did not answer within 1 s", run.Source.Status[1].Problem);
    }

    [Fact]
    public async Task A_line_that_is_not_there_is_told()
    {
        await using var run = await Run.StartAsync(new ModbusSourceOptions
        {
            Name = "line", Serial = new SerialSettings("/no/such/line", 9600, "even", 1), Devices = [Pump],
        });
        await Poll.UntilAsync(() => run.Source.Status[0].Problem is not null);
        Assert.StartsWith("/no/such/line cannot be opened: No such file", run.Source.Status[0].Problem);
    }

    private static ModbusSourceOptions Tcp(int port, params ModbusDeviceOptions[] devices) => new()
    {
        Name = "plant", Host = "127.0.0.1", Port = port, Timeout = TimeSpan.FromSeconds(1), Devices = devices,
    };

    private static async Task<BackgroundCommand> StartAsync(string kind, string place)
    {
        var server = BackgroundCommand.Start("/usr/bin/python3", Server, kind, place);
        await server.WaitForAsync("ready");
        return server;
    }

    /// <summary>A source that runs, with a stream of its own.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly StreamFolder _folder;
        private readonly CancellationTokenSource _stop = new();
        private Task _running = Task.CompletedTask;

        private Run(StreamFolder folder, ModbusSource source)
        {
            _folder = folder;
            Source = source;
        }

        internal ModbusSource Source { get; }

        internal static async Task<Run> StartAsync(ModbusSourceOptions options)
        {
            var folder = await StreamFolder.OpenAsync();
            var run = new Run(folder, new ModbusSource(
                options, folder.Stream("readings"), null, TimeProvider.System, new ListLogger<ModbusSource>()));
            run._running = run.Source.RunAsync(run._stop.Token);
            return run;
        }

        internal string[] Read(string device) =>
            [.. _folder.Read("readings").Where(record => record.Key == device).Select(record => record.Data)];

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
            await _folder.DisposeAsync();
        }
    }
}
