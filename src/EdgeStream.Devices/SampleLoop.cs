using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Does something at once and then every period.</summary>
/// <remarks>Work that fails is logged once and tried again with the next period. One loop at a time.</remarks>
internal sealed class SampleLoop(string name, TimeSpan period, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PeriodMax = TimeSpan.FromDays(1);

    private volatile Exception? _failure;

    /// <summary>Why the last turn failed; null when it did not.</summary>
    internal Exception? Failure => _failure;

    /// <summary>
    /// Runs until cancelled. A period that was missed because the work took longer is left out, not made up for.
    /// </summary>
    internal async Task RunAsync(Action tick, CancellationToken cancellationToken)
    {
        // Off the caller's thread at once: a sensor file may take its time.
        await Task.Yield();
        using var timer = new PeriodicTimer(period, timeProvider);
        try
        {
            do
            {
                Turn(tick);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end that was asked for.
        }
    }

    /// <summary>Refuses a period that no loop may have.</summary>
    internal static void ThrowIfOutOfRange(TimeSpan period)
    {
        if (period < PeriodMin || period > PeriodMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(period), period, "The sampling period must lie between 10 milliseconds and one day.");
        }
    }

    private void Turn(Action tick)
    {
        try
        {
            tick();
            if (_failure is not null)
            {
                _failure = null;
                Log.SamplingWorksAgain(logger, name);
            }
        }
        catch (Exception error)
        {
            if (_failure is null)
            {
                Log.SamplingFailed(logger, name, error);
            }

            _failure = error;
        }
    }
}
