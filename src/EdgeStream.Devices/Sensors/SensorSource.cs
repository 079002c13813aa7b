using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Reads sensors of the kernel, each at its own period, and appends a record for what a chip said.</summary>
/// <remarks>
/// A record holds the values of one chip that were due at the same time. Chips are read at the same time, each by a
/// thread of its own, so that one that hangs stalls no other. A sensor that fails is tried again more and more rarely,
/// and looked for anew, since its chip may come back; after three periods without a value a record
/// <c>{"stale":true,"sensor":…,"problem":…}</c> says so, once. One loop at a time.
/// </remarks>
public sealed class SensorSource : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly KernelRecords _records;
    private readonly SensorChannel[] _channels;
    private readonly SensorChip[] _chips;

    /// <summary>Prepares the loop; nothing is read before it runs.</summary>
    /// <param name="options">The sensors.</param>
    /// <param name="stream">Takes the records.</param>
    /// <param name="registry">Learns of every record; null when nobody asks.</param>
    /// <param name="time">Measures periods and timeouts.</param>
    /// <param name="logger">Told when sensors can't be read, and when they can again.</param>
    /// <exception cref="ArgumentException">An address is none.</exception>
    public SensorSource(
        SensorSourceOptions options,
        DataStream stream,
        DeviceRegistry? registry,
        TimeProvider time,
        ILogger<SensorSource> logger)
    {
        Options = options;
        _time = time;
        _records = new KernelRecords(options.Name, options.Device, stream, registry, time, logger);
        _channels =
            [.. options.Sensors.Select(sensor => new SensorChannel(options.Root, sensor, TimeSpan.Zero))];
        _chips =
        [
            .. _channels.GroupBy(channel => channel.Reader.Chip, StringComparer.Ordinal)
                .Select(chip => new SensorChip(chip.Key, [.. chip])),
        ];
    }

    /// <summary>What it was made of.</summary>
    public SensorSourceOptions Options { get; }

    /// <summary>How each sensor does.</summary>
    public IReadOnlyList<SensorStatus> Status => Array.ConvertAll(_channels, channel => channel.Status);

    /// <summary>Reads whoever is due until cancelled.</summary>
    /// <remarks>What waits for the stream then gets in within 0.4 seconds, or is refused and counted.</remarks>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Array.ConvertAll(_chips, async chip =>
        {
            try
            {
                await RunAsync(chip, failed.Token).ConfigureAwait(false);
            }
            finally
            {
                // One that fails ends them all: they begin again together.
                await failed.CancelAsync().ConfigureAwait(false);
            }
        })).ConfigureAwait(false);
        await _records.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Lets the threads end.</summary>
    public void Dispose() => Array.ForEach(_chips, chip => chip.Dispose());

    private async Task RunAsync(SensorChip chip, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (chip.Due - _records.Elapsed is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
                }

                Take(await chip.ReadAsync(_records.Elapsed, Options.Timeout, _time, cancellationToken)
                    .ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end that was asked for.
        }
    }

    private void Take((SensorChannel Channel, SensorReading Reading)[] read)
    {
        var now = _records.Elapsed;
        var time = _records.Now;
        lock (_lock)
        {
            var record = _records.Begin(time);
            foreach (var (channel, reading) in read)
            {
                var before = channel.Status.Problem;
                channel.Note(reading, now, time);
                Tell(channel.Status, before);
                channel.AddTo(record);
            }

            _records.Append();
            foreach (var (channel, _) in read)
            {
                if (channel.HasBecomeStale)
                {
                    _records.AppendStale(channel.Status, time);
                }
            }
        }
    }

    private void Tell(SensorStatus status, string? before)
    {
        if (status.Problem is { } problem && before is null)
        {
            _records.TellFailed(status.Name, problem);
        }
        else if (status.Problem is null && before is not null)
        {
            _records.TellRecovered(status.Name);
        }
    }
}
