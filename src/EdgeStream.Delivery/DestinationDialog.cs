using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Repeats what one shard asks its destination until there is an answer, for ever if need be, and shows what
/// keeps it waiting.</summary>
/// <remarks>Not thread-safe: the shard's pipeline is its only user.</remarks>
internal sealed class DestinationDialog(
    DeliveryDefinition definition, string shardId, ShardLedger ledger, ShardProgress progress, PipelineSignals signals,
    TimeProvider time, ILogger logger)
{
    private string? _reportedReason;

    /// <summary>
    /// Repeats a question until the answer is accepted or <paramref name="final"/>; another answer means "stopping".
    /// </summary>
    /// <exception cref="OperationCanceledException">The pipeline was aborted.</exception>
    public async Task<SendOutcome> AskAsync(
        Func<CancellationToken, ValueTask<SendResult>> ask, SendOutcome final)
    {
        for (var failures = 1; ; failures++)
        {
            progress.Delivering();
            SendResult result;
            try
            {
                result = await ask(signals.Aborted);
            }
            catch (Exception exception) when (!signals.Aborted.IsCancellationRequested)
            {
                Log.DestinationFaulted(logger, exception, definition.Name);
                result = SendResult.Retryable(exception.Message);
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

            await MarkHoursAsync();
            await BackOffAsync(result, failures);
            if (signals.IsStopping)
            {
                return result.Outcome;
            }
        }
    }

    /// <summary>Waits as long as an answer says, or until the pipeline is woken.</summary>
    public async Task BackOffAsync(SendResult result, int failures)
    {
        var delay = RetryDelay.After(failures, result, definition.Retry, Random.Shared);
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
            await Task.Delay(delay, time, wake).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
