using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>
/// The end of a source that makes its own readings: stream, registry, counters and one log line per change.
/// </summary>
/// <remarks>While the stream is busy, as it is for a moment while its shards are split or merged, up to 256 readings
/// and
/// 8 MiB wait in their order, each with the time at which it was made; what comes beyond that is refused.</remarks>
internal sealed class SourceOutput(
    DeviceSource source, DataStream stream, DeviceRegistry? registry, TimeProvider timeProvider, ILogger logger)
{
    private const int WaitingReadingsMax = 256;

    private readonly StreamLane _lane = new(stream, logger, WaitingReadingsMax);
    private AppendStatus _lastStatus = AppendStatus.Accepted;
    private long _accepted;
    private long _refused;

    internal long Accepted => Volatile.Read(ref _accepted);

    internal long Refused => Volatile.Read(ref _refused);

    /// <summary>Appends one reading, or has it wait; nobody waits for its acknowledgement.</summary>
    /// <returns>Accepted also for a reading that waits.</returns>
    internal AppendStatus Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        var now = Timestamp.From(timeProvider.GetUtcNow());
        var status = _lane.Append(key, data, eventTime: null, mayWait: false, out _);
        if (status == AppendStatus.Accepted)
        {
            Interlocked.Increment(ref _accepted);
        }
        else if (status == AppendStatus.Busy)
        {
            status = _lane.Append(key, data, eventTime: now, mayWait: true, out var waiting);
            _ = CountAsync(waiting);
        }
        else
        {
            Interlocked.Increment(ref _refused);
        }

        if (status == AppendStatus.Accepted)
        {
            registry?.Observe(source, key, data, now);
        }

        Tell(key, status);
        return status;
    }

    /// <summary>Counts a reading that had to wait, when it is known what came of it.</summary>
    private async Task CountAsync(LaneReceipt waiting)
    {
        try
        {
            await (waiting.Later ?? waiting.Appended.WhenAcknowledged()).ConfigureAwait(false);
            Interlocked.Increment(ref _accepted);
        }
        catch (Exception error) when (error is IOException or StreamException or OperationCanceledException)
        {
            Interlocked.Increment(ref _refused);
        }
    }

    private void Tell(ReadOnlySpan<byte> key, AppendStatus status)
    {
        if (status == _lastStatus)
        {
            return;
        }

        if (status == AppendStatus.Accepted)
        {
            Log.SourceAcceptedAgain(logger, Encoding.UTF8.GetString(key), stream.Name);
        }
        else
        {
            Log.SourceRefused(logger, Encoding.UTF8.GetString(key), stream.Name, status);
        }

        _lastStatus = status;
    }
}
