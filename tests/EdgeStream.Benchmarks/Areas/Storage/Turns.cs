namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>Measures several things by turns, so that what the machine does meanwhile meets them all.</summary>
internal static class Turns
{
    /// <summary>Runs each so many times, one after the other, and returns what each came to.</summary>
    /// <remarks>One more round goes before, uncounted: code is compiled, and files are made, on somebody's
    /// first turn.</remarks>
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
            foreach (var (name, measure) in things)
            {
                GC.Collect();
                results[name].Add(await measure());
            }
        }

        return results;
    }
}
