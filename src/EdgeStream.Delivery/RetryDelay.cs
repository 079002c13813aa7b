namespace EdgeStream.Delivery;

/// <summary>
/// The wait before the next attempt: full jitter, as "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
/// </summary>
internal static class RetryDelay
{
    /// <summary>A destination that asks for more than this is asked again all the same.</summary>
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromMinutes(15);

    /// <summary>Past this exponent every base reaches every cap: 10 ms · 2^20 is about three hours.</summary>
    private const int ExponentMax = 20;

    /// <summary>The wait after <paramref name="failures"/> failed attempts in a row, one at least.</summary>
    public static TimeSpan After(int failures, SendResult result, RetryOptions options, Random random)
    {
        if (result.Outcome == SendOutcome.Rejected)
        {
            return options.CapDelay;
        }

        var exponent = Math.Min(failures - 1, ExponentMax);
        var ceiling = Math.Min(
            options.CapDelay.TotalMilliseconds, options.BaseDelay.TotalMilliseconds * (1L << exponent));
        var jittered = TimeSpan.FromMilliseconds(Math.Max(1, random.NextDouble() * ceiling));
        var asked = result.RetryAfter is { } retryAfter && retryAfter < RetryAfterMax ? retryAfter
            : result.RetryAfter is null ? TimeSpan.Zero : RetryAfterMax;
        return asked > jittered ? asked : jittered;
    }
}
