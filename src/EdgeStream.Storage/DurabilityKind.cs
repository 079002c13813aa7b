namespace EdgeStream.Storage;

/// <summary>What an acknowledged append has been through, and so what a power cut can take.</summary>
public enum DurabilityKind
{
    /// <summary>
    /// Synced to the device before it is acknowledged. A power cut takes nothing that was acknowledged.
    /// </summary>
    Fsync = 0,

    /// <summary>
    /// Handed to the kernel, then acknowledged; synced within the interval. A power cut takes at most that much.
    /// </summary>
    Interval = 1,

    /// <summary>Handed to the kernel, then acknowledged; synced when a segment is full and at a clean stop.</summary>
    OperatingSystem = 2,
}
