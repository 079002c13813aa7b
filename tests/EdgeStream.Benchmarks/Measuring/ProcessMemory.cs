using System.Globalization;

namespace EdgeStream.Benchmarks.Measuring;

/// <summary>What a process keeps in memory, as the kernel counts it, in MiB.</summary>
/// <param name="ResidentMiB">VmRSS: every resident page, shared ones included.</param>
/// <param name="ProportionalMiB">PSS: shared pages divided among those who share them.</param>
/// <param name="AnonymousMiB">The part of PSS that no file stands behind.</param>
/// <param name="FileMiB">The part of PSS that files stand behind: program and mapped log, which the kernel can
/// drop.</param>
internal sealed record ProcessMemory(double ResidentMiB, double ProportionalMiB, double AnonymousMiB, double FileMiB)
{
    private const double KiBPerMiB = 1024;

    /// <summary>Reads <c>smaps_rollup</c> and <c>status</c> of a process.</summary>
    public static ProcessMemory Of(int processId)
    {
        var rollup = $"/proc/{processId}/smaps_rollup";
        return new ProcessMemory(
            MiB($"/proc/{processId}/status", "VmRSS"),
            MiB(rollup, "Pss"),
            MiB(rollup, "Pss_Anon"),
            MiB(rollup, "Pss_File"));
    }

    private static double MiB(string file, string name)
    {
        var line = File.ReadLines(file).First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        var number = line[(name.Length + 1)..].Trim().Split(' ')[0];
        return double.Parse(number, CultureInfo.InvariantCulture) / KiBPerMiB;
    }
}
