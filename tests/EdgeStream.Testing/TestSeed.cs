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

    /// <summary>Runs a test with a seed; a failure names the seed.</summary>
    public static void Run(int seed, Action<Random> test)
    {
        try
        {
            test(new Random(seed));
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Failed with {Variable}={seed}: {error.Message}", error);
        }
    }
}
