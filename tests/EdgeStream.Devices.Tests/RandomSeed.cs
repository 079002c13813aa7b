using System.Globalization;
using Xunit.Abstractions;

namespace EdgeStream.Devices.Tests;

/// <summary>The seed of a random test: from EDGESTREAM_TEST_SEED, or a new one; printed either way.</summary>
internal static class RandomSeed
{
    internal static Random Create(ITestOutputHelper output)
    {
        var text = Environment.GetEnvironmentVariable("EDGESTREAM_TEST_SEED");
        var seed = text is null ? Random.Shared.Next() : int.Parse(text, CultureInfo.InvariantCulture);
        output.WriteLine($"EDGESTREAM_TEST_SEED={seed}");
        return new Random(seed);
    }
}
