namespace EdgeStream.Storage;

/// <summary>
/// Where records get their times from: the wall clock, the time since the machine's start, and which start that is.
/// </summary>
/// <remarks>Thread-safe. The ordinal outlives reboots: the data folder gives every new boot the next number.</remarks>
/// <param name="timeProvider">Wall clock, and monotonic time stamps that count from the machine's start.</param>
/// <param name="bootOrdinal">The number of this start of the machine.</param>
public sealed class LogClock(TimeProvider timeProvider, uint bootOrdinal)
{
    private readonly double _microsecondsPerStamp = 1_000_000.0 / timeProvider.TimestampFrequency;
    private ClockCorrections _corrections = ClockCorrections.None;

    /// <summary>The number of this start of the machine.</summary>
    public uint BootOrdinal { get; } = bootOrdinal;

    /// <summary>What is known to be wrong with times of the wall clock; may be replaced at any time.</summary>
    public ClockCorrections Corrections
    {
        get => Volatile.Read(ref _corrections);
        set => Volatile.Write(ref _corrections, value);
    }

    /// <summary>The time as far as it is known: the wall clock's, unless that is known to be wrong.</summary>
    public Timestamp RightTime => Corrections.Correct(BootOrdinal, MonotonicMicroseconds, WallTime);

    /// <summary>The wall clock.</summary>
    public Timestamp WallTime => Timestamp.From(timeProvider.GetUtcNow());

    /// <summary>Microseconds since the machine was started.</summary>
    public long MonotonicMicroseconds => ToMicroseconds(Stamp);

    /// <summary>The same in the clock's own unit, which may be finer.</summary>
    internal long Stamp => timeProvider.GetTimestamp();

    /// <summary>How many of the clock's own units a microsecond has, rounded up.</summary>
    internal long StampsPerMicrosecond { get; } = Math.Max(1, (timeProvider.TimestampFrequency + 999_999) / 1_000_000);

    /// <summary>A stamp in microseconds.</summary>
    internal long ToMicroseconds(long stamp) => (long)(stamp * _microsecondsPerStamp);
}
