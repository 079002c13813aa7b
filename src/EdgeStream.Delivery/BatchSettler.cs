using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Ends the batches of one lane: puts aside what was rejected, then makes what is settled durable.</summary>
/// <remarks>Not thread-safe: the lane is its only user. A crash between the two puts nothing aside
/// twice.</remarks>
/// <param name="definition">The delivery.</param>
/// <param name="shard">The shard.</param>
/// <param name="ledger">What is known.</param>
/// <param name="errors">Takes what was rejected.</param>
/// <param name="destination">Takes the objects under the error prefix.</param>
/// <param name="progress">Is told of the result.</param>
/// <param name="columns">Counts values that did not fit.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to log.</param>
/// <param name="dialog">Asks the destination.</param>
/// <param name="missing">What the log has said of records that are missing.</param>
internal sealed class BatchSettler(
    DeliveryDefinition definition, Shard shard, LaneLedger ledger, ErrorOutput errors, IDestination destination,
    LaneProgress progress, ColumnCatalog columns, TimeProvider time, ILogger logger, DestinationDialog dialog,
    MissingRecords missing)
{
    /// <summary>Records that were sent another time since the last batch was ended.</summary>
    private long _retriedRecords;

    /// <summary>No record behind this one was ever sent.</summary>
    private long _sentThrough;

    /// <summary>What becomes of the records of the batch in flight.</summary>
    public RecordProgress NewProgress(Batch batch)
    {
        var mayBeThere = batch.First.Value <= _sentThrough;
        NoteSent(batch.Last);
        return new(ledger.Entry.Pending, errors.IsThere, time, SaveProgressAsync, batch.Runs)
        {
            MayBeThere = mayBeThere,
        };
    }

    /// <summary>Records up to this one may have been sent.</summary>
    public void NoteSent(SequenceNumber last) => _sentThrough = Math.Max(_sentThrough, last.Value);

    /// <summary>Counts that a batch is sent another time, but for what is settled of it.</summary>
    public void NoteRetry(long records, IReadOnlyList<SequenceRun> settled) =>
        _retriedRecords += Math.Max(0, records - SequenceRun.CountOf(settled));

    /// <summary>Forgets rejections of the batch in flight that can be put aside no more: those records are sent
    /// again.</summary>
    public async Task ForgetRejectionsAsync()
    {
        if (ledger.Entry.Pending is not { Rejections.Count: > 0 } pending || errors.IsThere)
        {
            return;
        }

        var rejected = new List<SequenceRun>();
        foreach (var rejection in pending.Rejections)
        {
            rejected.Add(new SequenceRun(rejection.Sequence, rejection.Sequence));
        }

        rejected = SequenceRun.Union(rejected);
        var accepted = new List<SequenceRun>();
        foreach (var run in pending.Accepted)
        {
            accepted.AddRange(run.Without(run.Within(rejected)));
        }

        CutToMax(accepted);
        await ledger.SetPendingAsync(pending with { Accepted = accepted, Rejections = [] });
    }

    private static void CutToMax(List<SequenceRun> runs)
    {
        if (runs.Count > RecordProgress.RunsMax)
        {
            runs.RemoveRange(RecordProgress.RunsMax, runs.Count - RecordProgress.RunsMax);
        }
    }

    /// <summary>What is settled in this attempt comes to what was before: the attempt may not have come as far
    /// yet.</summary>
    private ValueTask SaveProgressAsync(RecordProgress records)
    {
        var pending = ledger.Entry.Pending ?? throw new InvalidOperationException("No batch is in flight.");
        var runs = records.SettledRuns();
        runs.AddRange(pending.Accepted);
        runs = SequenceRun.Union(runs);
        CutToMax(runs);
        return ledger.SetPendingAsync(pending with { Accepted = runs, Rejections = [.. records.Rejections] });
    }

    /// <summary>Ends a batch that was accepted, as far as it was.</summary>
    public async Task SettleAsync(Batch batch, DeliveryObject item)
    {
        var pending = ledger.Entry.Pending ?? throw new InvalidOperationException("No batch is in flight.");
        var records = item.Records;
        foreach (var refused in batch.Refused)
        {
            records.RejectUnsent(refused.Sequence, refused.SubSequence, refused.Cause);
        }

        var through = records.IsUsed ? records.SettledThrough(pending.Last.Value) : pending.Last.Value;
        if (through is null)
        {
            throw new IOException("The destination has accepted a batch of which it has settled no record.");
        }

        if (records.Rejections.Count > 0)
        {
            await records.SaveAsync();
        }

        await SettleAsync(
            RunsOf(batch), records.Rejections, new SequenceNumber(through.Value), item.SizeBytes, batch.Filtered,
            Math.Max(1, item.Parts.Count));
        columns.CountUnfit(batch.UnfitValues);
        if (batch.UnfitValues > 0)
        {
            Log.ValuesUnfit(logger, definition.Name, item.Name, batch.UnfitValues);
        }

        if (batch.HasLines)
        {
            Log.BatchDelivered(logger, definition.Name, item.Name, batch.RecordCount, item.SizeBytes);
        }
    }

    /// <summary>Puts aside what was rejected and makes what is settled durable.</summary>
    /// <param name="runs">The records that were there.</param>
    /// <param name="rejections">Those of them that were rejected.</param>
    /// <param name="through">Up to where all are settled.</param>
    /// <param name="bytes">What was sent.</param>
    /// <param name="filtered">Those of the records that the transform has left out; none if not given.</param>
    /// <param name="objects">How many objects they are in.</param>
    public async Task SettleAsync(
        IReadOnlyList<SequenceRun> runs, IReadOnlyList<Rejection> rejections, SequenceNumber through, long bytes,
        IReadOnlyList<SequenceRun>? filtered = null, int objects = 1)
    {
        var rejected = ErrorOutput.InOrder(rejections, through.Value);
        if (rejected.Count > 0 && !await PutAsideAsync(rejected))
        {
            return;
        }

        var range = new SequenceRun(ledger.Entry.Checkpoint.Value + 1, through.Value);
        var settled = range.Within(runs);
        var left = Without(range.Within(filtered ?? []), rejected);
        var leftCount = SequenceRun.CountOf(left);
        var counts = default(RejectionCounts);
        var counted = 0L;
        foreach (var rejection in rejected)
        {
            counts = rejection.Sequence == counted ? counts : counts.Plus(rejection.Cause.Reason);
            counted = rejection.Sequence;
        }

        var delivered = SequenceRun.CountOf(settled) - leftCount - counts.Total;
        var now = Timestamp.From(time.GetUtcNow());
        await ledger.SettleAsync(
            entry => entry.Settle(through, delivered, leftCount, counts, bytes, now) with
            {
                RetriedRecords = entry.RetriedRecords + _retriedRecords,
                DeliveredObjects = entry.DeliveredObjects + (delivered > 0 ? objects : 0),
            },
            new Passage(settled, rejected, missing.Gaps) { Filtered = left });
        _retriedRecords = 0;
        progress.Idle();
    }

    /// <summary>Records that were rejected before the transform left them out stay rejected.</summary>
    private static List<SequenceRun> Without(List<SequenceRun> filtered, List<Rejection> rejected)
    {
        var put = new List<SequenceRun>();
        foreach (var rejection in rejected)
        {
            put.Add(new SequenceRun(rejection.Sequence, rejection.Sequence));
        }

        put = SequenceRun.Union(put);
        var left = new List<SequenceRun>();
        foreach (var run in filtered)
        {
            left.AddRange(run.Without(run.Within(put)));
        }

        return left;
    }

    /// <summary>The records of a batch, those included that are known to be settled though they are gone.</summary>
    public List<SequenceRun> RunsOf(Batch batch)
    {
        var all = new List<SequenceRun>(batch.Runs);
        all.AddRange(ledger.Entry.Pending?.Accepted ?? []);
        foreach (var rejection in ledger.Entry.Pending?.Rejections ?? [])
        {
            all.Add(new SequenceRun(rejection.Sequence, rejection.Sequence));
        }

        return SequenceRun.Union(all);
    }

    /// <summary>Takes rejected records to the error output; false when it is to stop first.</summary>
    private async Task<bool> PutAsideAsync(List<Rejection> rejected)
    {
        var written = await dialog.AskAsync(
            async token =>
            {
                try
                {
                    await errors.WriteAsync(rejected, token);
                    return SendResult.Accepted;
                }
                catch (Exception error) when (error is IOException or StreamException)
                {
                    return SendResult.Retryable(
                        $"Rejected records cannot be put aside in '{definition.ErrorStream}': {error.Message}");
                }
            },
            SendOutcome.Accepted,
            sizeBytes: null);
        if (written != SendOutcome.Accepted || !await errors.SendAsync(rejected, SendErrorsAsync))
        {
            return false;
        }

        var (code, message) = (rejected[0].Cause.Code, rejected[0].Cause.Message);
        Log.RecordsRejected(
            logger, definition.Name, shard.Id, rejected.Count, definition.ErrorStream, rejected[0].Sequence, code,
            message);
        return true;
    }

    /// <summary>Sends an object with rejected records; where the destination does not take it that is no reason to hold
    /// the shard up, as the error stream has them.</summary>
    /// <returns>Rejected where it is too large, and a smaller one can be made; not accepted else means
    /// "stopping".</returns>
    private async Task<SendOutcome> SendErrorsAsync(DeliveryObject item, bool isSmallest)
    {
        var isTooLarge = false;
        var outcome = await dialog.AskAsync(
            async token =>
            {
                var sent = await destination.SendAsync(item, token);
                isTooLarge = sent.IsTooLarge && !isSmallest;
                if (sent.Outcome != SendOutcome.Rejected || isTooLarge)
                {
                    return isTooLarge ? SendResult.Accepted : sent;
                }

                Log.ErrorObjectRefused(logger, definition.Name, item.Name, sent.Reason);
                return SendResult.Accepted;
            },
            SendOutcome.Accepted,
            item.Content.Length);
        return isTooLarge ? SendOutcome.Rejected : outcome == SendOutcome.Accepted ? outcome : SendOutcome.Retryable;
    }
}
