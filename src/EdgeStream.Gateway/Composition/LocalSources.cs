using EdgeStream.Devices;
using EdgeStream.Gateway.Config;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The sources that fetch readings themselves: Modbus lines, sensors and buffers of the kernel, and
/// watched lines.</summary>
/// <remarks>Each can be added, changed and taken away while the others go on. Thread-safe for reading.</remarks>
internal sealed class LocalSources(
    StreamStore store, DeviceRegistry registry, TimeProvider time, ILoggerFactory loggers, LoopGuard guard)
    : IAsyncDisposable
{
    /// <summary>How long a change waits for sources that end: a device may just be asked.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private volatile IReadOnlyList<RunningSource> _running = [];

    /// <summary>The lines with Modbus devices.</summary>
    public IReadOnlyList<ModbusSource> Modbus => Of<ModbusSource>();

    /// <summary>The sources with sensors of the kernel.</summary>
    public IReadOnlyList<SensorSource> Sensors => Of<SensorSource>();

    /// <summary>The sources with watched lines.</summary>
    public IReadOnlyList<GpioSource> Lines => Of<GpioSource>();

    /// <summary>How each sensor, buffer and line of the kernel does, with the name of its source.</summary>
    public IEnumerable<(string Source, string Device, SensorStatus Status)> KernelStatus =>
        Sensors.SelectMany(static source => source.Status.Select(
                status => (source.Options.Name, source.Options.Device, status)))
            .Concat(Of<IioBufferSource>().Select(static source => (
                source.Options.Name, source.Options.Device, source.Status)))
            .Concat(Lines.SelectMany(static source => source.Status.Select(
                status => (source.Options.Name, source.Options.Device, status))));

    /// <summary>Starts what is new, stops what is gone, restarts what has changed, and leaves the rest alone.</summary>
    public async Task UseAsync(GatewayConfig config)
    {
        object[] wanted = 
        [
            .. config.ModbusSources, .. config.SensorSources, .. config.BufferSources, .. config.LineSources,
        ];
        var before = _running;
        var kept = before.Where(source => wanted.Contains(source.Options)).ToList();
        _running = kept;

        // A changed source has its line or its chips again: the old one ends before the new one begins.
        try
        {
            await Task.WhenAll(before.Except(kept).Select(static source => source.StopAsync()))
                .WaitAsync(StopTime, time);
        }
        catch (TimeoutException)
        {
            // They go on ending; a reload is not held up.
        }

        var running = new List<RunningSource>();
        foreach (var options in wanted)
        {
            if (kept.Find(source => source.Options.Equals(options)) is { } same)
            {
                running.Add(same);
            }
            else if (Start(options) is { } started)
            {
                running.Add(started);
            }
        }

        _running = running;
    }

    /// <summary>Stops all of them.</summary>
    public async ValueTask DisposeAsync()
    {
        var running = _running;
        _running = [];
        await Task.WhenAll(running.Select(static source => source.StopAsync()));
    }

    private List<TSource> Of<TSource>() => [.. _running.Select(static source => source.Source).OfType<TSource>()];

    /// <summary>Null where there is no such stream, which the configuration does not allow.</summary>
    private RunningSource? Start(object options)
    {
        switch (options)
        {
            case ModbusSourceOptions modbus when store.TryGet(modbus.Stream, out var stream):
                var line = new ModbusSource(modbus, stream, registry, time, loggers.CreateLogger<ModbusSource>());
                return new RunningSource(options, line, $"Modbus source {modbus.Name}", line.RunAsync, guard);
            case SensorSourceOptions sensors when store.TryGet(sensors.Stream, out var stream):
                var source = new SensorSource(sensors, stream, registry, time, loggers.CreateLogger<SensorSource>());
                return new RunningSource(options, source, $"sensors of {sensors.Name}", source.RunAsync, guard);
            case IioBufferOptions captured when store.TryGet(captured.Stream, out var stream):
                var buffer = new IioBufferSource(
                    captured, stream, registry, time, loggers.CreateLogger<IioBufferSource>());
                return new RunningSource(options, buffer, $"buffer of {captured.Chip}", buffer.RunAsync, guard);
            case GpioSourceOptions lines when store.TryGet(lines.Stream, out var stream):
                var watch = new GpioSource(lines, stream, registry, time, loggers.CreateLogger<GpioSource>());
                return new RunningSource(options, watch, $"lines of {lines.Name}", watch.RunAsync, guard);
            default:
                return null;
        }
    }
}
