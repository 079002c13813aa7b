using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Captures the buffer of a chip: a record for each scan, at the time of the kernel's stamp.</summary>
/// <remarks>A buffer that cannot be had is tried again after one second, two, four, … at most thirty-two. What the
/// kernel drops because its buffer is full shows in the stamps only. One loop at a time.</remarks>
public sealed class IioBufferSource
{
    private const int WaitMs = 200;
    private const int ReadSizeBytes = 64 << 10;
    private const int BackoffShiftMax = 5;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SourceOutput _output;
    private readonly ReadingBatch _batch = new();
    private readonly byte[] _key;
    private readonly byte[] _read = new byte[ReadSizeBytes];
    private int _kept;
    private int _failuresInARow;
    private volatile SensorStatus _status;

    /// <summary>Prepares the loop; nothing is opened before it runs.</summary>
    /// <param name="options">The buffer.</param>
    /// <param name="stream">Takes the records.</param>
    /// <param name="registry">Learns of every record; null when nobody asks.</param>
    /// <param name="time">Turns the kernel's stamps into times.</param>
    /// <param name="logger">Told when the buffer can't be had, and when it can again.</param>
    public IioBufferSource(
        IioBufferOptions options,
        DataStream stream,
        DeviceRegistry? registry,
        TimeProvider time,
        ILogger<IioBufferSource> logger)
    {
        Options = options;
        _time = time;
        _logger = logger;
        _key = Encoding.UTF8.GetBytes(options.Device);
        _output = new SourceOutput(DeviceSource.Board, stream, registry, time, logger);
        _status = new SensorStatus(
            string.Join(' ', options.Channels), $"iio {options.Chip} buffer", "", 0, 0, null, null, null, false, null);
    }

    /// <summary>What it was made of.</summary>
    public IioBufferOptions Options { get; }

    /// <summary>How the buffer does; readings are scans.</summary>
    public SensorStatus Status => _status;

    /// <summary>Captures until cancelled, by a thread of its own.</summary>
    /// <remarks>What waits for the stream then gets in within 0.4 seconds, or is refused and counted.</remarks>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.Factory.StartNew(
            () => Capture(cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default).ConfigureAwait(false);
        await _output.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Records every whole scan, and keeps the bytes of one that is not.</summary>
    /// <param name="layout">How scans lie in memory.</param>
    /// <param name="length">How many bytes were read behind those that were kept.</param>
    internal void Record(IioScanLayout layout, int length)
    {
        var bytes = _read.AsSpan(0, _kept + length);
        var now = Timestamp.From(_time.GetUtcNow());
        var count = 0;
        while (bytes.Length >= layout.SizeBytes)
        {
            RecordScan(layout, bytes[..layout.SizeBytes], now);
            bytes = bytes[layout.SizeBytes..];
            count++;
        }

        _kept = bytes.Length;
        bytes.CopyTo(_read);
        if (count > 0)
        {
            _status = _status with { Readings = _status.Readings + count, LastReading = now };
        }
    }

    private void Capture(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var buffer = new IioBuffer(Options);
                NoteBegin();
                Capture(buffer, cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                NoteFailure(error.Message);
                var wait = RetryDelay * (1 << Math.Min(_failuresInARow++, BackoffShiftMax));
                cancellationToken.WaitHandle.WaitOne(wait);
            }
        }
    }

    private void Capture(IioBuffer buffer, CancellationToken cancellationToken)
    {
        Span<bool> isReady = stackalloc bool[1];
        _kept = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            ReadyFiles.Wait([buffer.Scans], WaitMs, isReady);
            if (!isReady[0])
            {
                continue;
            }

            var read = ReadyFiles.Read(buffer.Scans, _read.AsSpan(_kept), out var error);
            if (read <= 0)
            {
                throw new IOException(error == 0
                    ? $"The buffer of {Options.Chip} has ended: its chip is gone."
                    : $"The buffer of {Options.Chip} cannot be read: {Marshal.GetPInvokeErrorMessage(error)}.");
            }

            _failuresInARow = 0;
            Record(buffer.Layout, read);
        }
    }

    private void RecordScan(IioScanLayout layout, ReadOnlySpan<byte> scan, Timestamp now)
    {
        _batch.Begin(_key, now);
        foreach (var channel in layout.Channels)
        {
            _batch.Add(new Reading(channel.Name, ReadingValue.Of(channel.Read(scan)), default, channel.Unit));
        }

        if (!_batch.TryEnd(out _))
        {
            return;
        }

        Timestamp? eventTime = layout.TimeStart < 0
            ? null
            : KernelStamp.TimeOf(BinaryPrimitives.ReadInt64LittleEndian(scan[layout.TimeStart..]), _time);
        _output.Append(_key, _batch.DataOf(_batch[0]), eventTime);
    }

    private void NoteBegin()
    {
        if (_status.Problem is not null)
        {
            Log.KernelSensorRecovered(_logger, Options.Name, _status.Sensor);
        }

        _status = _status with { IsStale = false, Problem = null };
    }

    private void NoteFailure(string problem)
    {
        var before = _status;
        _status = before with { Failures = before.Failures + 1, IsStale = true, Problem = problem };
        if (before.IsStale)
        {
            return;
        }

        Log.KernelSensorFailed(_logger, Options.Name, _status.Sensor, problem);
        StaleRecord.Append(_output, _batch, _key, _status, Timestamp.From(_time.GetUtcNow()));
    }
}
