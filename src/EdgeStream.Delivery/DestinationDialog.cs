using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Repeats what one lane asks its destination until there is an answer, for ever if need be, and shows what
/// keeps it waiting.</summary>
/// <remarks>Not thread-safe: the lane is its only user.</remarks>
internal sealed class DestinationDialog(
    DeliveryDefinition definition, string shardId, LaneLedger ledger, LaneRules rules, LaneProgress progress,
    PipelineSignals signals, DeliveryLink link, TimeProvider time, ILogger logger)
{
    private readonly LinkGate _gate = new(
        definition, shardId, link, progress, signals, !rules.IsHistorical, time, logger);
    private string? _reportedReason;

    /// <summary>
    /// Repeats a question until the answer is accepted or <paramref name="final"/>; another answer means that the
    /// pipeline stops, or the lane leaves its batch pending.
    /// </summary>
    /// <param name="ask">Asks once.</param>
    /// <param name="final">The other answer that ends it.</param>
    /// <param name="sizeBytes">About what asking once sends; null where it does not use the link.</param>
    /// <exception cref="OperationCanceledException">The pipeline was aborted.</exception>
    public async Task<SendOutcome> AskAsync(
        Func<CancellationToken, ValueTask<SendResult>> ask, SendOutcome final, long? sizeBytes)
    {
        try
        {
            return await RepeatAsync(ask, final, sizeBytes);
        }
        finally
        {
            _gate.Leave();
        }
    }

    private async Task<SendOutcome> RepeatAsync(
        Func<CancellationToken, ValueTask<SendResult>> ask, SendOutcome final, long? sizeBytes)
    {
        var failures = 0;
        while (true)
        {
            if (!await BeginAttemptAsync(sizeBytes))
            {
                return SendOutcome.Retryable;
            }

            progress.Delivering();
            var result = sizeBytes is not null && rules.AttemptTimeMax() is { } timeMax
                ? await AskWithinAsync(ask, timeMax) : await AskOnceAsync(ask, signals.Aborted);
            if (sizeBytes is not null)
            {
                _gate.Report(result);
            }

            if (result.Outcome == SendOutcome.Accepted)
            {
                ReportRecovery();
                return result.Outcome;
            }

            if (result.Outcome == final)
            {
                return result.Outcome;
            }

            failures = result.HasProgress ? 1 : result.IsCutShort ? Math.Max(1, failures) : failures + 1;
            rules.Fail(result);
            await MarkHoursAsync();
            await BackOffAsync(result, failures, rules.RetryAfter(result), sizeBytes is not null);
            if (signals.IsStopping || rules.Leave())
            {
                return result.Outcome;
            }
        }
    }

    /// <summary>Waits until both the lane and the link let an attempt begin; false where none may: the pipeline stops,
    /// or the lane leaves its batch.</summary>
    /// <remarks>What the lane has said counts for the moment only: while the link was waited for, the other lane may
    /// have begun to try in vain. Who waits for the other lane tries nothing in the other shards' place.</remarks>
    private async Task<bool> BeginAttemptAsync(long? sizeBytes)
    {
        while (true)
        {
            var may = rules.MayAttemptAsync();
            if (!may.IsCompleted)
            {
                _gate.Leave();
            }

            if (!await may)
            {
                return false;
            }

            if (sizeBytes is not { } size)
            {
                return true;
            }

            if (!await _gate.EnterAsync(size, HoldAsync))
            {
                return false;
            }

            if (rules.MayAttemptNow)
            {
                return true;
            }
        }
    }

    /// <summary>The attempt waits for the link: whether its batch is left for what has come since.</summary>
    private async Task<bool> HoldAsync()
    {
        rules.Hold();
        await MarkHoursAsync();
        return !signals.IsStopping && rules.Leave();
    }

    private async ValueTask<SendResult> AskOnceAsync(
        Func<CancellationToken, ValueTask<SendResult>> ask, CancellationToken token)
    {
        try
        {
            return await ask(token);
        }
        catch (Exception exception) when (!token.IsCancellationRequested)
        {
            Log.DestinationFaulted(logger, exception, definition.Name);
            return SendResult.Retryable(exception.Message);
        }
    }

    /// <summary>Gives the question up after a time, or when a link may be back.</summary>
    private async ValueTask<SendResult> AskWithinAsync(
        Func<CancellationToken, ValueTask<SendResult>> ask, TimeSpan timeMax)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(signals.Aborted, signals.Link.Arm());
        using var limit = new TimeLimit(timeMax, time, linked.Token);
        try
        {
            var result = await AskOnceAsync(ask, limit.Token);
            return result.Outcome == SendOutcome.Retryable && linked.IsCancellationRequested
                ? result with { IsCutShort = true } : result;
        }
        catch (Exception) when (!signals.Aborted.IsCancellationRequested)
        {
            return linked.IsCancellationRequested
                ? SendResult.Retryable("The attempt was given up for another, as a link may be back.") with
                {
                    IsCutShort = true,
                }
                : SendResult.Retryable($"There was no answer within {timeMax.TotalSeconds} s.");
        }
    }

    /// <summary>Waits as long as an answer says, or until the pipeline is woken.</summary>
    public async Task BackOffAsync(
        SendResult result, int failures, RetryOptions options, bool isOfLink = false)
    {
        var delay = RetryDelay.After(failures, result, options, Random.Shared);
        var reason = result.Reason ?? result.Outcome.ToString();
        var wake = signals.Wake.Arm();
        progress.BackingOff(reason, time.GetUtcNow() + delay);
        if (_reportedReason != reason)
        {
            _reportedReason = reason;
            Log.DestinationRefused(logger, definition.Name, shardId, result.Outcome, reason);
        }

        if (!signals.IsStopping)
        {
            await _gate.BackOffAsync(delay, wake, isOfLink);
        }
    }

    /// <summary>Begins the hours of what waits: the log knows them only as long as it has it.</summary>
    public async Task MarkHoursAsync()
    {
        try
        {
            await ledger.MarkHoursAsync();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.StepFailed(logger, error, definition.Name, shardId);
        }
    }

    private void ReportRecovery()
    {
        if (_reportedReason is not null)
        {
            _reportedReason = null;
            Log.DestinationRecovered(logger, definition.Name, shardId);
        }
    }
}
