using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Appends readings of four made-up devices, for a gateway that has none yet: <c>--demo</c>.</summary>
/// <remarks>
/// Every reading says what it is: its partition key starts with <c>simulated/</c> and its first member is
/// <c>"simulated":true</c>. Readings wait
/// while the stream is busy; a refused append costs that reading, and is counted. One loop at a time.
/// </remarks>
public sealed class SimulatedSource : IDisposable
{
    /// <summary>What the id of every simulated device starts with.</summary>
    public const string KeyPrefix = "simulated/";

    private const double ElapsedSecondsMax = 60;

    private readonly (byte[] Key, SimulatedDevice Device)[] _devices;
    private readonly SourceOutput _output;
    private readonly TimeProvider _timeProvider;
    private readonly SampleLoop _loop;
    private readonly ArrayBufferWriter<byte> _data = new(256);
    private readonly Utf8JsonWriter _writer;
    private long? _lastTick;

    /// <summary>Prepares the loop; nothing is appended before it runs.</summary>
    /// <param name="stream">Takes the readings.</param>
    /// <param name="options">Period and seed.</param>
    /// <param name="registry">Learns of every reading; null when nobody asks.</param>
    /// <param name="timeProvider">Gives the hour of the day and measures the period.</param>
    /// <param name="logger">Told when appends begin to be refused, and when they are taken again.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is out of range.</exception>
    public SimulatedSource(
        DataStream stream,
        SimulatedSourceOptions options,
        DeviceRegistry? registry,
        TimeProvider timeProvider,
        ILogger<SimulatedSource> logger)
    {
        SampleLoop.ThrowIfOutOfRange(options.Period);
        _timeProvider = timeProvider;
        _loop = new SampleLoop("simulated sensors", options.Period, timeProvider, logger);
        _output = new SourceOutput(DeviceSource.Simulated, stream, registry, timeProvider, logger);
        _writer = new Utf8JsonWriter(_data);
        SimulatedDevice[] devices =
        [
            new SimulatedGreenhouse(options.Seed), new SimulatedPump(options.Seed + 1),
            new SimulatedTank(options.Seed + 2), new SimulatedDoor(options.Seed + 3),
        ];
        _devices = Array.ConvertAll(devices, device => (Encoding.UTF8.GetBytes(KeyPrefix + device.Name), device));
    }

    /// <summary>Readings that the stream took.</summary>
    public long AcceptedReadings => _output.Accepted;

    /// <summary>Readings that the stream refused, and that are therefore gone.</summary>
    public long RefusedReadings => _output.Refused;

    /// <summary>Why the last turn of the loop failed; null when it did not. The loop goes on.</summary>
    public Exception? Failure => _loop.Failure;

    /// <summary>One reading of every device at once and then every period, until cancelled.</summary>
    /// <remarks>What waits for the stream then gets in within 0.4 seconds, or is refused and counted.</remarks>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _loop.RunAsync(Tick, cancellationToken).ConfigureAwait(false);
        await _output.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Appends one reading of every device now.</summary>
    public void Tick()
    {
        var elapsedSeconds = _lastTick is { } last ? _timeProvider.GetElapsedTime(last).TotalSeconds : 0;
        _lastTick = _timeProvider.GetTimestamp();
        var hour = _timeProvider.GetUtcNow().TimeOfDay.TotalHours;
        foreach (var (key, device) in _devices)
        {
            _data.ResetWrittenCount();
            _writer.Reset();
            _writer.WriteStartObject();
            _writer.WriteBoolean("simulated"u8, true);
            device.Write(hour, Math.Min(elapsedSeconds, ElapsedSecondsMax), _writer);
            _writer.WriteEndObject();
            _writer.Flush();
            _ = _output.Append(key, _data.WrittenSpan);
        }
    }

    /// <summary>Releases the writer's buffer.</summary>
    public void Dispose() => _writer.Dispose();
}
