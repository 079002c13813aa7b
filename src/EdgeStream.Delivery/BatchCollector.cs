using System.Diagnostics.CodeAnalysis;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Fills the batches of one shard from its log.</summary>
/// <remarks>Not thread-safe: the shard's pipeline is its only user. No segment is held open between its
/// calls.</remarks>
/// <param name="definition">The delivery.</param>
/// <param name="shard">The shard.</param>
/// <param name="ledger">Where the next batch begins.</param>
/// <param name="errors">Takes what cannot stand in an object.</param>
/// <param name="transform">What becomes of records first.</param>
/// <param name="progress">Is told what is collected.</param>
/// <param name="signals">What ends collecting early.</param>
/// <param name="gaps">Takes what the log says of records that are missing.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to log.</param>
internal sealed class BatchCollector(
    DeliveryDefinition definition, Shard shard, ShardLedger ledger, ErrorOutput errors, TransformStage transform,
    ShardProgress progress, PipelineSignals signals, List<Gap> gaps, TimeProvider time, ILogger logger)
{
    /// <summary>Gaps that are remembered with their reason until they are settled.</summary>
    private const int GapsMax = 256;

    /// <summary>Progress is published this often while a backlog is read without a pause.</summary>
    private const int PublishEveryRecords = 256;

    /// <summary>A batch of which the transform leaves nothing is ended after so many records.</summary>
    private const long FilteredMax = 1 << 20;

    private const int AsksMax = 8;
    private static readonly TimeSpan AskAgainDelay = TimeSpan.FromSeconds(1);

    private volatile bool _isDue;

    /// <summary>How many records the destination takes at once.</summary>
    public RecordLimit Limit { get; } = new();

    /// <summary>Fills the batch with what comes next, until it is full, due, flushed, the shard ends, or the pipeline
    /// stops.</summary>
    /// <returns>Whether the shard is closed and nothing stands behind the batch.</returns>
    public async Task<bool> CollectAsync(Batch batch)
    {
        gaps.Clear();
        transform.Clear();
        using var reader = OpenReader();
        await FillAsync(reader, batch);
        if (reader.MisplacedRecords > 0)
        {
            Log.RecordsMisplaced(
                logger, definition.Name, shard.Id, reader.MisplacedRecords, reader.Reader.NextSequence.Value);
        }

        return reader.Reader.IsAtEnd;
    }

    /// <summary>Fills the batch with what is left of one that was in flight.</summary>
    public async Task CollectAgainAsync(PendingExtent pending, Batch batch)
    {
        gaps.Clear();
        transform.Clear();
        using var reader = OpenReader();
        while (TakeAgain(reader, pending, batch))
        {
            await AddAnsweredAsync(batch, isAgain: true);
        }

        await AddAnsweredAsync(batch, isAgain: true);
        progress.Collected(pending.Last, batch);
    }

    /// <summary>Whether the batch takes no further record.</summary>
    public bool IsFull(Batch batch) =>
        batch.RecordCount >= Limit.RecordsMax || batch.LineBytes >= definition.BufferBytes || batch.IsShortOfMemory
        || batch.Refused.Count >= RecordProgress.RejectionsMax || batch.FilteredCount >= FilteredMax;

    /// <summary>Adds what was in flight; false when that is all.</summary>
    private bool TakeAgain(UserRecordReader reader, PendingExtent pending, Batch batch)
    {
        while (!transform.IsFull)
        {
            var step = reader.Read(out var record);
            if (step == LogReadStep.None || (step != LogReadStep.Gap && record.Sequence > pending.Last))
            {
                return false;
            }

            if (step == LogReadStep.Gap)
            {
                NoteGap(reader.Reader.Gap);
                if (reader.Reader.Gap.Last >= pending.Last)
                {
                    return false;
                }
            }
            else if (record.Sequence >= pending.First)
            {
                var outcome = transform.Apply(ref record);
                if (transform.IsAsking)
                {
                    transform.Keep(record, outcome);
                }
                else
                {
                    AddAgain(batch, record, outcome, RecordTransform.NoObject);
                }
            }
        }

        return true;
    }

    private UserRecordReader OpenReader() => new(shard.OpenReader(ShardPosition.After(ledger.Entry.Checkpoint)));

    private async Task FillAsync(UserRecordReader reader, Batch batch)
    {
        _isDue = false;
        ITimer? timer = null;
        try
        {
            while (true)
            {
                var wake = signals.Wake.Arm();
                if (!TakeAvailable(reader, batch) || !await AddAnsweredAsync(batch) || signals.IsStopping
                    || reader.Reader.IsAtEnd
                    || (!batch.IsEmpty && (_isDue || signals.IsFlushAsked(ledger.Entry.Checkpoint.Value))))
                {
                    return;
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
    private bool TakeAvailable(UserRecordReader reader, Batch batch)
    {
        while (reader.IsWithinRecord || (!signals.IsStopping && !IsFull(batch) && !transform.IsFull))
        {
            var step = reader.Read(out var record);
            if (step == LogReadStep.None)
            {
                break;
            }

            if (step == LogReadStep.Gap)
            {
                NoteGap(reader.Reader.Gap);
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
    private async Task<bool> AddAnsweredAsync(Batch batch, bool isAgain = false)
    {
        if (transform.Count == 0)
        {
            return true;
        }

        if (!await AskAsync(isAgain, batch.IsEmpty))
        {
            return false;
        }

        var isOpen = true;
        for (var index = 0; isOpen && index < transform.Count; index++)
        {
            var outcome = transform.Get(index, out var record, out var cause);
            if (isAgain)
            {
                AddAgain(batch, record, outcome, cause);
            }
            else
            {
                isOpen = (batch.Last == record.Sequence || !IsFull(batch)) && TryAdd(batch, record, outcome, cause);
            }
        }

        transform.Clear();
        if (!isAgain && !batch.IsEmpty)
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
            && (batch.LineBytes + batch.Encoder.SizeBytes > definition.BufferBytes || !batch.TakesColumns);
        if (!batch.IsEmpty && record.Sequence != batch.Last && (isTooMuch || isHeldUp))
        {
            progress.Collected(batch.Last, batch);
            return false;
        }

        if (isHeldUp)
        {
            ThrowHeldUp(batch, record, problem!);
        }

        Add(batch, record, outcome, cause, line);
        return true;
    }

    /// <summary>Asks about what is kept; false when it is not answered, and the batch is to go out with what it
    /// has.</summary>
    /// <remarks>What failed then begins the next batch. A batch that was in flight cannot end before: it asks again,
    /// and begins from its first record only after eight failures.</remarks>
    private async Task<bool> AskAsync(bool isAgain, bool isEmpty)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await transform.AskAsync(signals.Aborted);
                return true;
            }
            catch (IOException) when (!isAgain && !isEmpty)
            {
                return false;
            }
            catch (IOException) when (isAgain && failures < AsksMax && !signals.IsStopping)
            {
                await Task.Delay(AskAgainDelay, time, signals.Aborted);
            }
        }
    }

    private void AddAgain(Batch batch, in StreamRecord record, TransformOutcome outcome, RejectionCause? cause)
    {
        if (outcome == TransformOutcome.Failed && !errors.IsThere)
        {
            throw new InvalidDataException(
                $"Record {record.Sequence.Value} cannot be transformed, and there is no error stream to put it aside "
                + $"in: {cause?.Message}");
        }

        Add(batch, record, outcome, cause, outcome == TransformOutcome.Ok ? batch.Encoder.Encode(record) : default);
    }

    private static void Add(
        Batch batch, in StreamRecord record, TransformOutcome outcome, RejectionCause? cause, ReadOnlySpan<byte> line)
    {
        switch (outcome)
        {
            case TransformOutcome.Dropped:
                batch.AddFiltered(record.Sequence, record.ArrivalTime);
                break;
            case TransformOutcome.Failed:
                batch.AddRefused(
                    record.Sequence, record.SubSequence, record.ArrivalTime, cause ?? RecordTransform.NoObject);
                break;
            default:
                batch.Add(record.Sequence, record.SubSequence, record.ArrivalTime, line);
                break;
        }
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

    /// <summary>The ledger counts what is missing as evicted when the records behind it are delivered.</summary>
    private void NoteGap(LogGap gap)
    {
        var (first, last, reason) = gap;
        Log.RecordsMissing(logger, definition.Name, shard.Id, first.Value, last.Value, reason);
        if (gaps.Count < GapsMax)
        {
            var why = reason == LogGapReason.Evicted ? GapWhy.Evicted : GapWhy.Damaged;
            gaps.Add(new Gap(first.Value, last.Value, why, default, default));
        }
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
