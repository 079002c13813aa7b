using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// How much of the disk the streams of one data folder may take together, and how fast it is checked.
/// </summary>
public sealed record StorageLimits
{
    /// <summary>The part of the room that the streams may take where no budget is set: 9 of 10 bytes.</summary>
    private const double DerivedBudgetPart = 0.9;

    /// <summary>The reserve where none is set: 32 MiB, but at most a twentieth of the file system.</summary>
    private const long DerivedReserveBytesMax = 32 << 20;

    private const int DerivedReserveDivisor = 20;

    /// <summary>No limit but the disk itself, and no reserve.</summary>
    public static readonly StorageLimits None = new() { BudgetBytes = long.MaxValue, ReserveBytes = 0 };

    /// <summary>
    /// Bytes that the files of all streams may take together; null: nine tenths of what they take and what the file
    /// system has free, as it is at every moment.
    /// </summary>
    public long? BudgetBytes { get; init; }

    /// <summary>
    /// Bytes that are held back for the gateway's own state and for streams of high priority; null: 32 MiB, at most a
    /// twentieth of the file system.
    /// </summary>
    public long? ReserveBytes { get; init; }

    /// <summary>
    /// How many bytes of sealed segments are checked against the device a second, over all streams; 0 checks nothing.
    /// </summary>
    public long ScrubBytesPerSecond { get; init; }

    /// <summary>The budget of this moment.</summary>
    internal long BudgetOf(DiskRoom room, long usedBytes) =>
        BudgetBytes ?? (long)((usedBytes + (double)room.FreeBytes) * DerivedBudgetPart);

    /// <summary>The reserve of this moment.</summary>
    internal long ReserveOf(DiskRoom room) =>
        ReserveBytes ?? Math.Min(DerivedReserveBytesMax, room.TotalBytes / DerivedReserveDivisor);
}
