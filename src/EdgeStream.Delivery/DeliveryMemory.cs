namespace EdgeStream.Delivery;

/// <summary>The memory that the batches of deliveries which share it may take together.</summary>
/// <remarks>
/// Thread-safe. A batch that would take more than is left is closed and sent as it is. Not counted, as every batch
/// needs them: its first 64 KiB, the lines of one record and the compressor. A batch that is sent again after a restart
/// has its size whatever is left.
/// </remarks>
public sealed class DeliveryMemory
{
    private const int MachineParts = 8;
    private const long OfMachineSizeBytesMin = 16L << 20;
    private const long OfMachineSizeBytesMax = 512L << 20;

    private long _usedBytes;

    /// <summary>Makes one of that size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    public DeliveryMemory(long sizeBytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeBytesMax);
        SizeBytesMax = sizeBytesMax;
    }

    /// <summary>How much there is, in bytes.</summary>
    public long SizeBytesMax { get; }

    /// <summary>How much batches hold of it now, in bytes.</summary>
    public long UsedBytes => Interlocked.Read(ref _usedBytes);

    /// <summary>Whether nothing is left.</summary>
    internal bool IsUsedUp => UsedBytes >= SizeBytesMax;

    /// <summary>An eighth of what the machine, or the limit of the process, has: 16 to 512 MiB.</summary>
    public static DeliveryMemory OfMachine() => new(Math.Clamp(
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MachineParts, OfMachineSizeBytesMin, OfMachineSizeBytesMax));

    /// <summary>Counts what a batch has taken; less than 0 for what it gives back.</summary>
    internal void Add(long sizeBytes) => Interlocked.Add(ref _usedBytes, sizeBytes);
}
