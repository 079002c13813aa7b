using EdgeStream.Benchmarks.Areas.Storage.Limits;

namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>Measures several things by turns, so that what the machine does meanwhile meets them all.</summary>
internal static class Turns
{
    /// <summary>Runs each so many times, one after the other, and returns what each came to.</summary>
    /// <remarks>
    /// A warm-up, where there is one, goes before and does not count. Every turn begins with another one, and each
    /// measurement on a disk that has finished what the one before left it to write and to discard.
    /// </remarks>
    public static async Task<Dictionary<string, List<T>>> RunAsync<T>(
        int count, IReadOnlyList<(string Name, Func<Task<T>> Measure)> things, Func<string, Task>? warmUp = null)
    {
        var results = things.ToDictionary(thing => thing.Name, _ => new List<T>());
        if (warmUp is not null)
        {
            foreach (var (name, _) in things)
            {
                await warmUp(name);
            }
        }

        for (var turn = 0; turn < count; turn++)
        {
            for (var place = 0; place < things.Count; place++)
            {
                var (name, measure) = things[(turn + place) % things.Count];
                GC.Collect();
                PlainFile.SyncFileSystem(Path.GetTempPath());
                results[name].Add(await measure());
            }
        }

        return results;
    }
}
