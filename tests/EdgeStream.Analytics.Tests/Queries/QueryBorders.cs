using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>Runs a scenario undisturbed, and again with a kill at every border of its batches: what comes out must be
/// the same.</summary>
internal static class QueryBorders
{
    private const int Seeds = 3;

    /// <summary>Appends records and lets time pass; it awaits the border after every batch.</summary>
    public delegate Task Scenario(QueryBench bench, Random random, Func<Task> border);

    /// <summary>Runs the scenario with some seeds, and looks at the rows of each.</summary>
    public static async Task CompareAsync(
        IReadOnlyList<QueryDefinition> definitions,
        Scenario scenario,
        Action<QueryBorderRows> check,
        int inputShards = 1,
        int outputShards = 1)
    {
        foreach (var seed in TestSeed.Take(Seeds))
        {
            var undisturbed = await RunAsync(definitions, scenario, seed, inputShards, outputShards, kills: false);
            try
            {
                check(undisturbed);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException(TestSeed.Describe(seed, error.Message), error);
            }

            var killed = await RunAsync(definitions, scenario, seed, inputShards, outputShards, kills: true);
            Assert.True(
                undisturbed.Lines.SequenceEqual(killed.Lines),
                TestSeed.Describe(seed, Difference(undisturbed.Lines, killed.Lines)));
        }
    }

    private static async Task<QueryBorderRows> RunAsync(
        IReadOnlyList<QueryDefinition> definitions,
        Scenario scenario,
        int seed,
        int inputShards,
        int outputShards,
        bool kills)
    {
        await using var bench = await QueryBench.OpenAsync(
            definitions, inputShards: inputShards, outputShards: outputShards);
        var disturbance = new Random(~seed);
        await scenario(bench, new Random(seed), async () =>
        {
            await bench.EvaluateAsync();
            if (!kills)
            {
                return;
            }

            if (disturbance.Next(3) == 0)
            {
                await bench.SaveAsync();
            }

            await bench.RestartAsync();
            if (disturbance.Next(3) == 0)
            {
                // The replay is interrupted, too.
                await bench.EvaluateAsync(stepsMax: 1);
                await bench.RestartAsync();
            }

            await bench.EvaluateAsync();
        });
        return new QueryBorderRows(bench.OutputRows());
    }

    private static string Difference(IReadOnlyList<string> expected, IReadOnlyList<string> actual)
    {
        var first = Enumerable.Range(0, Math.Max(expected.Count, actual.Count)).FirstOrDefault(
            index => expected.ElementAtOrDefault(index) != actual.ElementAtOrDefault(index));
        return $"row {first} of {expected.Count} is another one after kills ({actual.Count})\n  expected "
            + $"{expected.ElementAtOrDefault(first)}\n  actual   {actual.ElementAtOrDefault(first)}";
    }
}

/// <summary>What a query has put out: the rows of a key and of an in-application stream are in their order, and between
/// these there is none.</summary>
internal sealed class QueryBorderRows(IReadOnlyList<string> rows)
{
    public IReadOnlyList<string> Lines { get; } =
        [.. rows.OrderBy(row => row[..row.IndexOf(':', row.IndexOf('{', StringComparison.Ordinal))]
            .Replace(TimeOf(row), "", StringComparison.Ordinal), StringComparer.Ordinal)];

    /// <summary>The rows whose first column is this one, without key and time.</summary>
    public List<string> With(string firstColumn) =>
    [
        .. Lines.Select(row => row[row.IndexOf('{', StringComparison.Ordinal)..])
            .Where(json => json.StartsWith($$"""{"{{firstColumn}}":""", StringComparison.Ordinal)),
    ];

    /// <summary>A column of those rows, as JSON has it.</summary>
    public List<string> Values(string firstColumn, string column) =>
        [.. With(firstColumn).Select(json => JsonDocument.Parse(json).RootElement.GetProperty(column).ToString())];

    private static string TimeOf(string row) => row.Split(' ', 3)[1];
}
