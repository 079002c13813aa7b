using System.Globalization;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>
/// Anonymous memory while a log is appended to and followed, with retention, in a process of its own.
/// </summary>
internal static class SteadyMemory
{
    private const double GrowthMiBMax = 1;

    /// <summary>The rows.</summary>
    public static async Task<IReadOnlyList<ResultRow>> RunAsync(StoragePlan plan)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{plan.MemoryBytes >> 30} GiB appended and followed");
        Console.WriteLine($"  memory, {what}");
        using var folder = new TemporaryFolder("storage-memory");
        var (growth, peak) = await StorageChild.MemoryGrowthAsync(folder.Path, plan.MemoryBytes);
        return
        [
            ResultRow.AtMost($"anonymous memory grown after a collection, {what}", growth, "MiB", GrowthMiBMax),
            new ResultRow($"anonymous memory at its highest above that, with garbage, {what}", peak, "MiB"),
        ];
    }
}
