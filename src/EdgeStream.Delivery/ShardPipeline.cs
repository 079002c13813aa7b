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
    /// <summary>Gaps that are remembered with their reason until they are settled.</summary>
    private const int GapsMax = 256;

    /// <summary>Progress is published this often while a backlog is read without a pause.</summary>
    private const int PublishEveryRecords = 256;

    private readonly DeliveryDefinition _definition;
    private readonly StoreId _storeId;
    private readonly Shard _shard;
    private readonly IDestination _destination;
    private readonly DeliveryMemory _memory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RecordEncoder _encoder;
    private readonly ShardLedger _ledger;
    private readonly ErrorOutput _errors;
    private readonly BatchSettler _settler;
    private readonly CancellationTokenSource _abort = new();
    private readonly WakeSignal _wake = new();
    private volatile bool _stopping;
    private volatile bool _due;
    private volatile bool _isFinished;
    private long _flushTarget;
    private string? _reportedReason;
    private long _recordsMax = long.MaxValue;

    public ShardPipeline(
        DeliveryDefinition definition, StreamStore store, StoreId storeId, StreamConsumer consumer, Shard shard,
        IDestination destination, DeliveryMemory memory, TimeProvider time, ILogger logger)
    {
        _definition = definition;
        _storeId = storeId;
        _shard = shard;
        _destination = destination;
        _memory = memory;
        _time = time;
        _logger = logger;
        _encoder = EncoderOf(definition.Format, definition.Delimiter);
        _ledger = new ShardLedger(definition, store.State, storeId, consumer, shard, time);
        _errors = new ErrorOutput(definition, store, storeId, shard);
        Progress = new ShardProgress(shard);
        _settler = new BatchSettler(
            definition, shard, _ledger, _errors, destination, Progress, time, logger, AskUntilAnsweredAsync);
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
        while (!_stopping && !_isFinished)
        {
            try
            {
                await LoadAsync();
                await (_ledger.Entry.Pending is { } pending ? ResendAsync(pending) : DeliverNextAsync());
                failures = 0;
            }
            catch (OperationCanceledException) when (_abort.IsCancellationRequested)
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
                }

                await BackOffAsync(SendResult.Retryable(exception.Message), ++failures);
            }
        }
    }

    /// <summary>Sends what is collected without waiting for the buffer, and retries now rather than later.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        var target = _shard.NewestSequence;
        Interlocked.Exchange(ref _flushTarget, target.Value);
        _wake.Set();
        return Progress.WaitForAsync(target, cancellationToken);
    }

    /// <summary>Ends collecting: one attempt is made for the batch in memory, then the pipeline ends.</summary>
    public void RequestStop()
    {
        _stopping = true;
        _wake.Set();
    }

    /// <summary>Ends the attempt under way; its batch stays pending.</summary>
    public void Abort() => _abort.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _abort.Dispose();

    private RecordEncoder EncoderOf(RecordFormat format, string delimiter) =>
        new(format, delimiter, _definition.Stream, _shard.Id);

    private UserRecordReader OpenReader(ShardPosition position) => new(_shard.OpenReader(position));

    private async Task DeliverNextAsync()
    {
        using var batch = new Batch(_definition.Compression, _definition.Format, _memory);
        _settler.Gaps.Clear();
        var isAtEnd = false;
        using (var reader = OpenReader(ShardPosition.After(_ledger.Entry.Checkpoint)))
        {
            await CollectAsync(reader, batch);
            isAtEnd = reader.Reader.IsAtEnd;
            if (reader.MisplacedRecords > 0)
            {
                Log.RecordsMisplaced(
                    _logger, _definition.Name, _shard.Id, reader.MisplacedRecords, reader.Reader.NextSequence.Value);
            }
        }

        if (batch.IsEmpty)
        {
            await (isAtEnd ? FinishAsync() : Task.CompletedTask);
            return;
        }

        var name = await NameOfAsync(batch.FirstArrival, batch.First, batch.Last);
        await _ledger.SetPendingAsync(
            new PendingExtent(batch.First, batch.Last, batch.RecordCount, batch.Compression, name)
            {
                Format = _definition.Format, Delimiter = _definition.Delimiter,
            });
        await SendAsync(batch, name);
    }

    /// <summary>What is not delivered of a closed shard by now is gone: nothing stands behind it.</summary>
    private async Task FinishAsync()
    {
        var entry = _ledger.Entry;
        var missing = _shard.NewestSequence.Value - entry.Checkpoint.Value;
        if (missing > 0)
        {
            await _ledger.SettleAsync(entry with { EvictedRecords = entry.EvictedRecords + missing }, Passage.Empty);
        }

        Progress.Settled(_ledger.Entry);
        Progress.Idle();
        _isFinished = true;
    }

    /// <summary>Sends a batch that may have been accepted before a crash.</summary>
    /// <remarks>
    /// Where records of it were evicted meanwhile, the object that is there, if one is, holds more than can be sent: it
    /// is left alone and counts as accepted. If none is there, the ledger first learns how little is left.
    /// </remarks>
    private async Task ResendAsync(PendingExtent pending)
    {
        using var batch = new Batch(pending.Compression, pending.Format, _memory);
        var encoder = EncoderOf(pending.Format, pending.Delimiter);
        using (var reader = OpenReader(ShardPosition.At(pending.First)))
        {
            while (reader.TryRead(out var record) && record.Sequence <= pending.Last)
            {
                batch.Add(record.Sequence, record.ArrivalTime, encoder.Encode(record));
            }
        }

        Progress.Collected(pending.Last, batch);
        Log.ResendingBatch(_logger, _definition.Name, pending.ObjectName, batch.RecordCount, pending.RecordCount);
        if (batch.RecordCount < pending.RecordCount)
        {
            var found = await AskUntilAnsweredAsync(
                token => _destination.FindAsync(pending.ObjectName, token), SendOutcome.Absent);
            if (found == SendOutcome.Accepted)
            {
                var first = pending.First.Value;
                var run = new SequenceRun(first, first + pending.RecordCount - 1);
                await _settler.SettleAsync([run], [], pending.Last, 0);
            }
            else if (found == SendOutcome.Absent && batch.IsEmpty)
            {
                await _settler.SettleAsync(_settler.RunsOf(batch), pending.Rejections, pending.Last, 0);
            }

            if (found != SendOutcome.Absent || batch.IsEmpty)
            {
                return;
            }

            await _ledger.SetPendingAsync(pending with { RecordCount = batch.RecordCount });
        }

        if (pending is { RecordCount: 1, Rejections: [{ SubSequence: null }] })
        {
            await _settler.SettleAsync(_settler.RunsOf(batch), pending.Rejections, pending.Last, 0);
            return;
        }

        // What has begun record by record is ended so: what was accepted is known under its name alone.
        var mayGiveUp = pending is { Accepted.Count: 0, Rejections.Count: 0 };
        var isTooLarge = mayGiveUp && batch.LineBytes > _definition.BufferBytes && batch.RecordCount > 1;
        var isRenamed = mayGiveUp
            && pending.ObjectName != await NameOfAsync(batch.FirstArrival, pending.First, pending.Last);
        _settler.RetriedRecords += batch.RecordCount - SequenceRun.CountOf(pending.Accepted);
        await (isTooLarge || isRenamed
            ? SendOrGiveUpAsync(batch, pending.ObjectName, isTooLarge)
            : SendAsync(batch, pending.ObjectName));
    }

    private async ValueTask<string> NameOfAsync(Timestamp firstArrival, SequenceNumber first, SequenceNumber last) =>
        ObjectName.Of(
            _definition, await _storeId.GetAsync(), _shard.Id, firstArrival, first.Value, last.Value);

    /// <summary>
    /// Sends a batch that is larger than the buffer is by now, or named otherwise than objects are by now: the
    /// destination may never take objects of that size or name.
    /// </summary>
    /// <remarks>
    /// When it does not take the batch (one that is only named otherwise must be rejected, as anything else passes) and
    /// has no object of that name, the extent is given up and its records are collected again as the definition has it
    /// now.
    /// </remarks>
    private async Task SendOrGiveUpAsync(Batch batch, string name, bool isTooLarge)
    {
        var records = _settler.NewProgress();
        var item = batch.Close(name, records);
        var outcome = await AskUntilAnsweredAsync(
            async token =>
            {
                var sent = await AttemptAsync(batch, item, token);
                if (sent.Outcome == SendOutcome.Accepted || (!isTooLarge && sent.Outcome != SendOutcome.Rejected))
                {
                    return sent;
                }

                var found = sent.IsNameRefused ? SendResult.Absent : await _destination.FindAsync(name, token);
                return found.Outcome is SendOutcome.Accepted or SendOutcome.Absent ? found : sent;
            },
            SendOutcome.Absent);
        if (outcome == SendOutcome.Accepted)
        {
            await _settler.SettleAsync(batch, item);
        }
        else if (outcome == SendOutcome.Absent)
        {
            if (isTooLarge)
            {
                Log.BatchSplit(_logger, _definition.Name, name, batch.LineBytes, _definition.BufferBytes);
            }
            else
            {
                Log.BatchRenamed(_logger, _definition.Name, name);
            }

            await _ledger.DropPendingAsync();
            Progress.Settled(_ledger.Entry);
        }
    }

    /// <remarks>A batch that is too large for the destination is given up for one of half its records, once the
    /// destination says that it has none; of a single record only the error output takes more.</remarks>
    private async Task SendAsync(Batch batch, string name)
    {
        var item = batch.Close(name, _settler.NewProgress());
        var tooLarge = "";
        var outcome = await AskUntilAnsweredAsync(
            async token =>
            {
                var sent = await AttemptAsync(batch, item, token);
                if (!sent.IsTooLarge || (batch.RecordCount == 1 && !_errors.IsThere))
                {
                    return sent;
                }

                tooLarge = sent.Reason ?? "";
                var found = await _destination.FindAsync(name, token);
                return found.Outcome is SendOutcome.Accepted or SendOutcome.Absent ? found : sent;
            },
            SendOutcome.Absent);
        if (outcome == SendOutcome.Accepted)
        {
            _recordsMax = _recordsMax < long.MaxValue / 2 ? _recordsMax * 2 : long.MaxValue;
            await _settler.SettleAsync(batch, item);
        }
        else if (outcome == SendOutcome.Absent && batch.RecordCount > 1)
        {
            Log.BatchHalved(_logger, _definition.Name, name, batch.RecordCount);
            _recordsMax = batch.RecordCount / 2;
            await _ledger.DropPendingAsync();
            Progress.Settled(_ledger.Entry);
        }
        else if (outcome == SendOutcome.Absent)
        {
            item.Records.RejectWhole(
                batch.First.Value, RejectionCause.Of(RejectionReason.TooLarge, "EntityTooLarge", tooLarge));
            await _settler.SettleAsync(batch, item);
        }
    }

    /// <summary>Sends once; what a failed attempt has got through is durable afterwards.</summary>
    private async ValueTask<SendResult> AttemptAsync(Batch batch, DeliveryObject item, CancellationToken token)
    {
        if (item.Records.Attempts++ > 0)
        {
            _settler.RetriedRecords += Math.Max(0, batch.RecordCount - SequenceRun.CountOf(item.Records.SettledRuns()));
        }

        var sent = await _destination.SendAsync(item, token);
        if (sent.Outcome != SendOutcome.Accepted)
        {
            await item.Records.SaveAsync();
        }

        return sent;
    }

    /// <summary>
    /// Repeats a question until the answer is accepted or <paramref name="final"/>; another answer means "stopping".
    /// </summary>
    private async Task<SendOutcome> AskUntilAnsweredAsync(
        Func<CancellationToken, ValueTask<SendResult>> ask, SendOutcome final)
    {
        for (var failures = 1; ; failures++)
        {
            Progress.Delivering();
            SendResult result;
            try
            {
                result = await ask(_abort.Token);
            }
            catch (Exception exception) when (!_abort.IsCancellationRequested)
            {
                Log.DestinationFaulted(_logger, exception, _definition.Name);
                result = SendResult.Retryable(exception.Message);
            }

            if (result.Outcome == SendOutcome.Accepted || result.Outcome == final)
            {
                ReportRecovery();
                return result.Outcome;
            }

            await MarkHoursAsync();
            await BackOffAsync(result, failures);
            if (_stopping)
            {
                return result.Outcome;
            }
        }
    }

    /// <summary>Begins the hours of what waits: the log knows them only as long as it has it.</summary>
    private async Task MarkHoursAsync()
    {
        try
        {
            await _ledger.MarkHoursAsync();
        }
        catch (IOException error)
        {
            Log.StepFailed(_logger, error, _definition.Name, _shard.Id);
        }
    }

    private async Task BackOffAsync(SendResult result, int failures)
    {
        var delay = RetryDelay.After(failures, result, _definition.Retry, Random.Shared);
        var reason = result.Reason ?? result.Outcome.ToString();
        var wake = _wake.Arm();
        Progress.BackingOff(reason, _time.GetUtcNow() + delay);
        if (_reportedReason != reason)
        {
            _reportedReason = reason;
            Log.DestinationRefused(_logger, _definition.Name, _shard.Id, result.Outcome, reason);
        }

        if (!_stopping)
        {
            await Task.Delay(delay, _time, wake).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void ReportRecovery()
    {
        if (_reportedReason is not null)
        {
            _reportedReason = null;
            Log.DestinationRecovered(_logger, _definition.Name, _shard.Id);
        }
    }

    /// <summary>
    /// Fills the batch until it is full, due, flushed, the shard ends, or the pipeline stops; empty only in the last
    /// two cases.
    /// </summary>
    private async Task CollectAsync(UserRecordReader reader, Batch batch)
    {
        _due = false;
        ITimer? timer = null;
        try
        {
            while (true)
            {
                var wake = _wake.Arm();
                if (!TakeAvailable(reader, batch) || _stopping || reader.Reader.IsAtEnd
                    || (!batch.IsEmpty && (_due || IsFlushAsked())))
                {
                    return;
                }

                if (!batch.IsEmpty)
                {
                    timer ??= StartTimer(batch.FirstArrival);
                }

                Progress.Idle();
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
        while (reader.IsWithinRecord || (!_stopping && !IsFull(batch)))
        {
            var step = reader.Read(out var record);
            if (step == LogReadStep.None)
            {
                break;
            }

            if (step == LogReadStep.Gap)
            {
                // The ledger counts them as evicted when the records behind them are delivered.
                var (first, last, reason) = reader.Reader.Gap;
                Log.RecordsMissing(_logger, _definition.Name, _shard.Id, first.Value, last.Value, reason);
                if (_settler.Gaps.Count < GapsMax)
                {
                    var why = reason == LogGapReason.Evicted ? GapWhy.Evicted : GapWhy.Damaged;
                    _settler.Gaps.Add(new Gap(first.Value, last.Value, why, default, default));
                }

                continue;
            }

            var line = _encoder.Encode(record);
            if (!batch.IsEmpty && record.Sequence != batch.Last
                && batch.LineBytes + line.Length > _definition.BufferBytes)
            {
                Progress.Collected(batch.Last, batch);
                return false;
            }

            batch.Add(record.Sequence, record.ArrivalTime, line);
            if (batch.RecordCount % PublishEveryRecords == 0 && !reader.IsWithinRecord)
            {
                Progress.Collected(batch.Last, batch);
            }
        }

        if (!batch.IsEmpty)
        {
            Progress.Collected(batch.Last, batch);
        }

        return !IsFull(batch);
    }

    private bool IsFull(Batch batch) =>
        batch.RecordCount >= _recordsMax || batch.LineBytes >= _definition.BufferBytes || batch.IsShortOfMemory;

    private bool IsFlushAsked() => Interlocked.Read(ref _flushTarget) > _ledger.Entry.Checkpoint.Value;

    /// <summary>
    /// A record that has waited in the log, for a destination or a restart, has used up its seconds there.
    /// </summary>
    private ITimer StartTimer(Timestamp firstArrival)
    {
        var buffer = TimeSpan.FromSeconds(_definition.BufferSeconds);
        var age = _time.GetUtcNow() - WallTime.Clamp(firstArrival).ToDateTimeOffset();
        var remaining = age <= TimeSpan.Zero ? buffer : age >= buffer ? TimeSpan.Zero : buffer - age;
        return _time.CreateTimer(
            static state =>
            {
                var pipeline = (ShardPipeline)state!;
                pipeline._due = true;
                pipeline._wake.Set();
            },
            this, remaining, Timeout.InfiniteTimeSpan);
    }
}
