namespace EdgeStream.Sql.Tests;

/// <summary>The seed of random tests: EDGESTREAM_TEST_SEED if set, else a new one; printed when a test
/// fails.</summary>
internal static class Seed
{
    public static int Value { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("EDGESTREAM_TEST_SEED"), out var seed)
            ? seed
            : Random.Shared.Next();

    public static string Describe(string what) => $"EDGESTREAM_TEST_SEED={Value}: {what}";
}
