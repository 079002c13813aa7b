using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>
/// The end of a source that makes its own readings: stream, registry, counters and one log line per change.
/// </summary>
/// <remarks>While the stream is busy, as it is for a moment while its shards are split or merged, up to 256 readings
/// (of a source with high rates more) and 8 MiB wait in their order, each with the time at which it was made; what
/// comes beyond that is refused.</remarks>
internal sealed class SourceOutput(
    DeviceSource source,
    DataStream stream,
    DeviceRegistry? registry,
    TimeProvider timeProvider,
    ILogger logger,
    int waitingMax = SourceOutput.WaitingReadingsMax)
{
    private const int WaitingReadingsMax = 256;

    // Twice this is less than a loop has for its end: what does not get in by then is refused and counted.
    private static readonly TimeSpan StopTimeMax = TimeSpan.FromMilliseconds(400);

    private readonly StreamLane _lane = new(stream, logger, waitingMax);
    private AppendStatus _lastStatus = AppendStatus.Accepted;
    private long _accepted;
    private long _refused;
    private long _uncounted;
    private TaskCompletionSource? _stopped;

    internal long Accepted => Volatile.Read(ref _accepted);

    internal long Refused => Volatile.Read(ref _refused);

    /// <summary>Appends one reading, or has it wait; nobody waits for its acknowledgement.</summary>
    /// <param name="key">The partition key.</param>
    /// <param name="data">The record's data.</param>
    /// <param name="eventTime">When it was made; null for now.</param>
    /// <returns>Accepted also for a reading that waits.</returns>
    internal AppendStatus Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Timestamp? eventTime = null)
    {
        var now = Timestamp.From(timeProvider.GetUtcNow());
        var status = _lane.Append(key, data, eventTime, mayWait: false, out _);
        if (status == AppendStatus.Accepted)
        {
            Interlocked.Increment(ref _accepted);
        }
        else if (status == AppendStatus.Busy)
        {
            status = _lane.Append(key, data, eventTime ?? now, mayWait: true, out var waiting);
            Interlocked.Increment(ref _uncounted);
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

    /// <summary>Ends a batch and appends each record in it; nothing where it holds none, or more than it can.</summary>
    /// <param name="key">The partition key of them all.</param>
    /// <param name="batch">What was read.</param>
    /// <param name="eventTime">When it was; null for now.</param>
    internal void Append(ReadOnlySpan<byte> key, ReadingBatch batch, Timestamp? eventTime = null)
    {
        if (!batch.TryEnd(out _))
        {
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            Append(key, batch.DataOf(batch[i]), eventTime);
        }
    }

    /// <summary>Lets what waits into the stream for up to 0.4 seconds, and refuses the rest.</summary>
    /// <remarks>Then every reading is counted, but for those whose acknowledgement the stream owes for longer than
    /// that. Nothing is appended meanwhile; what has to wait afterwards is refused.</remarks>
    internal async Task StopAsync()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _stopped, stopped, null) is { } earlier)
        {
            await earlier.Task.ConfigureAwait(false);
            return;
        }

        await WaitAsync(_lane.WhenEmpty).ConfigureAwait(false);
        await _lane.StopAsync().ConfigureAwait(false);
        TellWhenCounted();
        await WaitAsync(stopped.Task).ConfigureAwait(false);
        stopped.TrySetResult();
    }

    private async ValueTask WaitAsync(Task task)
    {
        try
        {
            await task.WaitAsync(StopTimeMax, timeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The stream stands still: nobody who stops waits for it.
        }
    }

    private void TellWhenCounted()
    {
        if (Interlocked.Read(ref _uncounted) == 0)
        {
            Volatile.Read(ref _stopped)?.TrySetResult();
        }
    }

    /// <summary>Counts a reading that had to wait, when it is known what came of it.</summary>
    private async Task CountAsync(LaneReceipt waiting)
    {
        try
        {
            await (waiting.Later ?? waiting.Appended.WhenAcknowledged()).ConfigureAwait(false);
            Interlocked.Increment(ref _accepted);
        }
        catch (Exception)
        {
            // Whatever it is, the reading is not safe.
            Interlocked.Increment(ref _refused);
        }

        Interlocked.Decrement(ref _uncounted);
        TellWhenCounted();
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
