using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Takes one shard's records to the destination, one batch at a time, in order.</summary>
/// <remarks>
/// The steps of a batch: collect; make its extent durable as pending; send until it is accepted; make "done" durable. A
/// crash after any of them leaves either no trace of the batch or its exact extent, which is then read again from the
/// log and sent under the same name. At most one batch is in memory, and while it is being sent no segment is held
/// open.
/// </remarks>
internal sealed class ShardPipeline : IDisposable
{
    private readonly DeliveryDefinition _definition;
    private readonly StoreId _storeId;
    private readonly Shard _shard;
    private readonly IDestination _destination;
    private readonly DeliveryMemory _memory;
    private readonly ILogger _logger;
    private readonly PipelineSignals _signals = new();
    private readonly MissingRecords _missing;
    private readonly RecordEncoder _encoder;
    private readonly TransformStage _transform;
    private readonly ColumnCatalog _columns;
    private readonly ShardLedger _ledger;
    private readonly DestinationDialog _dialog;
    private readonly BatchCollector _collector;
    private readonly BatchRecollector _recollector;
    private readonly BatchSettler _settler;
    private readonly BatchSender _sender;
    private volatile bool _isFinished;

    public ShardPipeline(
        DeliveryDefinition definition, StreamStore store, StoreId storeId, StreamConsumer consumer, Shard shard,
        ColumnCatalog columns, IDestination destination, DeliveryMemory memory, TimeProvider time, ILogger logger)
    {
        _definition = definition;
        _storeId = storeId;
        _shard = shard;
        _destination = destination;
        _memory = memory;
        _logger = logger;
        _columns = columns;
        _encoder = new RecordEncoder(BatchForm.Of(definition), definition, shard.Id, columns);
        _transform = new TransformStage(definition, shard.Id, logger);
        _missing = new MissingRecords(definition, shard.Id, logger);
        Progress = new ShardProgress(shard);
        var errors = new ErrorOutput(definition, store, storeId, shard);
        _ledger = new ShardLedger(definition, store.State, storeId, consumer, shard, time);
        _dialog = new DestinationDialog(definition, shard.Id, _ledger, Progress, _signals, time, logger);
        _collector = new BatchCollector(
            definition, shard, _ledger, errors, _transform, Progress, _signals, _missing, time, logger);
        _recollector = new BatchRecollector(
            shard, _ledger, errors, _transform, Progress, _signals, _missing, time);
        _settler = new BatchSettler(
            definition, shard, _ledger, errors, destination, Progress, columns, time, logger, _dialog, _missing);
        _sender = new BatchSender(
            definition, shard, destination, _ledger, errors, _settler, _collector, Progress, _dialog, logger);
    }

    /// <summary>The shard.</summary>
    public Shard Shard => _shard;

    /// <summary>Whether the shard is closed and everything in it is delivered or gone.</summary>
    public bool IsFinished => _isFinished;

    /// <summary>The published numbers.</summary>
    public ShardProgress Progress { get; }

    /// <summary>Fixes the start position; a failure is left for <see cref="RunAsync"/> to retry and show.</summary>
    public async Task LoadAsync()
    {
        if (!_ledger.IsLoaded)
        {
            await _ledger.LoadAsync(_logger);
            Progress.Settled(_ledger.Entry);
        }
    }

    /// <summary>
    /// Delivers until stopped, or to the end of a closed shard. Never throws: whatever fails is logged, shown and
    /// tried again.
    /// </summary>
    public async Task RunAsync()
    {
        var failures = 0;
        while (!_signals.IsStopping && !_isFinished)
        {
            try
            {
                await LoadAsync();
                await (_ledger.Entry.Pending is { } pending ? ResendAsync(pending) : DeliverNextAsync());
                failures = 0;
            }
            catch (OperationCanceledException) when (_signals.Aborted.IsCancellationRequested)
            {
                Log.StoppedWithPendingBatch(_logger, _definition.Name, _shard.Id);
                return;
            }
            catch (Exception exception)
            {
                Log.StepFailed(_logger, exception, _definition.Name, _shard.Id);
                if (_ledger.IsLoaded)
                {
                    Progress.Settled(_ledger.Entry);
                    await _dialog.MarkHoursAsync();
                }

                await _dialog.BackOffAsync(SendResult.Retryable(exception.Message), ++failures);
            }
        }
    }

    /// <summary>Sends what is collected without waiting for the buffer, and retries now rather than later.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        var target = _shard.NewestSequence;
        _signals.RequestFlush(target.Value);
        return Progress.WaitForAsync(target, cancellationToken);
    }

    /// <summary>Ends collecting: one attempt is made for the batch in memory, then the pipeline ends.</summary>
    public void RequestStop() => _signals.RequestStop();

    /// <summary>Ends the attempt under way; its batch stays pending.</summary>
    public void Abort() => _signals.Abort();

    /// <inheritdoc/>
    public void Dispose()
    {
        _signals.Dispose();
        _encoder.Dispose();
        _transform.Dispose();
    }

    private async Task DeliverNextAsync()
    {
        _encoder.Begin();
        using var batch = new Batch(_encoder, _memory);
        var isAtEnd = await _collector.CollectAsync(batch);
        if (batch.IsEmpty)
        {
            await (isAtEnd ? FinishAsync() : Task.CompletedTask);
            return;
        }

        var name = await NameOfAsync(batch.FirstArrival, batch.First, batch.Last);
        var form = batch.Form;
        if (form.Layout is { IsOpen: true })
        {
            await _columns.SaveAsync();
        }

        await _ledger.SetPendingAsync(
            new PendingExtent(batch.First, batch.Last, batch.RecordCount, form.Compression, name)
            {
                Format = form.Format, Delimiter = form.Delimiter, Layout = ColumnLayout.TextOf(form.Layout),
            });
        await (batch.HasLines ? _sender.SendAsync(batch, name) : SettleUnsentAsync(batch, name));
    }

    /// <summary>What is not delivered of a closed shard by now is gone: nothing stands behind it.</summary>
    private async Task FinishAsync()
    {
        var entry = _ledger.Entry;
        var missing = _shard.NewestSequence.Value - entry.Checkpoint.Value;
        if (missing > 0)
        {
            await _ledger.SettleAsync(
                entry with { EvictedRecords = entry.EvictedRecords + missing }, new Passage([], [], _missing.Gaps));
        }

        Progress.Settled(_ledger.Entry);
        Progress.Idle();
        _transform.Dispose();
        _isFinished = true;
    }

    /// <summary>Sends a batch that may have been accepted before a crash.</summary>
    private async Task ResendAsync(PendingExtent pending)
    {
        await _settler.ForgetRejectionsAsync();
        pending = _ledger.Entry.Pending ?? pending;
        using var encoder = new RecordEncoder(BatchForm.Of(pending), _definition, _shard.Id, catalog: null);
        using var batch = new Batch(encoder, _memory);
        await _recollector.CollectAsync(pending, batch);
        Log.ResendingBatch(_logger, _definition.Name, pending.ObjectName, batch.RecordCount, pending.RecordCount);
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

        // What has begun record by record is ended so: what was accepted is known under its name alone.
        var mayGiveUp = pending is { Accepted.Count: 0, Rejections.Count: 0 };
        var isTooLarge = mayGiveUp && batch.LineBytes > _definition.BufferBytes && batch.RecordCount > 1;
        var isRenamed = mayGiveUp
            && pending.ObjectName != await NameOfAsync(batch.FirstArrival, pending.First, pending.Last);
        _settler.NoteRetry(batch.RecordCount, pending.Accepted);
        await (isTooLarge || isRenamed
            ? _sender.SendOrGiveUpAsync(batch, pending.ObjectName, isTooLarge)
            : _sender.SendAsync(batch, pending.ObjectName));
    }

    /// <summary>Ends a batch of which no record can stand in an object.</summary>
    private async Task SettleUnsentAsync(Batch batch, string name)
    {
        await _settler.SettleAsync(batch, batch.Close(name, _settler.NewProgress(batch)));
        _collector.Limit.Take(batch.RecordCount);
    }

    /// <summary>Whether anything is left to send of a batch of which records were evicted since; if not it is ended, or
    /// the pipeline stops.</summary>
    /// <remarks>The object that is there, if one is, holds more than can be sent: it is left alone and counts as
    /// accepted.</remarks>
    private async Task<bool> IsLeftAsync(PendingExtent pending, Batch batch)
    {
        var found = await _dialog.AskAsync(
            token => _destination.FindAsync(pending.ObjectName, token), SendOutcome.Absent);
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
            _definition, await _storeId.GetAsync(), _shard.Id, firstArrival, first.Value, last.Value);
}
