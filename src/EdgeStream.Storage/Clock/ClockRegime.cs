namespace EdgeStream.Storage;

/// <summary>What the time was in one start of the machine, from a moment on: wall time is monotonic time plus an
/// offset.</summary>
/// <param name="BootOrdinal">The start of the machine, as the data folder counts them.</param>
/// <param name="FromMicroseconds">From which monotonic time on.</param>
/// <param name="OffsetMicroseconds">What the right wall time is ahead of the monotonic one.</param>
public readonly record struct ClockRegime(uint BootOrdinal, long FromMicroseconds, long OffsetMicroseconds)
    : IComparable<ClockRegime>
{
    /// <summary>The right wall time at a monotonic time.</summary>
    public Timestamp At(long monotonicMicroseconds) => new(monotonicMicroseconds + OffsetMicroseconds);

    /// <summary>By the start of the machine, then by the time in it.</summary>
    public int CompareTo(ClockRegime other) => BootOrdinal == other.BootOrdinal
        ? FromMicroseconds.CompareTo(other.FromMicroseconds)
        : BootOrdinal.CompareTo(other.BootOrdinal);
}
