namespace EdgeStream.Storage;

/// <summary>
/// Arrival times at less than one reading of the clock a record: while records come faster than one a microsecond,
/// <see cref="RecordsPerReadingMax"/> of them share a reading.
/// </summary>
/// <remarks>
/// Not thread-safe. So an arrival time is exact to a microsecond below a million records a second, and to about eight
/// above; the few records that follow right after such a burst may carry its time, but never one from before the buffer
/// that they are in was begun (see <see cref="Restart"/>). Times never go back. A clock that stands still is asked
/// every time.
/// </remarks>
internal struct ArrivalClock(LogClock clock)
{
    /// <summary>How many records may share one reading of the clock.</summary>
    internal const int RecordsPerReadingMax = 8;

    private readonly long _burstStamps = RecordsPerReadingMax * clock.StampsPerMicrosecond;
    private long _stamp;
    private long _microseconds;
    private int _sharesLeft;

    /// <summary>The time of the next record, in monotonic microseconds.</summary>
    internal long Next()
    {
        if (--_sharesLeft < 0)
        {
            Read();
        }

        return _microseconds;
    }

    /// <summary>The next time is read from the clock.</summary>
    internal void Restart() => _sharesLeft = 0;

    private void Read()
    {
        var stamp = clock.Stamp;
        var elapsed = stamp - _stamp;
        var isBurst = elapsed > 0 && elapsed < _burstStamps;
        _sharesLeft = isBurst ? RecordsPerReadingMax - 1 : 0;
        _stamp = stamp;
        _microseconds = Math.Max(_microseconds, clock.ToMicroseconds(stamp));
    }
}
