using EdgeStream.Benchmarks.Measuring;

namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>Memory of the gateway, or the most of each kind over a while, in MiB.</summary>
/// <param name="ResidentMiB">Every resident page, those of the mapped log included.</param>
/// <param name="AnonymousMiB">What no file stands behind.</param>
internal readonly record struct OutageMemory(double ResidentMiB, double AnonymousMiB)
{
    /// <summary>What a process has now.</summary>
    public static OutageMemory Of(int processId)
    {
        var memory = ProcessMemory.Of(processId);
        return new OutageMemory(memory.ResidentMiB, memory.AnonymousMiB);
    }

    /// <summary>The larger of each kind.</summary>
    public OutageMemory Or(OutageMemory other) => new(
        Math.Max(ResidentMiB, other.ResidentMiB), Math.Max(AnonymousMiB, other.AnonymousMiB));
}
