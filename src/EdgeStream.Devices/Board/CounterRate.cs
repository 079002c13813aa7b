namespace EdgeStream.Devices;

/// <summary>Turns a counter that only grows into a rate per second.</summary>
/// <remarks>
/// A counter that is smaller than before (wrapped, reset, a replaced device) starts anew: no rate, never a negative
/// one.
/// </remarks>
internal struct CounterRate
{
    private ulong _lastCount;
    private TimeSpan _lastTime;
    private bool _hasLast;

    /// <summary>Takes the counter at a monotonic time; false when there is nothing to compare it with.</summary>
    internal bool TryAdvance(ulong count, TimeSpan now, out double perSecond)
    {
        var elapsedSeconds = (now - _lastTime).TotalSeconds;
        var known = _hasLast && count >= _lastCount && elapsedSeconds > 0;
        perSecond = known ? (count - _lastCount) / elapsedSeconds : 0;
        _lastCount = count;
        _lastTime = now;
        _hasLast = true;
        return known;
    }
}
