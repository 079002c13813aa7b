using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Holds one shard's attempts back until the link may be used.</summary>
/// <remarks>
/// <para>A flush or a stop gets one attempt each, whatever the breaker and the budget say; not where the link costs:
/// outside of its windows, or without an allowance, nothing begins.</para>
/// <para>Not thread-safe: the shard's dialog is its only user.</para>
/// </remarks>
/// <param name="definition">The delivery.</param>
/// <param name="shardId">The shard.</param>
/// <param name="link">What its shards share.</param>
/// <param name="progress">Shows what the shard waits for.</param>
/// <param name="signals">What is asked of the shard.</param>
/// <param name="isFirst">Whether what it sends goes before what has waited through an outage.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to log.</param>
internal sealed class LinkGate(
    DeliveryDefinition definition, string shardId, DeliveryLink link, LaneProgress progress, PipelineSignals signals,
    bool isFirst, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan TickMin = TimeSpan.FromMilliseconds(10);

    /// <summary>Where what comes now goes first, the shards follow within half a second.</summary>
    private static readonly TimeSpan LiveSpreadMax = TimeSpan.FromSeconds(0.5);

    private int _answeredAsks;
    private bool _isAfterFailure;
    private bool _hasWaited;
    private bool _hasPlace;

    private TimeSpan SpreadMax => definition.LiveFirst ? LiveSpreadMax : CircuitBreaker.SpreadMax;

    /// <summary>Waits until an attempt may begin; false where none may: the shard is
    /// to stop, or the lane waits no longer.</summary>
    /// <param name="sizeBytes">About what it sends.</param>
    /// <param name="keepUp">Called at least as often as the longest backoff, while it waits: whether to wait no longer.
    /// </param>
    public async Task<bool> EnterAsync(long sizeBytes, Func<Task<bool>> keepUp)
    {
        while (true)
        {
            if (link.WaitFor(sizeBytes) is { } wait)
            {
                if (signals.IsStopping)
                {
                    return false;
                }

                GivePlaceBack();
                link.Breaker.Leave(this);
                await StandAsync(wait);
                if (await keepUp())
                {
                    return false;
                }

                continue;
            }

            if (signals.Asks != _answeredAsks)
            {
                GivePlaceBack();
                break;
            }

            var change = link.Breaker.Changed.Arm();
            if (!link.Breaker.MayTry(this, isFirst))
            {
                GivePlaceBack();
                progress.HeldBack(link.Breaker.Reason);
                _isAfterFailure = true;
                await PauseAsync(definition.Retry.CapDelay, _answeredAsks, change);
                if (await keepUp())
                {
                    return false;
                }
            }
            else if (_isAfterFailure)
            {
                _isAfterFailure = false;
                await KeepPlaceAsync();
            }
            else
            {
                break;
            }
        }

        _answeredAsks = signals.Asks;
        _hasWaited = _hasPlace = false;
        link.Breaker.Begin(this);
        return true;
    }

    /// <summary>What an attempt came to.</summary>
    public void Report(SendResult result)
    {
        if (result.IsCutShort)
        {
            _isAfterFailure = true;
            link.Breaker.End(this);
            return;
        }

        _isAfterFailure = result is { Outcome: SendOutcome.Retryable, IsUnproven: false };
        if (!_isAfterFailure || result.HasProgress)
        {
            link.Breaker.Succeed();
        }

        if (_isAfterFailure)
        {
            link.Breaker.Fail(this, result.Reason ?? "", isFirst);
        }
    }

    /// <summary>Waits before the next attempt, until it is woken, or another shard has reached the destination
    /// meanwhile.</summary>
    /// <param name="delay">How long.</param>
    /// <param name="wake">Ends it.</param>
    /// <param name="isOfLink">Whether what is tried again uses the link: then what was asked during the attempt counts.
    /// </param>
    public async Task BackOffAsync(TimeSpan delay, CancellationToken wake, bool isOfLink)
    {
        var began = time.GetTimestamp();
        while (!wake.IsCancellationRequested)
        {
            var change = link.Breaker.Changed.Arm();
            var rest = delay - time.GetElapsedTime(began);
            if (rest < TickMin || (isOfLink && signals.Asks != _answeredAsks))
            {
                return;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(wake, change);
            await Task.Delay(rest, time, either.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (change.IsCancellationRequested && link.Breaker.State != BreakerState.Open)
            {
                _hasWaited = true;
                return;
            }
        }
    }

    /// <summary>The shard asks for nothing any more.</summary>
    public void Leave()
    {
        GivePlaceBack();
        link.Breaker.Leave(this);
    }

    /// <summary>Waits for what the link may be used for again, or a little less: clocks are set.</summary>
    private async Task StandAsync(LinkWait wait)
    {
        progress.Holding(wait);
        _isAfterFailure = true;
        var rest = wait.Until - time.GetUtcNow();
        var pause = rest < definition.Retry.CapDelay ? rest : definition.Retry.CapDelay;
        var flushes = signals.Flushes;
        var asks = signals.Asks;
        await PauseAsync(pause > TickMin ? pause : TickMin, asks, CancellationToken.None);
        if (signals.Flushes != flushes && !signals.IsStopping)
        {
            Log.FlushHeld(logger, definition.Name, shardId, wait.Hold, wait.Until);
        }
    }

    /// <summary>Waits for a place among those that try the same server after a failure; those that have waited for
    /// another shard come one after another.</summary>
    private async Task KeepPlaceAsync()
    {
        var spread = _hasWaited ? SpreadMax * Random.Shared.NextDouble() : TimeSpan.Zero;
        var turn = link.TakeConnect();
        _hasPlace = true;
        await PauseAsync(turn > spread ? turn : spread, _answeredAsks, CancellationToken.None);
    }

    /// <summary>The attempt for which a place was taken does not begin, or is one that needs none.</summary>
    private void GivePlaceBack()
    {
        if (_hasPlace)
        {
            _hasPlace = false;
            link.ReturnConnect();
        }
    }

    private async Task PauseAsync(TimeSpan pause, int answeredAsks, CancellationToken change)
    {
        var began = time.GetTimestamp();
        while (!change.IsCancellationRequested)
        {
            var wake = signals.Wake.Arm();
            var rest = pause - time.GetElapsedTime(began);
            if (signals.Asks != answeredAsks || rest <= TimeSpan.Zero)
            {
                return;
            }

            // A delay counts whole milliseconds: what is less would be over at once, again and again.
            var delay = TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds));
            using var either = CancellationTokenSource.CreateLinkedTokenSource(wake, change);
            await Task.Delay(delay, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _hasWaited = true;
    }
}
