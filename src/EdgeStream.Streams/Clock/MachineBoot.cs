namespace EdgeStream.Streams;

/// <summary>One start of the machine.</summary>
public sealed record MachineBoot
{
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    /// <summary>The present one, as the kernel tells it.</summary>
    public static MachineBoot Present { get; } = new()
    {
        Id = File.Exists(BootIdPath) ? File.ReadAllText(BootIdPath).Trim() : Guid.NewGuid().ToString(),
        ReadSuspendedMicroseconds = SuspendedTime.ReadMicroseconds,
        ReadIsSynchronized = SynchronizedClock.Read,
    };

    /// <summary>What no other start has; letters, digits and '-'.</summary>
    public required string Id { get; init; }

    /// <summary>How long the machine has slept since then, which the monotonic clock does not count.</summary>
    public Func<long> ReadSuspendedMicroseconds { get; init; } = static () => 0;

    /// <summary>Whether a time server keeps its wall clock now; false where that is not known.</summary>
    public Func<bool> ReadIsSynchronized { get; init; } = static () => false;
}
