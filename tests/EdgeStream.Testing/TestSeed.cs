using System.Globalization;

namespace EdgeStream.Testing;

/// <summary>Seeds of random tests: printed with every failure, and repeated with EDGESTREAM_TEST_SEED=n.</summary>
public static class TestSeed
{
    private const string Variable = "EDGESTREAM_TEST_SEED";

    /// <summary>The seeds to run: the one that was asked for, or fresh ones.</summary>
    public static IEnumerable<int> Take(int count) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? [seed]
            : Enumerable.Range(0, count).Select(_ => Random.Shared.Next());

    /// <summary>The seed that was asked for, or a fixed one: where what others do is compared, a fresh one would find
    /// news about them.</summary>
    public static int TakeOr(int seed) => Take(0).FirstOrDefault(seed);

    /// <summary>Random numbers from the seed that was asked for, or from a fresh one; it is printed.</summary>
    public static Random Create(Action<string> print)
    {
        var seed = Take(1).First();
        print($"{Variable}={seed}");
        return new Random(seed);
    }

    /// <summary>Random numbers from the seed that was asked for, or from a fixed one; it is printed. For what is right
    /// of most series and not of all.</summary>
    public static Random CreateOr(int seed, Action<string> print)
    {
        var taken = TakeOr(seed);
        print($"{Variable}={taken}");
        return new Random(taken);
    }

    /// <summary>What went wrong, with the seed that repeats it.</summary>
    public static string Describe(int seed, string what) => $"{Variable}={seed}: {what}";

    /// <summary>Runs a test with a seed; a failure names the seed.</summary>
    public static void Run(int seed, Action<Random> test)
    {
        try
        {
            test(new Random(seed));
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(Describe(seed, error.Message), error);
        }
    }
}
