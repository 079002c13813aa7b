using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Reads the board itself, from <c>/proc</c> and <c>/sys</c>, into one JSON object.</summary>
/// <remarks>
/// Works on any Linux: what a board does not have, or what fails to read, is left out of the object and tried again
/// later. Field names are snake_case with the unit last, unique, and stay with their sensor while it is there. Values
/// derived from counters (CPU load, rates) need two samples and are never negative. Not thread-safe.
/// </remarks>
public sealed class BoardSampler : IDisposable
{
    private readonly IBoardCollector[] _collectors;
    private readonly BoardReadFailures _failures;
    private readonly ArrayBufferWriter<byte> _object = new(4096);
    private readonly Utf8JsonWriter _writer;
    private readonly BoardFields _fields;
    private readonly int _rescanSamples;
    private int _samplesUntilRescan;

    /// <summary>Looks for sensors with the first sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rescan interval is below 1.</exception>
    public BoardSampler(BoardSamplerOptions options, ILogger<BoardSampler> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RescanSamples, 1, nameof(options.RescanSamples));
        _rescanSamples = options.RescanSamples;
        _failures = new BoardReadFailures(logger);
        _writer = new Utf8JsonWriter(_object);
        _fields = new BoardFields(_writer);
        var names = new FieldNames();
        var sensors = new SensorCollector(options.Root, names, _failures);
        _collectors =
        [
            new CpuCollector(options.Root, names, _failures),
            new MemoryCollector(options.Root, names, _failures),
            new DiskCollector(options.Root, options.DataFolder, names, _failures),
            new UptimeCollector(options.Root, names, _failures),
            sensors,
            new NetworkCollector(options.Root, names, _failures),
        ];
    }

    /// <summary>Reads that gave no value since the start.</summary>
    public long FailedReads => _failures.Count;

    /// <summary>Writes the board's values as one JSON object on a single line.</summary>
    /// <param name="now">A monotonic time; rates are per second of it.</param>
    /// <param name="output">Takes the object.</param>
    /// <returns>How many fields the object has.</returns>
    public int Sample(TimeSpan now, IBufferWriter<byte> output)
    {
        if (_samplesUntilRescan == 0)
        {
            _samplesUntilRescan = _rescanSamples;
            foreach (var collector in _collectors)
            {
                collector.Rescan();
            }
        }

        _samplesUntilRescan--;
        _object.ResetWrittenCount();
        _writer.Reset();
        _fields.Begin();
        foreach (var collector in _collectors)
        {
            collector.Sample(now, _fields);
        }

        _fields.End();
        output.Write(_object.WrittenSpan);
        return _fields.Count;
    }

    /// <summary>Releases the writer's buffer.</summary>
    public void Dispose() => _writer.Dispose();
}
