using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Analytics;

/// <summary>Runs one action: reads alerts, tells of them, saves.</summary>
/// <remarks>
/// At least once: what was told is saved after it was; a crash in between tells it again. Rules never wait for an
/// action: it reads their stream at its own pace. One caller at a time, except for <see cref="Status"/>.
/// </remarks>
internal sealed class ActionRunner : IAsyncDisposable
{
    private const int AlertsPerStepMax = 1_000;
    private const int NotificationsPerStepMax = 100;
    private const int RecalledRecordsMax = 10_000;
    private static readonly TimeSpan SaveDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly ActionDefinition _definition;
    private readonly ActionTable _table;
    private readonly ActionStore _store;
    private readonly ActionErrors _errors;
    private readonly StreamConsumer _consumer;
    private readonly AlertDesk _desk;
    private readonly ActionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ActionRetries _retries;
    private AlertFeed? _feed;
    private (bool IsOn, string? Problem)? _level;
    private long _dirtyAt;
    private bool _isDirty;
    private bool _mustSave;
    private long? _loggedAt;
    private ActionStatus _status;

    public ActionRunner(
        StreamStore store, DataStream alerts, ActionDefinition definition, ActionOptions options, AlertDesk desk,
        TimeProvider time, ILogger logger)
    {
        _definition = definition;
        _options = options;
        _desk = desk;
        _time = time;
        _logger = logger;
        _consumer = store.OpenConsumer(alerts, ActionStore.ConsumerOf(definition.Name), ShardPosition.Latest);
        _table = new ActionTable(definition, options, desk, time);
        _store = new ActionStore(store.State, _consumer, definition.Name);
        _errors = new ActionErrors(store, options.ErrorStream);
        _retries = new ActionRetries(time, Random.Shared);
        _status = new ActionStatus(definition.Name, definition.Action.Kind, 0, 0, 0, 0, 0, 0, null, null);
    }

    /// <summary>How the action stands.</summary>
    public ActionStatus Status => Volatile.Read(ref _status);

    /// <summary>Takes up what was saved.</summary>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        await _store.RestoreAsync(_table, _time, cancellationToken);
        RecallFlapping();
        _feed = new AlertFeed(_consumer);
    }

    /// <summary>Runs until cancelled, then saves.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var changed = _desk.WhenChanged();
                var wait = await StepAsync(cancellationToken);
                using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                await Task.WhenAny(
                    _feed!.WhenMore(cancellationToken), changed, Task.Delay(wait, _time, until.Token));
                await until.CancelAsync();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                Report(status => status with { LastError = error.Message });
                Log.ActionStumbled(_logger, error, _definition.Name);
                await Task.Delay(SaveDelay, _time, cancellationToken).ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await StopAsync();
    }

    /// <summary>Reads what is there, tells what is due, saves if it is time.</summary>
    /// <returns>When to look again though nothing has come.</returns>
    public async ValueTask<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        while (count < AlertsPerStepMax && _feed!.TryRead() is { } alert)
        {
            _table.Apply(alert);
            count++;
        }

        if (_definition.Action.IsLevel)
        {
            await ShowLevelAsync(cancellationToken);
        }
        else
        {
            await TellAsync(cancellationToken);
        }

        await SaveIfDueAsync(cancellationToken);
        var waiting = _definition.Action.IsLevel ? 0 : _table.CountWaiting();
        Report(status => status with { Standing = _table.Count, Waiting = waiting, Dropped = _table.Dropped });
        return count == AlertsPerStepMax ? TimeSpan.Zero : NextLook();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _feed?.Dispose();
        await _definition.Action.DisposeAsync();
    }

    private TimeSpan NextLook()
    {
        var wait = _table.LookAgainIn() ?? TimeSpan.FromMinutes(1);
        var retry = _retries.LookAgainIn() ?? wait;
        wait = retry < wait ? retry : wait;
        wait = _isDirty && SaveDelay < wait ? SaveDelay : wait;

        // A delay counts whole milliseconds: what is less would be over at once, again and again.
        return TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }

    private async ValueTask TellAsync(CancellationToken cancellationToken)
    {
        for (var told = 0; told < NotificationsPerStepMax; told++)
        {
            // One that fails does not keep those behind it waiting.
            var due = _table.NextDue(group => _retries.MayTell(group) && !_retries.IsFailing(group))
                ?? _table.NextDue(_retries.MayTell);
            if (due is null)
            {
                return;
            }

            var result = await ActAsync(due.Notification, cancellationToken);
            var group = due.Notification.GroupKey;
            if (result.Outcome == ActionOutcome.Done)
            {
                _retries.Forget(group);
                Finish(due);
                continue;
            }

            var (attempts, since) = _retries.Fail(group, result.RetryAfter);
            var isOver = result.Outcome == ActionOutcome.Refused || since >= _definition.GiveUpAfter;
            NoteFailure(result.Problem ?? "It failed.", isOver);
            if (isOver)
            {
                await _errors.PutAsideAsync(
                    due.Notification, _definition.Action.Kind, result.Problem ?? "It failed.", attempts,
                    Timestamp.From(_time.GetUtcNow()), cancellationToken);
                _retries.Forget(group);
                _table.Settle(due);
                _mustSave = true;
            }
        }
    }

    private void Finish(DueNotification due)
    {
        _table.Settle(due);
        _mustSave = true;
        NoteDone();
    }

    private async ValueTask ShowLevelAsync(CancellationToken cancellationToken)
    {
        var notification = _table.Level();
        if ((_level is { } level && level.IsOn == notification.IsAnyFiring && level.Problem is null)
            || !_retries.MayTell(notification.GroupKey))
        {
            return;
        }

        var result = await ActAsync(notification, cancellationToken);
        _level = (notification.IsAnyFiring, result.Problem);
        if (result.Outcome == ActionOutcome.Done)
        {
            _retries.Forget(notification.GroupKey);
            NoteDone();
        }
        else
        {
            _retries.Fail(notification.GroupKey, result.RetryAfter);
            NoteFailure(result.Problem ?? "It failed.", isOver: false);
        }
    }

    private async ValueTask<ActionResult> ActAsync(
        AlertNotification notification, CancellationToken cancellationToken)
    {
        try
        {
            return await _definition.Action.ActAsync(notification, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return ActionResult.Failed(error.Message);
        }
    }

    private void NoteDone()
    {
        var now = _time.GetUtcNow();
        if (Status.LastError is not null)
        {
            Log.ActionRecovered(_logger, _definition.Name);
            _loggedAt = null;
        }

        var waiting = _definition.Action.IsLevel ? 0 : _table.CountWaiting();
        Report(status => status with
        {
            Done = status.Done + 1, Waiting = waiting, LastError = null, LastDoneAt = now,
        });
    }

    /// <summary>Failures are counted each, and logged at most once a minute.</summary>
    private void NoteFailure(string problem, bool isOver)
    {
        Report(status => status with
        {
            Retried = status.Retried + (isOver ? 0 : 1), Failed = status.Failed + (isOver ? 1 : 0), LastError = problem,
        });
        if (_loggedAt is { } at && _time.GetElapsedTime(at) < LogInterval)
        {
            return;
        }

        _loggedAt = _time.GetTimestamp();
        if (isOver)
        {
            Log.ActionGivenUp(_logger, _definition.Name, problem);
        }
        else
        {
            Log.ActionFailed(_logger, _definition.Name, problem);
        }
    }

    /// <summary>What was told is saved at once; what was only read, a second later with what comes meanwhile.</summary>
    private async ValueTask SaveIfDueAsync(CancellationToken cancellationToken)
    {
        if (!_isDirty && (_table.IsDirty || _feed!.IsDirty))
        {
            _isDirty = true;
            _dirtyAt = _time.GetTimestamp();
        }

        if (_mustSave || (_isDirty && _time.GetElapsedTime(_dirtyAt) >= SaveDelay))
        {
            await SaveAsync(cancellationToken);
        }
    }

    private async ValueTask SaveAsync(CancellationToken cancellationToken)
    {
        await _store.SaveAsync(_table, _feed!, cancellationToken);
        _isDirty = false;
        _mustSave = false;
    }

    private async ValueTask StopAsync()
    {
        try
        {
            if (_table.IsDirty || _feed!.IsDirty)
            {
                await SaveAsync(CancellationToken.None);
            }
        }
        catch (IOException error)
        {
            Log.ActionStumbled(_logger, error, _definition.Name);
        }
    }

    /// <summary>Changes within the window of what flaps that were read before the start.</summary>
    private void RecallFlapping()
    {
        var since = Timestamp.From(_time.GetUtcNow() - _options.Flapping.Window);
        foreach (var shard in _consumer.Stream.Shards)
        {
            var done = _consumer.NextSequence(shard).Previous;
            var first = shard.Resolve(ShardPosition.AtTime(since)).Value;
            using var reader = shard.OpenReader(ShardPosition.At(
                new SequenceNumber(Math.Max(first, done.Value - RecalledRecordsMax + 1))));
            while (reader.TryRead(out var record) && record.Sequence <= done)
            {
                if (AlertJson.TryRead(record.Data, out var alert))
                {
                    _table.Recall(alert);
                }
            }
        }
    }

    private void Report(Func<ActionStatus, ActionStatus> change) => Volatile.Write(ref _status, change(_status));
}
