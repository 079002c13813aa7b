using System.Globalization;

namespace EdgeStream.Benchmarks.Measuring;

/// <summary>What a process and its descendants have used, as the kernel counts it.</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100;
    private const int StateField = 2;
    private const int UserTimeField = 13;
    private const int SystemTimeField = 14;

    /// <summary>The process and its living descendants.</summary>
    public static IReadOnlyList<int> Of(int processId)
    {
        var all = new List<int> { processId };
        for (var index = 0; index < all.Count; index++)
        {
            foreach (var task in Tasks(all[index]))
            {
                var children = File.ReadAllText(Path.Combine(task, "children"));
                all.AddRange(children.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(id => int.Parse(id, CultureInfo.InvariantCulture)));
            }
        }

        return all;
    }

    /// <summary>Seconds of processor time.</summary>
    public static double ProcessorSeconds(int processId) => Of(processId).Sum(id =>
    {
        var stat = File.ReadAllText($"/proc/{id}/stat");

        // The second field is a name in brackets, which may hold blanks.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[UserTimeField - StateField], CultureInfo.InvariantCulture)
            + long.Parse(fields[SystemTimeField - StateField], CultureInfo.InvariantCulture);
        return ticks / TicksPerSecond;
    });

    /// <summary>MiB that are theirs: the proportional set without what files stand behind.</summary>
    public static double AnonymousMiB(int processId) =>
        Of(processId).Sum(id => ProcessMemory.Of(id).AnonymousMiB);

    /// <summary>MiB that are resident, what files stand behind and what they share included.</summary>
    public static double ResidentMiB(int processId) =>
        Of(processId).Sum(id => ProcessMemory.Of(id).ResidentMiB);

    private static IEnumerable<string> Tasks(int processId)
    {
        var folder = $"/proc/{processId}/task";
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [];
    }
}
