using System.Globalization;

namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>Memory of the gateway, or the most of each kind over a while, in MiB.</summary>
/// <param name="ResidentMiB">Every resident page: the two below.</param>
/// <param name="AnonymousMiB">What no file stands behind.</param>
/// <param name="FileMiB">What files stand behind: pages of the program that have run, and of the mapped log that were
/// read, which the kernel can drop.</param>
internal readonly record struct OutageMemory(double ResidentMiB, double AnonymousMiB, double FileMiB)
{
    private const double KiBPerMiB = 1024;

    /// <summary>What a process has now: <c>/proc/&lt;id&gt;/status</c>, which costs it nothing.</summary>
    public static OutageMemory Of(int processId)
    {
        double resident = 0;
        double anonymous = 0;
        double file = 0;
        foreach (var line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status")))
        {
            resident += MiB(line, "VmRSS:");
            anonymous += MiB(line, "RssAnon:");
            file += MiB(line, "RssFile:") + MiB(line, "RssShmem:");
        }

        return new OutageMemory(resident, anonymous, file);
    }

    /// <summary>The larger of each kind.</summary>
    public OutageMemory Or(OutageMemory other) => new(
        Math.Max(ResidentMiB, other.ResidentMiB), Math.Max(AnonymousMiB, other.AnonymousMiB),
        Math.Max(FileMiB, other.FileMiB));

    private static double MiB(string line, string name) => line.StartsWith(name, StringComparison.Ordinal)
        ? double.Parse(line[name.Length..^" kB".Length], CultureInfo.InvariantCulture) / KiBPerMiB : 0;
}
