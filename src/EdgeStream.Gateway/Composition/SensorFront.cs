using EdgeStream.Devices;
using EdgeStream.Gateway.Config;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The readings that the gateway fetches itself: the board as its own device, sensors and lines of the kernel,
/// Modbus devices and, if asked for, simulated ones.</summary>
internal sealed class SensorFront : IDisposable
{
    private readonly BoardSampler? _sampler;
    private readonly SimulatedSource? _simulated;

    /// <summary>Prepares the sources that the configuration asks for; their streams exist.</summary>
    public SensorFront(
        GatewayConfig config,
        StreamStore store,
        DeviceRegistry registry,
        TimeProvider time,
        ILoggerFactory loggers,
        LoopGuard guard)
    {
        var sensors = config.Sensors;
        if (sensors.BoardEnabled && store.TryGet(sensors.BoardStream, out var boardStream))
        {
            _sampler = new BoardSampler(
                new BoardSamplerOptions { DataFolder = config.DataFolder }, loggers.CreateLogger<BoardSampler>());
            var options = new BoardSourceOptions { DeviceId = sensors.BoardDevice, Period = sensors.BoardPeriod };
            Board = new BoardSource(
                _sampler, boardStream, options, registry, time, loggers.CreateLogger<BoardSource>());
        }

        if (sensors.SimulatedEnabled && store.TryGet(StreamNames.Readings, out var readings))
        {
            _simulated = new SimulatedSource(
                readings, new SimulatedSourceOptions { Period = sensors.SimulatedPeriod }, registry, time,
                loggers.CreateLogger<SimulatedSource>());
        }

        Local = new LocalSources(store, registry, time, loggers, guard);
    }

    /// <summary>Those that the configuration lists; they start when they are told.</summary>
    public LocalSources Local { get; }

    /// <summary>The board; null when it is switched off.</summary>
    public BoardSource? Board { get; }

    /// <summary>The loop of each source, with its name.</summary>
    public IEnumerable<(string Part, Func<CancellationToken, Task> Run)> Loops
    {
        get
        {
            if (Board is { } board)
            {
                yield return ("board sensors", board.RunAsync);
            }

            if (_simulated is { } simulated)
            {
                yield return ("simulated sensors", simulated.RunAsync);
            }
        }
    }

    /// <summary>Why sampling fails now; null while it does not.</summary>
    public Exception? Failure => Board?.Failure ?? _simulated?.Failure;

    /// <inheritdoc/>
    public void Dispose()
    {
        _sampler?.Dispose();
        _simulated?.Dispose();
    }
}
