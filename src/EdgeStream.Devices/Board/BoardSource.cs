using System.Buffers;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Appends a sample of the board to a stream every period.</summary>
/// <remarks>Samples wait while the stream is busy. A refused append costs that one sample: it is counted, and sampling
/// goes on. One loop at a time.</remarks>
public sealed class BoardSource
{
    private readonly BoardSampler _sampler;
    private readonly SourceOutput _output;
    private readonly TimeProvider _timeProvider;
    private readonly SampleLoop _loop;
    private readonly byte[] _key;
    private readonly long _start;
    private readonly ArrayBufferWriter<byte> _data = new(4096);

    /// <summary>Prepares the loop; nothing is read before it runs.</summary>
    /// <param name="sampler">Reads the board. The caller keeps and disposes it.</param>
    /// <param name="stream">Takes the samples.</param>
    /// <param name="options">Device id and period.</param>
    /// <param name="registry">Learns of every sample; null when nobody asks.</param>
    /// <param name="timeProvider">Measures the period.</param>
    /// <param name="logger">Told when appends begin to be refused, and when they are taken again.</param>
    /// <exception cref="ArgumentException">The device id is empty or the period out of range.</exception>
    public BoardSource(
        BoardSampler sampler,
        DataStream stream,
        BoardSourceOptions options,
        DeviceRegistry? registry,
        TimeProvider timeProvider,
        ILogger<BoardSource> logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.DeviceId);
        SampleLoop.ThrowIfOutOfRange(options.Period);
        _sampler = sampler;
        _output = new SourceOutput(DeviceSource.Board, stream, registry, timeProvider, logger);
        _timeProvider = timeProvider;
        _loop = new SampleLoop(options.DeviceId, options.Period, timeProvider, logger);
        _key = Encoding.UTF8.GetBytes(options.DeviceId);
        _start = timeProvider.GetTimestamp();
    }

    /// <summary>Samples that the stream took.</summary>
    public long AcceptedSamples => _output.Accepted;

    /// <summary>Samples that the stream refused, and that are therefore gone.</summary>
    public long RefusedSamples => _output.Refused;

    /// <summary>Why the last turn of the loop failed; null when it did not. The loop goes on.</summary>
    public Exception? Failure => _loop.Failure;

    /// <summary>Samples at once and then every period, until cancelled.</summary>
    /// <remarks>What waits for the stream then gets in within 0.4 seconds, or is refused and counted.</remarks>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _loop.RunAsync(() => _ = Tick(), cancellationToken).ConfigureAwait(false);
        await _output.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Takes one sample now.</summary>
    /// <returns>What the stream said.</returns>
    public AppendStatus Tick()
    {
        _data.ResetWrittenCount();
        _ = _sampler.Sample(_timeProvider.GetElapsedTime(_start), _data);
        return _output.Append(_key, _data.WrittenSpan);
    }
}
