using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Sends the batches of one lane until each is settled, or given up for others that the destination may
/// take.</summary>
/// <remarks>
/// <para>A batch is given up only where the destination has nothing of it: no object of its name, and none of its
/// records settled. What it held is collected again.</para>
/// <para>Not thread-safe: the lane is its only user.</para>
/// </remarks>
internal sealed class BatchSender(
    DeliveryDefinition definition, Shard shard, IDestination destination, LaneLedger ledger, LaneRules rules,
    ErrorOutput errors, BatchSettler settler, BatchCollector collector, DestinationDialog dialog, ILogger logger)
{
    /// <summary>Tells an object that is too large from a server that takes none.</summary>
    private readonly RefusalJudge _judge = new();

    /// <summary>Sends a batch until it is settled or given up, or the pipeline stops.</summary>
    /// <remarks>A batch that is too large for the destination is given up for one of half its records; of a single
    /// record only the error output takes more. One of which the destination refuses every record, and cannot tell
    /// whether that is their own fault, is given up for one with what has come since.</remarks>
    /// <returns>Whether the destination has other records under ids of the batch that were never sent: the batch is
    /// pending still.</returns>
    public async Task<bool> SendAsync(Batch batch, string name)
    {
        rules.Send(batch);
        var item = batch.Close(name, settler.NewProgress(batch));
        var last = SendResult.Accepted;
        var isOwnFault = false;
        var outcome = await dialog.AskAsync(
            async token =>
            {
                last = await AttemptAsync(batch, item, token);
                if (last.IsSetBack || item.Records.HasSettled)
                {
                    return last.IsSetBack ? SendResult.Absent : last;
                }

                if (last.IsUnproven && HasMore(batch) && !collector.IsFull(batch))
                {
                    return SendResult.Absent;
                }

                isOwnFault |= last.IsTooLarge && batch.RecordCount == 1 && MayReject(item);
                return last.IsTooLarge && (batch.RecordCount > 1 || isOwnFault)
                    ? await FindAsync(last, item, token) : last;
            },
            SendOutcome.Absent,
            item.SizeBytes);
        if (last.IsSetBack)
        {
            return outcome == SendOutcome.Absent;
        }

        if (outcome == SendOutcome.Accepted)
        {
            collector.Limit.Take(batch.RecordCount);
            _judge.Take();
            await settler.SettleAsync(batch, item);
        }
        else if (outcome == SendOutcome.Absent && last.IsUnproven)
        {
            Log.BatchExtended(logger, definition.Name, name);
            await ledger.DropPendingAsync();
        }
        else if (outcome == SendOutcome.Absent && batch.RecordCount > 1)
        {
            Log.BatchHalved(logger, definition.Name, name, batch.RecordCount);
            collector.Limit.Refuse(batch.RecordCount);
            await ledger.DropPendingAsync();
        }
        else if (outcome == SendOutcome.Absent)
        {
            collector.Limit.Forget();
            item.Records.RejectWhole(
                batch.First.Value,
                RejectionCause.Of(RejectionReason.TooLarge, "EntityTooLarge", last.Reason ?? ""));
            await settler.SettleAsync(batch, item);
        }

        return false;
    }

    /// <summary>
    /// Sends a batch that is larger than the buffer is by now, or named otherwise than objects are by now: the
    /// destination may never take objects of that size or name.
    /// </summary>
    /// <remarks>
    /// When it does not take the batch (one that is only named otherwise must be rejected, as anything else passes) and
    /// has no object of that name, the extent is given up and its records are collected again as the definition has it
    /// now.
    /// </remarks>
    /// <returns>As <see cref="SendAsync"/> does.</returns>
    public async Task<bool> SendOrGiveUpAsync(Batch batch, string name, bool isTooLarge)
    {
        rules.Send(batch);
        var item = batch.Close(name, settler.NewProgress(batch));
        var isSetBack = false;
        var outcome = await dialog.AskAsync(
            async token =>
            {
                var sent = await AttemptAsync(batch, item, token);
                isSetBack = sent.IsSetBack;
                if (isSetBack)
                {
                    return SendResult.Absent;
                }

                if (item.Records.HasSettled || sent.Outcome == SendOutcome.Accepted
                    || (!isTooLarge && sent.Outcome != SendOutcome.Rejected))
                {
                    return sent;
                }

                return sent.IsNameRefused ? SendResult.Absent : await FindAsync(sent, item, token);
            },
            SendOutcome.Absent,
            item.SizeBytes);
        if (isSetBack)
        {
            return outcome == SendOutcome.Absent;
        }

        if (outcome == SendOutcome.Accepted)
        {
            _judge.Take();
            await settler.SettleAsync(batch, item);
        }
        else if (outcome == SendOutcome.Absent)
        {
            if (isTooLarge)
            {
                Log.BatchSplit(logger, definition.Name, name, batch.LineBytes, definition.BufferBytes);
            }
            else
            {
                Log.BatchRenamed(logger, definition.Name, name);
            }

            await ledger.DropPendingAsync();
        }

        return false;
    }

    /// <summary>Whether a single record that is too large is so by itself.</summary>
    private bool MayReject(DeliveryObject item) =>
        errors.IsThere && (item.SizeBytes >= RefusalJudge.LargeBytesMin || _judge.MayReject());

    /// <summary>Whether the destination has the object after all; what it said before where it does not tell, or has
    /// some of several.</summary>
    private async ValueTask<SendResult> FindAsync(SendResult sent, DeliveryObject item, CancellationToken token)
    {
        if (item.Parts.Count == 0)
        {
            var found = await destination.FindAsync(item.Name, token);
            return found.Outcome is SendOutcome.Accepted or SendOutcome.Absent ? found : sent;
        }

        var there = 0;
        foreach (var part in item.Parts)
        {
            var found = await destination.FindAsync(part.Name, token);
            if (found.Outcome is not (SendOutcome.Accepted or SendOutcome.Absent))
            {
                return sent;
            }

            there += found.Outcome == SendOutcome.Accepted ? 1 : 0;
        }

        return there == 0 ? SendResult.Absent : there == item.Parts.Count ? SendResult.Accepted : sent;
    }

    /// <summary>Sends the objects of a batch that are not known to be there; the first that is not taken ends
    /// it.</summary>
    private async ValueTask<SendResult> SendPartsAsync(Batch batch, DeliveryObject item, CancellationToken token)
    {
        var hasProgress = false;
        foreach (var part in item.Parts)
        {
            if (part.IsThere)
            {
                continue;
            }

            var sent = batch.HasLostRecords ? await destination.FindAsync(part.Name, token) : SendResult.Absent;
            if (sent.Outcome == SendOutcome.Absent)
            {
                sent = await destination.SendAsync(part, token);
            }

            if (sent.Outcome != SendOutcome.Accepted)
            {
                return sent with { HasProgress = hasProgress };
            }

            part.IsThere = hasProgress = true;
        }

        return SendResult.Accepted;
    }

    /// <summary>Whether anything of the segment stands behind a batch.</summary>
    private bool HasMore(Batch batch) =>
        Math.Min(ledger.End ?? long.MaxValue, shard.NewestSequence.Value) > batch.Last.Value;

    /// <summary>Sends once; what a failed attempt has got through is durable afterwards.</summary>
    private async ValueTask<SendResult> AttemptAsync(Batch batch, DeliveryObject item, CancellationToken token)
    {
        if (item.Records.Attempts++ > 0)
        {
            settler.NoteRetry(batch.RecordCount, item.Records.SettledRuns());
        }

        var isAccepted = false;
        var settlements = item.Records.Settlements;
        try
        {
            var sent = item.Parts.Count == 0 ? await destination.SendAsync(item, token)
                : await SendPartsAsync(batch, item, token);
            isAccepted = sent.Outcome == SendOutcome.Accepted;
            return isAccepted ? sent
                : sent with { HasProgress = sent.HasProgress || item.Records.Settlements > settlements };
        }
        finally
        {
            if (!isAccepted)
            {
                await item.Records.SaveAsync();
            }
        }
    }
}
