using System.Diagnostics.CodeAnalysis;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Fills the batches of one lane from the shard's log.</summary>
/// <remarks>Not thread-safe: the lane is its only user. No segment of the log is held open between its
/// calls.</remarks>
/// <param name="definition">The delivery.</param>
/// <param name="shard">The shard.</param>
/// <param name="ledger">Where the next batch begins.</param>
/// <param name="rules">How much it takes, and how soon it goes out.</param>
/// <param name="errors">Takes what cannot stand in an object.</param>
/// <param name="transform">What becomes of records first.</param>
/// <param name="progress">Is told what is collected.</param>
/// <param name="signals">What ends collecting early.</param>
/// <param name="missing">Takes what the log says of records that are missing.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to log.</param>
internal sealed class BatchCollector(
    DeliveryDefinition definition, Shard shard, LaneLedger ledger, LaneRules rules, ErrorOutput errors,
    TransformStage transform, LaneProgress progress, PipelineSignals signals, MissingRecords missing,
    TimeProvider time, ILogger logger)
{
    /// <summary>Progress is published this often while a backlog is read without a pause.</summary>
    private const int PublishEveryRecords = 256;

    /// <summary>A batch of which the transform leaves nothing is ended after so many records.</summary>
    private const long FilteredMax = 1 << 20;

    private volatile bool _isDue;
    private long _bytesMax = definition.BufferBytes;

    private bool IsDue => _isDue || rules.IsUrgent || signals.IsFlushAsked(ledger.Entry.Checkpoint.Value);

    /// <summary>How many records the destination takes at once.</summary>
    public RecordLimit Limit { get; } = new();

    /// <summary>Fills the batch with what comes next, until it is full, due, flushed, the segment or the shard ends, or
    /// the pipeline stops.</summary>
    /// <returns>The end of the segment, or of a closed shard, where nothing stands behind the batch; else null.
    /// </returns>
    public async Task<long?> CollectAsync(Batch batch)
    {
        missing.Clear();
        transform.Clear();
        using var reader = OpenReader();
        _bytesMax = rules.BatchBytesMax;
        var end = ledger.End;
        await FillAsync(reader, batch, end);
        if (reader.MisplacedRecords > 0)
        {
            Log.RecordsMisplaced(
                logger, definition.Name, shard.Id, reader.MisplacedRecords, reader.Reader.NextSequence.Value);
        }

        return IsAtEnd(reader, end) ? end ?? shard.NewestSequence.Value : null;
    }

    /// <summary>Whether the batch takes no further record.</summary>
    public bool IsFull(Batch batch) =>
        batch.RecordCount >= Limit.RecordsMax || batch.LineBytes >= _bytesMax || batch.IsShortOfMemory
        || batch.Refused.Count >= RecordProgress.RejectionsMax || batch.FilteredCount >= FilteredMax;

    private UserRecordReader OpenReader() => new(shard.OpenReader(ShardPosition.After(ledger.Entry.Checkpoint)));

    /// <summary>Whether nothing more comes: behind the end of a segment, or of a closed shard.</summary>
    private static bool IsAtEnd(UserRecordReader reader, long? end) =>
        end is null ? reader.Reader.IsAtEnd : reader.Reader.NextSequence.Value > end;

    private async Task FillAsync(UserRecordReader reader, Batch batch, long? end)
    {
        _isDue = false;
        ITimer? timer = null;
        try
        {
            while (true)
            {
                var wake = signals.Wake.Arm();
                if (!TakeAvailable(reader, batch, end) || !await AddAnsweredAsync(batch) || signals.IsStopping
                    || IsAtEnd(reader, end) || (!batch.IsEmpty && IsDue))
                {
                    return;
                }

                if (batch.IsEmpty)
                {
                    rules.Rest();
                    _bytesMax = rules.BatchBytesMax;
                }

                if (!batch.IsEmpty)
                {
                    timer ??= StartTimer(batch.FirstArrival);
                }

                progress.Idle();
                var wait = reader.Reader.WaitAsync(wake).AsTask();
                await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (wait.IsFaulted || (wait.IsCanceled && !wake.IsCancellationRequested))
                {
                    // The log cannot be read, or the store was closed: awaiting throws, and the step is repeated later.
                    await wait;
                }
            }
        }
        finally
        {
            timer?.Dispose();
        }
    }

    /// <summary>Adds what can be read now; false when the batch is full.</summary>
    /// <remarks>It ends with a whole record of the log: its place is kept by sequence numbers.</remarks>
    private bool TakeAvailable(UserRecordReader reader, Batch batch, long? end)
    {
        while (reader.IsWithinRecord || (!signals.IsStopping && !IsFull(batch) && !transform.IsFull
            && (end is null || !IsAtEnd(reader, end))))
        {
            var step = reader.Read(out var record);
            if (step == LogReadStep.None || (step == LogReadStep.Record && record.Sequence.Value > end))
            {
                break;
            }

            if (step == LogReadStep.Gap)
            {
                missing.Note(reader.Reader.Gap);
                continue;
            }

            var outcome = transform.Apply(ref record);
            if (transform.IsAsking)
            {
                transform.Keep(record, outcome);
            }
            else if (!TryAdd(batch, record, outcome, RecordTransform.NoObject))
            {
                return false;
            }
            else if (batch.RecordCount % PublishEveryRecords == 0 && !reader.IsWithinRecord)
            {
                progress.Collected(batch.Last, batch);
            }
        }

        if (!batch.IsEmpty)
        {
            progress.Collected(batch.Last, batch);
        }

        return !IsFull(batch);
    }

    /// <summary>Asks what becomes of records that are kept and adds them; false when the batch is full.</summary>
    /// <remarks>What does not fit is forgotten: the next batch reads it again.</remarks>
    private async Task<bool> AddAnsweredAsync(Batch batch)
    {
        if (transform.Count == 0)
        {
            return true;
        }

        try
        {
            await transform.AskAsync(signals.Aborted);
        }
        catch (IOException) when (!batch.IsEmpty)
        {
            // The batch goes out with what it has; what failed begins the next one.
            return false;
        }

        var isOpen = true;
        for (var index = 0; isOpen && index < transform.Count; index++)
        {
            var outcome = transform.Get(index, out var record, out var cause);
            isOpen = (batch.Last == record.Sequence || !IsFull(batch)) && TryAdd(batch, record, outcome, cause);
        }

        transform.Clear();
        if (!batch.IsEmpty)
        {
            progress.Collected(batch.Last, batch);
        }

        return isOpen && !IsFull(batch);
    }

    /// <summary>Adds a record, unless the batch has no room for it.</summary>
    private bool TryAdd(Batch batch, in StreamRecord record, TransformOutcome outcome, RejectionCause? cause)
    {
        var isWritten = outcome == TransformOutcome.Ok;
        var line = isWritten ? batch.Encoder.Encode(record) : default;
        var problem = isWritten ? batch.Encoder.Problem
            : outcome == TransformOutcome.Failed ? cause?.Message : null;
        var isHeldUp = problem is not null && !errors.IsThere;
        var isTooMuch = isWritten
            && (batch.LineBytes + batch.Encoder.SizeBytes > _bytesMax || !batch.TakesColumns || !batch.TakesPart);
        if (!batch.IsEmpty && record.Sequence != batch.Last && (isTooMuch || isHeldUp))
        {
            progress.Collected(batch.Last, batch);
            return false;
        }

        if (isHeldUp)
        {
            ThrowHeldUp(batch, record, problem!);
        }

        batch.Add(record, outcome, cause, line);
        return true;
    }

    /// <summary>Without an error output a record that the transform or the format cannot take holds the shard
    /// up.</summary>
    [DoesNotReturn]
    private void ThrowHeldUp(Batch batch, in StreamRecord record, string problem)
    {
        if (batch.RecordCount > 1)
        {
            // It is within an aggregated record: those before it are collected again, and sent.
            Limit.Refuse(batch.RecordCount);
        }

        throw new InvalidDataException(
            $"Record {record.Sequence.Value} cannot be transformed or written as {definition.Format}, and there is no "
            + $"error stream to put it aside in: {problem}");
    }

    /// <summary>
    /// A record that has waited in the log, for a destination or a restart, has used up its seconds there.
    /// </summary>
    private ITimer StartTimer(Timestamp firstArrival)
    {
        var buffer = TimeSpan.FromSeconds(definition.BufferSeconds);
        var age = time.GetUtcNow() - WallTime.Clamp(firstArrival).ToDateTimeOffset();
        var remaining = age <= TimeSpan.Zero ? buffer : age >= buffer ? TimeSpan.Zero : buffer - age;
        return time.CreateTimer(
            static state =>
            {
                var collector = (BatchCollector)state!;
                collector.Expire();
            },
            this, remaining, Timeout.InfiniteTimeSpan);
    }

    private void Expire()
    {
        _isDue = true;
        signals.Wake.Set();
    }
}
