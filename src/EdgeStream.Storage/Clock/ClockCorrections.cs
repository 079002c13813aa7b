using System.Runtime.CompilerServices;

namespace EdgeStream.Storage;

/// <summary>The right times of records that were appended while the wall clock was wrong.</summary>
/// <remarks>
/// A board without a clock battery starts in 1970 and is told the time later. The log keeps what the clock said; what
/// it should have said follows from the record's monotonic time, once the clock has been set in the same start of the
/// machine. Immutable, so threads may share it. Where nothing was ever wrong it is empty and costs one comparison.
/// </remarks>
public sealed class ClockCorrections
{
    /// <summary>What a clock may be off before it counts as wrong.</summary>
    public const long ToleranceMicroseconds = 250_000;

    private readonly ClockRegime[] _regimes;

    /// <summary>Takes the regimes of those starts of the machine in which times are to be put right.</summary>
    public ClockCorrections(IEnumerable<ClockRegime> regimes) => _regimes = [.. regimes.Order()];

    /// <summary>No time is to be put right.</summary>
    public static ClockCorrections None { get; } = new([]);

    /// <summary>No working clock shows an earlier time: 2024-01-01T00:00:00Z.</summary>
    public static Timestamp ClockSet { get; } = Timestamp.FromUnixMilliseconds(1_704_067_200_000);

    /// <summary>Whether there is nothing to put right.</summary>
    public bool IsEmpty => _regimes.Length == 0;

    /// <summary>When a record arrived.</summary>
    public Timestamp ArrivalOf(scoped in LogRecord record) =>
        Correct(record.BootOrdinal, record.MonotonicMicroseconds, record.ArrivalTime);

    /// <summary>What the wall clock should have said.</summary>
    /// <param name="bootOrdinal">The start of the machine.</param>
    /// <param name="monotonicMicroseconds">The time since then.</param>
    /// <param name="wallTime">What it said.</param>
    /// <returns>The right time; what it said, if that is right but for <see cref="ToleranceMicroseconds"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Timestamp Correct(uint bootOrdinal, long monotonicMicroseconds, Timestamp wallTime) =>
        _regimes.Length == 0 ? wallTime : CorrectSlowly(bootOrdinal, monotonicMicroseconds, wallTime);

    /// <summary>A producer's time, moved where it came from the same wrong clock.</summary>
    /// <remarks>
    /// A time that lies nearer to what the clock said than to what it should have said was read from this clock, as
    /// that of a sensor on the board. A device with a right clock of its own keeps its time.
    /// </remarks>
    /// <param name="eventTime">The producer's time.</param>
    /// <param name="saidArrival">The arrival time that the clock said.</param>
    /// <param name="rightArrival">The arrival time that <see cref="ArrivalOf"/> gives.</param>
    public static Timestamp CorrectEvent(Timestamp eventTime, Timestamp saidArrival, Timestamp rightArrival)
    {
        var step = rightArrival.UnixMicroseconds - saidArrival.UnixMicroseconds;
        if (step == 0)
        {
            return eventTime;
        }

        var fromSaid = Math.Abs(eventTime.UnixMicroseconds - saidArrival.UnixMicroseconds);
        var fromRight = Math.Abs(eventTime.UnixMicroseconds - rightArrival.UnixMicroseconds);
        return fromSaid <= fromRight ? new Timestamp(eventTime.UnixMicroseconds + step) : eventTime;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Timestamp CorrectSlowly(uint bootOrdinal, long monotonicMicroseconds, Timestamp wallTime)
    {
        var low = 0;
        var high = _regimes.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            ref readonly var regime = ref _regimes[middle];
            var isBefore = regime.BootOrdinal < bootOrdinal
                || (regime.BootOrdinal == bootOrdinal && regime.FromMicroseconds <= monotonicMicroseconds);
            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }

        if (low == 0 || _regimes[low - 1].BootOrdinal != bootOrdinal)
        {
            return wallTime;
        }

        var right = _regimes[low - 1].At(monotonicMicroseconds);
        return Math.Abs(right.UnixMicroseconds - wallTime.UnixMicroseconds) < ToleranceMicroseconds ? wallTime : right;
    }
}
