using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Captures the buffer of a chip: a record for each scan, at the time of the kernel's stamp.</summary>
/// <remarks>
/// A buffer that cannot be had is tried again after one second, two, four, … at most thirty-two. Scans that are lost,
/// since the kernel's buffer was full, the trigger came too soon, or the stream had no room, are counted, and the next
/// record states them as <c>scans_lost</c>: by the rhythm of the stamps, and where there is none a read that finds the
/// buffer full counts as one. One loop at a time.
/// </remarks>
public sealed class IioBufferSource
{
    private const int WaitMs = 200;
    private const int ReadSizeBytes = 64 << 10;
    private const int BackoffShiftMax = 5;

    /// <summary>Nearly a second at ten thousand scans a second.</summary>
    private const int WaitingScansMax = 8192;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SourceOutput _output;
    private readonly ReadingBatch _batch = new();
    private readonly byte[] _key;
    private readonly byte[] _read = new byte[ReadSizeBytes];
    private readonly ScanRhythm _rhythm = new();
    private int _kept;
    private long _backlogBytes;
    private long _untold;
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
        _output = new SourceOutput(DeviceSource.Board, stream, registry, time, logger, WaitingScansMax);
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
        var lost = NoteBacklog(layout, length);
        var bytes = _read.AsSpan(0, _kept + length);
        var now = Timestamp.From(_time.GetUtcNow());
        var count = 0;
        while (bytes.Length >= layout.SizeBytes)
        {
            lost += RecordScan(layout, bytes[..layout.SizeBytes], now);
            bytes = bytes[layout.SizeBytes..];
            count++;
        }

        _kept = bytes.Length;
        bytes.CopyTo(_read);
        if (count > 0)
        {
            _status = _status with
            {
                Readings = _status.Readings + count, LastReading = now, Lost = _status.Lost + lost,
            };
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
        _backlogBytes = 0;
        _rhythm.Begin();
        while (!cancellationToken.IsCancellationRequested)
        {
            // What is below the watermark is read, too, when the time is over.
            ReadyFiles.Wait([buffer.Scans], WaitMs, isReady);
            var read = ReadyFiles.Read(buffer.Scans, _read.AsSpan(_kept), out var error);
            if (error == ReadyFiles.Again || (read == 0 && !isReady[0]))
            {
                continue;
            }

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

    /// <summary>Of scans without a rhythm a full buffer is all that shows that some were lost.</summary>
    private long NoteBacklog(IioScanLayout layout, int length)
    {
        _backlogBytes += length;
        if (_kept + length > _read.Length - layout.SizeBytes)
        {
            // There may be more.
            return 0;
        }

        // The kernel's buffer has as many places as the next power of two.
        var full = (long)BitOperations.RoundUpToPowerOf2((uint)Options.Length) * layout.SizeBytes;
        var lost = _backlogBytes >= full && !_rhythm.IsKnown ? 1 : 0;
        _untold += lost;
        _backlogBytes = 0;
        return lost;
    }

    /// <summary>Records a scan.</summary>
    /// <returns>How many were found to be missing in front of it, or 1 where the stream has no room for
    /// it.</returns>
    private long RecordScan(IioScanLayout layout, ReadOnlySpan<byte> scan, Timestamp now)
    {
        long? stamp = layout.TimeStart < 0
            ? null : BinaryPrimitives.ReadInt64LittleEndian(scan[layout.TimeStart..]);
        var missing = stamp is { } nanoseconds ? _rhythm.Take(nanoseconds) : 0;
        _untold += missing;
        _batch.Begin(_key, now);
        foreach (var channel in layout.Channels)
        {
            _batch.Add(new Reading(channel.Name, ReadingValue.Of(channel.Read(scan)), default, channel.Unit));
        }

        if (_untold > 0)
        {
            _batch.Add(new Reading("scans_lost"u8, ReadingValue.Of(_untold)));
        }

        if (!_batch.TryEnd(out _))
        {
            return missing;
        }

        Timestamp? eventTime = stamp is { } time ? KernelStamp.TimeOf(time, _time) : null;
        var status = _output.Append(_key, _batch.DataOf(_batch[0]), eventTime);
        if (status != AppendStatus.Accepted)
        {
            _untold++;
            return missing + 1;
        }

        _untold = 0;
        return missing;
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
