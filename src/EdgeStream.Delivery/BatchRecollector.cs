using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Fills a batch with what is left of one that was in flight.</summary>
/// <remarks>It has the same records in the same order, however much that is by now. Not thread-safe: the
/// lane is its only user. No segment is held open between its calls.</remarks>
/// <param name="shard">The shard.</param>
/// <param name="ledger">Where the batch begins.</param>
/// <param name="errors">Takes what cannot stand in an object.</param>
/// <param name="transform">What becomes of records first.</param>
/// <param name="progress">Is told what is collected.</param>
/// <param name="signals">What ends it early.</param>
/// <param name="missing">Takes what the log says of records that are missing.</param>
/// <param name="time">The clock.</param>
internal sealed class BatchRecollector(
    Shard shard, LaneLedger ledger, ErrorOutput errors, TransformStage transform, LaneProgress progress,
    PipelineSignals signals, MissingRecords missing, TimeProvider time)
{
    /// <summary>A batch that was in flight cannot end before: it begins from its first record only after so many
    /// failures.</summary>
    private const int AsksMax = 8;

    private static readonly TimeSpan AskAgainDelay = TimeSpan.FromSeconds(1);

    /// <summary>Fills the batch.</summary>
    /// <exception cref="IOException">The transform does not answer.</exception>
    /// <exception cref="InvalidDataException">A record cannot be transformed, and there is nowhere to put it
    /// aside.</exception>
    public async Task CollectAsync(PendingExtent pending, Batch batch)
    {
        missing.Clear();
        transform.Clear();
        using var reader = new UserRecordReader(shard.OpenReader(ShardPosition.After(ledger.Entry.Checkpoint)));
        while (TakeAvailable(reader, pending, batch))
        {
            await AddAnsweredAsync(batch);
        }

        await AddAnsweredAsync(batch);
        progress.Collected(pending.Last, batch);
    }

    /// <summary>Adds what was in flight; false when that is all.</summary>
    private bool TakeAvailable(UserRecordReader reader, PendingExtent pending, Batch batch)
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
                missing.Note(reader.Reader.Gap);
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
                    Add(batch, record, outcome, RecordTransform.NoObject);
                }
            }
        }

        return true;
    }

    /// <summary>Asks what becomes of records that are kept and adds them.</summary>
    private async Task AddAnsweredAsync(Batch batch)
    {
        if (transform.Count == 0)
        {
            return;
        }

        await AskAsync();
        for (var index = 0; index < transform.Count; index++)
        {
            var outcome = transform.Get(index, out var record, out var cause);
            Add(batch, record, outcome, cause);
        }

        transform.Clear();
    }

    private async Task AskAsync()
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await transform.AskAsync(signals.Aborted);
                return;
            }
            catch (IOException) when (failures < AsksMax && !signals.IsStopping)
            {
                await Task.Delay(AskAgainDelay, time, signals.Aborted);
            }
        }
    }

    private void Add(Batch batch, in StreamRecord record, TransformOutcome outcome, RejectionCause? cause)
    {
        if (outcome == TransformOutcome.Failed && !errors.IsThere)
        {
            throw new InvalidDataException(
                $"Record {record.Sequence.Value} cannot be transformed, and there is no error stream to put it aside "
                + $"in: {cause?.Message}");
        }

        batch.Add(record, outcome, cause, outcome == TransformOutcome.Ok ? batch.Encoder.Encode(record) : default);
    }
}
