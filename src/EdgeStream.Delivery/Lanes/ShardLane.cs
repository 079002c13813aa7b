using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>Takes the records of a shard's segments to the destination, one batch at a time, in order.</summary>
/// <remarks>
/// The steps of a batch: collect; make its extent durable as pending; send until it is accepted; make "done" durable. A
/// crash after any of them leaves either no trace of the batch or its exact extent, which is then read again from the
/// log and sent under the same name. At most one batch is in memory, and while it is being sent no segment of the log
/// is held open.
/// </remarks>
internal sealed class ShardLane : IDisposable
{
    private readonly ShardContext _context;
    private readonly DeliveryDefinition _definition;
    private readonly PipelineSignals _signals;
    private readonly LaneRules _rules;
    private readonly LaneProgress _progress;
    private readonly MissingRecords _missing;
    private readonly RecordEncoder _encoder;
    private readonly TransformStage _transform;
    private readonly LaneLedger _ledger;
    private readonly DestinationDialog _dialog;
    private readonly BatchCollector _collector;
    private readonly BatchRecollector _recollector;
    private readonly BatchSettler _settler;
    private readonly BatchSender _sender;
    private volatile bool _isFinished;

    /// <summary>How often in a row ids were renewed.</summary>
    private int _renewals;

    /// <summary>Makes a lane; nothing is read or sent yet.</summary>
    /// <param name="context">What it shares with others.</param>
    /// <param name="ledger">The segments.</param>
    /// <param name="kind">Which of them it works at.</param>
    /// <param name="rules">When it sends.</param>
    /// <param name="progress">What it publishes.</param>
    /// <param name="signals">What is asked of it.</param>
    public ShardLane(
        ShardContext context, ShardLedger ledger, LaneKind kind, LaneRules rules, LaneProgress progress,
        PipelineSignals signals)
    {
        var (definition, store, storeId, _, shard, columns, destination, link, _, time, logger) = context;
        _context = context;
        _definition = definition;
        _signals = signals;
        _rules = rules;
        _progress = progress;
        _encoder = new RecordEncoder(
            BatchForm.Of(definition) with { IsHistorical = rules.IsHistorical }, definition, shard.Id, columns,
            definition.PartitionTemplate);
        _transform = new TransformStage(definition, shard.Id, logger);
        _missing = new MissingRecords(definition, shard.Id, logger);
        _ledger = new LaneLedger(ledger, kind, progress);
        var errors = new ErrorOutput(definition, store, storeId, shard, _ledger);
        _dialog = new DestinationDialog(
            definition, shard.Id, _ledger, rules, progress, signals, link, time, logger);
        _collector = new BatchCollector(
            definition, shard, _ledger, rules, errors, _transform, progress, signals, _missing, time, logger);
        _recollector = new BatchRecollector(
            shard, _ledger, errors, _transform, progress, signals, _missing, time);
        _settler = new BatchSettler(
            definition, shard, _ledger, errors, destination, progress, columns, time, logger, _dialog, _missing);
        _sender = new BatchSender(
            definition, shard, destination, _ledger, rules, errors, _settler, _collector, _dialog, logger);
    }

    /// <summary>Whether the shard is closed and everything in it is delivered or gone.</summary>
    public bool IsFinished => _isFinished;

    /// <summary>Fixes the start position; a failure is left for <see cref="RunAsync"/> to retry and show.</summary>
    public ValueTask LoadAsync() => _ledger.LoadAsync(_context.Logger);

    /// <summary>
    /// Delivers until stopped, to the end of a closed shard, or as long as the rules say. Never throws: whatever fails
    /// is logged, shown and tried again.
    /// </summary>
    public async Task RunAsync()
    {
        var failures = 0;
        while (!_signals.IsStopping && !_isFinished)
        {
            try
            {
                await LoadAsync();
                if (!await _rules.BeginAsync())
                {
                    return;
                }

                await (_ledger.Entry.Pending is { } pending ? ResendAsync(pending) : DeliverNextAsync());
                failures = 0;
            }
            catch (OperationCanceledException) when (_signals.Aborted.IsCancellationRequested)
            {
                Log.StoppedWithPendingBatch(_context.Logger, _definition.Name, _context.Shard.Id);
                return;
            }
            catch (Exception exception)
            {
                Log.StepFailed(_context.Logger, exception, _definition.Name, _context.Shard.Id);
                _rules.Rest();
                _progress.Reset();
                if (_ledger.IsLoaded)
                {
                    await _dialog.MarkHoursAsync();
                }

                await _dialog.BackOffAsync(
                    SendResult.Retryable(exception.Message), ++failures, _definition.Retry);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _transform.Dispose();
    }

    private async Task DeliverNextAsync()
    {
        _encoder.Begin();
        using var batch = new Batch(_encoder, _context.Memory);
        var end = await _collector.CollectAsync(batch);
        if (batch.IsEmpty)
        {
            await (end is { } through ? FinishAsync(through) : Task.CompletedTask);
            return;
        }

        var name = await NameOfAsync(batch.FirstArrival, batch.First, batch.Last);
        var form = batch.Form;
        if (form.Layout is { IsOpen: true })
        {
            await _context.Columns.SaveAsync();
        }

        await _ledger.SetPendingAsync(
            new PendingExtent(batch.First, batch.Last, batch.RecordCount, form.Compression, name)
            {
                Format = form.Format, Delimiter = form.Delimiter, Layout = ColumnLayout.TextOf(form.Layout),
                IsHistorical = form.IsHistorical,
            });
        if (!batch.HasLines)
        {
            await SettleUnsentAsync(batch, name);
        }
        else
        {
            await EndAttemptsAsync(await _sender.SendAsync(batch, name), batch);
        }
    }

    /// <summary>Where the data folder was set back in time, or copied, and others have the ids of a batch, its records
    /// get new ones, but for those that are settled.</summary>
    private async Task EndAttemptsAsync(bool isSetBack, Batch batch)
    {
        if (!isSetBack)
        {
            _renewals = 0;
            return;
        }

        var pending = _ledger.Entry.Pending ?? throw new InvalidOperationException("No batch is in flight.");
        var storeId = await _context.StoreId.GetAsync();
        if (ObjectName.IsOfStore(pending.ObjectName, storeId, _context.Shard.Id))
        {
            await _context.StoreId.ReplaceAsync(storeId);
        }

        var name = await NameOfAsync(batch.FirstArrival, batch.First, batch.Last);
        Log.IdsRenewed(_context.Logger, _definition.Name, _context.Shard.Id, pending.ObjectName, name);
        await _ledger.SetPendingAsync(pending with { ObjectName = name });

        // New ids are nobody's: a destination that says otherwise again and again is not hurried.
        if (++_renewals > 1)
        {
            await _dialog.BackOffAsync(
                SendResult.Retryable("The destination has other records under ids that are new."), _renewals - 1,
                _definition.Retry);
        }
    }

    /// <summary>What is not delivered of a segment by now, or of a closed shard, is gone: nothing stands behind
    /// it.</summary>
    private async Task FinishAsync(long through)
    {
        var isOfShard = _ledger.End is null;
        if (!isOfShard || _ledger.Entry.Checkpoint.Value < through)
        {
            await _ledger.SettleAsync(
                entry => entry with
                {
                    EvictedRecords = entry.EvictedRecords + Math.Max(0, through - entry.Checkpoint.Value),
                },
                new Passage([], [], _missing.Gaps));
        }

        _progress.Reset();
        _progress.Idle();
        if (isOfShard && !_ledger.IsWhole)
        {
            _rules.Rest();
            await _rules.WaitForOtherAsync();
        }
        else if (isOfShard)
        {
            _transform.Dispose();
            _isFinished = true;
        }
    }

    /// <summary>Sends a batch that may have been accepted before a crash.</summary>
    private async Task ResendAsync(PendingExtent pending)
    {
        await _settler.ForgetRejectionsAsync();
        pending = _ledger.Entry.Pending ?? pending;
        _settler.NoteSent(pending.Last);
        using var encoder = new RecordEncoder(
            BatchForm.Of(pending), _definition, _context.Shard.Id, catalog: null, pending.ObjectName);
        using var batch = new Batch(encoder, _context.Memory);
        await _recollector.CollectAsync(pending, batch);
        Log.ResendingBatch(
            _context.Logger, _definition.Name, pending.ObjectName, batch.RecordCount, pending.RecordCount);
        if (batch.RecordCount < pending.RecordCount)
        {
            if (!await IsLeftAsync(pending, batch))
            {
                return;
            }

            await _ledger.SetPendingAsync(pending with { RecordCount = batch.RecordCount });
        }

        // It was too large alone: the ledger has that, the error output may have it.
        if (pending.Rejections is [{ SubSequence: null } rejection] && batch.RecordCount == 1
            && rejection.Sequence == batch.First.Value)
        {
            await _settler.SettleAsync(_settler.RunsOf(batch), pending.Rejections, pending.Last, 0);
            return;
        }

        if (!batch.HasLines)
        {
            await SettleUnsentAsync(batch, pending.ObjectName);
            return;
        }

        // What has begun record by record is ended so: what was accepted is known under its name alone. So is what a
        // server has got that does not tell, where the records would have another id by now.
        var mayGiveUp = pending is { Accepted.Count: 0, Rejections.Count: 0 }
            && (_context.Destination.KnowsObjects
                || ObjectName.IsOfStore(pending.ObjectName, await _context.StoreId.GetAsync(), _context.Shard.Id));
        var isTooLarge = mayGiveUp && batch.LineBytes > _definition.BufferBytes && batch.RecordCount > 1;
        var isRenamed = mayGiveUp
            && pending.ObjectName != await NameOfAsync(batch.FirstArrival, pending.First, pending.Last);
        _settler.NoteRetry(batch.RecordCount, pending.Accepted);
        var isSetBack = await (isTooLarge || isRenamed
            ? _sender.SendOrGiveUpAsync(batch, pending.ObjectName, isTooLarge)
            : _sender.SendAsync(batch, pending.ObjectName));
        await EndAttemptsAsync(isSetBack, batch);
    }

    /// <summary>Ends a batch of which no record can stand in an object.</summary>
    private async Task SettleUnsentAsync(Batch batch, string name)
    {
        await _settler.SettleAsync(batch, batch.Close(name, _settler.NewProgress(batch)));
        _collector.Limit.Take(batch.RecordCount);
    }

    /// <summary>Whether anything is left to send of a batch of which records were evicted since; if not it is ended, or
    /// the lane stops.</summary>
    /// <remarks>The object that is there, if one is, holds more than can be sent: it is left alone and counts as
    /// accepted.</remarks>
    private async Task<bool> IsLeftAsync(PendingExtent pending, Batch batch)
    {
        // Of several objects each is asked for by itself, before it is sent.
        batch.HasLostRecords = true;
        var found = PartitionKeys.PathsOf(pending.ObjectName).Count > 0 ? SendOutcome.Absent : await _dialog.AskAsync(
            token => _context.Destination.FindAsync(pending.ObjectName, token), SendOutcome.Absent, sizeBytes: 0);
        if (found == SendOutcome.Accepted)
        {
            var first = pending.First.Value;
            var run = new SequenceRun(first, first + pending.RecordCount - 1);
            await _settler.SettleAsync([run], pending.Rejections, pending.Last, 0, run.Within(batch.Filtered));
        }
        else if (found == SendOutcome.Absent && batch.IsEmpty)
        {
            await _settler.SettleAsync(_settler.RunsOf(batch), pending.Rejections, pending.Last, 0);
        }

        return found == SendOutcome.Absent && !batch.IsEmpty;
    }

    private async ValueTask<string> NameOfAsync(Timestamp firstArrival, SequenceNumber first, SequenceNumber last) =>
        ObjectName.Of(
            _definition, await _context.StoreId.GetAsync(), _context.Shard.Id, firstArrival, first.Value, last.Value);
}
