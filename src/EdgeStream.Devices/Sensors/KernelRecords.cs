using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>The records of a source that reads what the kernel has, all of one device, and what is told where one of
/// its sensors or lines fails.</summary>
/// <remarks>Not thread-safe: one record at a time.</remarks>
internal sealed class KernelRecords
{
    private readonly SourceOutput _output;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ReadingBatch _batch = new();
    private readonly string _source;
    private readonly byte[] _key;
    private readonly long _start;

    /// <param name="source">The source's name.</param>
    /// <param name="device">The device id, which is the partition key of the records.</param>
    /// <param name="stream">Takes the records.</param>
    /// <param name="registry">Learns of every record; null when nobody asks.</param>
    /// <param name="time">Measures periods.</param>
    /// <param name="logger">Told what fails, and what works again.</param>
    internal KernelRecords(
        string source, string device, DataStream stream, DeviceRegistry? registry, TimeProvider time, ILogger logger)
    {
        _source = source;
        _key = Encoding.UTF8.GetBytes(device);
        _time = time;
        _logger = logger;
        _start = time.GetTimestamp();
        _output = new SourceOutput(DeviceSource.Board, stream, registry, time, logger);
    }

    /// <summary>The time since the source was made, by which periods are measured.</summary>
    internal TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <summary>The gateway's clock.</summary>
    internal Timestamp Now => Timestamp.From(_time.GetUtcNow());

    /// <summary>Begins a record; what it gave is added to what is returned.</summary>
    internal ReadingBatch Begin(Timestamp now)
    {
        _batch.Begin(_key, now);
        return _batch;
    }

    /// <summary>Appends the record that was begun; one without a value is none.</summary>
    internal void Append(Timestamp? eventTime = null) => _output.Append(_key, _batch, eventTime);

    /// <summary>Logs that something fails.</summary>
    internal void TellFailed(string name, string? problem) =>
        Log.KernelSensorFailed(_logger, _source, name, problem ?? "");

    /// <summary>Logs that something works again.</summary>
    internal void TellRecovered(string name) => Log.KernelSensorRecovered(_logger, _source, name);

    /// <summary>Appends the record that says that something gives nothing.</summary>
    internal void AppendStale(SensorStatus status, Timestamp now) =>
        StaleRecord.Append(_output, _batch, _key, status, now);

    /// <summary>Lets what waits into the stream for up to 0.4 seconds, and refuses the rest.</summary>
    internal Task StopAsync() => _output.StopAsync();
}
