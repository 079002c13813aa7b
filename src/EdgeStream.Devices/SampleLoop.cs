namespace EdgeStream.Devices;

/// <summary>Does something at once and then every period.</summary>
internal static class SampleLoop
{
    private static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PeriodMax = TimeSpan.FromDays(1);

    /// <summary>
    /// Runs until cancelled. A period that was missed because the work took longer is left out, not made up for.
    /// </summary>
    internal static async Task RunAsync(
        TimeSpan period, TimeProvider timeProvider, Action tick, CancellationToken cancellationToken)
    {
        // Off the caller's thread at once: a sensor file may take its time.
        await Task.Yield();
        using var timer = new PeriodicTimer(period, timeProvider);
        try
        {
            do
            {
                tick();
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
}
