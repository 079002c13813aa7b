using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Reads the devices of one line, each at its own period, and appends a record for each reading.</summary>
/// <remarks>
/// One exchange at a time, as Modbus wants it. A device that does not answer costs one timeout and is tried again more
/// and more rarely; the others go on. After three periods without a value a record <c>{"stale":true}</c> says so, once.
/// One loop at a time.
/// </remarks>
public sealed class ModbusSource
{
    private readonly ModbusSourceOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SourceOutput _output;
    private readonly ModbusDevice[] _devices;
    private readonly ReadingBatch _batch = new();
    private readonly long _start;

    /// <summary>Prepares the loop; nothing is opened before it runs.</summary>
    /// <param name="options">The line and its devices.</param>
    /// <param name="stream">Takes the readings.</param>
    /// <param name="registry">Learns of every reading; null when nobody asks.</param>
    /// <param name="time">Measures periods and timeouts.</param>
    /// <param name="logger">Told when devices stop answering, and when they do again.</param>
    /// <exception cref="ArgumentException">A register is none.</exception>
    public ModbusSource(
        ModbusSourceOptions options,
        DataStream stream,
        DeviceRegistry? registry,
        TimeProvider time,
        ILogger<ModbusSource> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _start = time.GetTimestamp();
        _output = new SourceOutput(DeviceSource.Modbus, stream, registry, time, logger);
        _devices = [.. options.Devices.Select(device => new ModbusDevice(device, TimeSpan.Zero))];
    }

    /// <summary>What it was made of.</summary>
    public ModbusSourceOptions Options => _options;

    /// <summary>How each device does.</summary>
    public IReadOnlyList<ModbusDeviceStatus> Status => [.. _devices.Select(device => device.Status)];

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Reads whoever is due until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var line = OpenLine();
        try
        {
            while (true)
            {
                var device = _devices.MinBy(static one => one.Due)!;
                if (device.Due - Now is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
                }

                await ReadAsync(device, line, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end that was asked for.
        }

        await _output.StopAsync().ConfigureAwait(false);
    }

    private IModbusLine OpenLine() => _options.Serial is { } serial
        ? new ModbusRtuLine(serial, _options.Timeout, _time)
        : new ModbusTcpLine(_options.Host, _options.Port, _options.Timeout, _time);

    private async Task ReadAsync(ModbusDevice device, IModbusLine line, CancellationToken cancellationToken)
    {
        var before = device.Status.Problem;
        var isRead = await device.TryReadAsync(line, Now, cancellationToken).ConfigureAwait(false);
        var problem = device.Status.Problem;
        if (problem is not null && problem != before)
        {
            Log.ModbusFailed(_logger, device.Status.Name, problem);
        }
        else if (problem is null && before is not null)
        {
            Log.ModbusRecovered(_logger, device.Status.Name);
        }

        if (!isRead && !device.HasBecomeStale)
        {
            return;
        }

        var now = Timestamp.From(_time.GetUtcNow());
        _batch.Begin(device.Key, now);
        if (isRead)
        {
            device.NoteTime(now);
            device.AddTo(_batch);
        }
        else
        {
            _batch.Add(new Reading("stale"u8, ReadingValue.Of(true)));
            _batch.Add(new Reading("problem"u8, ReadingValue.OfText(Encoding.UTF8.GetBytes(problem ?? ""))));
        }

        _output.Append(device.Key, _batch);
    }
}
