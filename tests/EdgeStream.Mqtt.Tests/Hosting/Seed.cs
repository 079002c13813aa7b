using System.Globalization;
using Xunit.Abstractions;

namespace EdgeStream.Mqtt.Tests;

/// <summary>The seed of a random test: from EDGESTREAM_TEST_SEED, or a new one; always printed.</summary>
internal static class Seed
{
    internal static Random Create(ITestOutputHelper output)
    {
        string? given = Environment.GetEnvironmentVariable("EDGESTREAM_TEST_SEED");
        int seed = int.TryParse(given, CultureInfo.InvariantCulture, out int fixedSeed)
            ? fixedSeed
            : Random.Shared.Next();
        output.WriteLine($"EDGESTREAM_TEST_SEED={seed}");
        return new Random(seed);
    }
}
