namespace EdgeStream.Analytics;

/// <summary>Has a loop that reads what comes take together what comes within 5 ms, where it comes faster than
/// that.</summary>
/// <remarks>What comes after a pause is read at once. So a thousand readings a second, each made durable by itself, are
/// two hundred wake-ups and not a thousand. It is the machine's time that counts here: nothing that comes out depends
/// on it. One caller at a time.</remarks>
internal sealed class WakePace
{
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(5);

    private long _wokenAt;

    /// <summary>Called when the loop has been woken; completes when it is to look.</summary>
    public async ValueTask GatherAsync(CancellationToken cancellationToken)
    {
        var left = GatherTime - TimeProvider.System.GetElapsedTime(_wokenAt);
        if (left > TimeSpan.Zero && _wokenAt != 0)
        {
            await Task.Delay(left, TimeProvider.System, cancellationToken);
        }

        _wokenAt = TimeProvider.System.GetTimestamp();
    }
}
