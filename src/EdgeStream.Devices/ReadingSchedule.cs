namespace EdgeStream.Devices;

/// <summary>When something that is read every period is due, and whether it has given nothing for so long that it is
/// stale.</summary>
/// <remarks>What fails is read again after twice its period, four times, … 64 times, at most a bound or a period that
/// is longer. After three periods without a value it is stale. All times are of the monotonic clock. Not
/// thread-safe.</remarks>
internal sealed class ReadingSchedule(TimeSpan period, TimeSpan backoffMax, TimeSpan now)
{
    private const int StalePeriods = 3;
    private const int BackoffShiftMax = 6;

    private TimeSpan _lastGood = now;
    private int _failuresInARow;

    /// <summary>When it is to be read next; at first at once.</summary>
    internal TimeSpan Due { get; private set; } = now;

    internal bool IsStale { get; private set; }

    /// <summary>Whether the last reading is the one that made it stale.</summary>
    internal bool HasBecomeStale { get; private set; }

    /// <summary>Takes what came of a reading.</summary>
    internal void Note(bool isGood, TimeSpan now)
    {
        _lastGood = isGood ? now : _lastGood;
        _failuresInARow = isGood ? 0 : _failuresInARow + 1;
        var wasStale = IsStale;
        IsStale = !isGood && now - _lastGood >= period * StalePeriods;
        HasBecomeStale = IsStale && !wasStale;
        var wait = isGood ? period : Backoff();

        // A period that was missed is left out, not made up for.
        Due += wait;
        Due = Due > now ? Due : now + wait;
    }

    private TimeSpan Backoff()
    {
        var wait = period * (1 << Math.Min(_failuresInARow, BackoffShiftMax));
        return wait < backoffMax ? wait : period > backoffMax ? period : backoffMax;
    }
}
