using System.Globalization;

namespace EdgeStream.Benchmarks.Reporting;

/// <summary>The machine of a run in one line, without its name.</summary>
internal static class MachineDescription
{
    /// <summary>Processor, cores, memory, kernel and the file system that measured folders are on.</summary>
    public static string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor()}, {Environment.ProcessorCount} cores, {MemoryGiB():0} GiB, Linux {Kernel()}, {FileSystem()}");

    private static string Processor() =>
        Field("/proc/cpuinfo", "model name") ?? Field("/proc/cpuinfo", "Model") ?? "unknown processor";

    private static double MemoryGiB() =>
        double.Parse(Field("/proc/meminfo", "MemTotal")!.Split(' ')[0], CultureInfo.InvariantCulture) / (1 << 20);

    /// <summary>Only the numbers: what distributors and builders append may name a machine.</summary>
    private static string Kernel() => File.ReadAllText("/proc/sys/kernel/osrelease").Trim().Split('-')[0];

    private static string FileSystem() => new DriveInfo(Path.GetTempPath()).DriveFormat;

    private static string? Field(string file, string name) => File.ReadLines(file)
        .Select(line => line.Split(':', 2))
        .Where(parts => parts.Length == 2 && parts[0].Trim() == name)
        .Select(parts => parts[1].Trim())
        .FirstOrDefault();
}
