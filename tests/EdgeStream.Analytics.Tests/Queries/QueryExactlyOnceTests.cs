using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>Kills are simulated by dropping the queries without saving; what the store holds is all that is
/// left.</summary>
public sealed class QueryExactlyOnceTests
{
    private const int Records = 120;

    /// <summary>Few, since the run is repeated for every disk operation in it.</summary>
    private const int CutRecords = 30;

    private static readonly QueryDefinition[] Definitions =
    [
        Query(
            "minutes",
            """
            CREATE OR REPLACE STREAM per_minute (device VARCHAR(8), n INTEGER, total DOUBLE, top DOUBLE);
            CREATE OR REPLACE PUMP p AS INSERT INTO per_minute
              SELECT STREAM "device", COUNT(*), SUM("value"), MAX("value") FROM "readings"
              GROUP BY "device", STEP("readings".ROWTIME BY INTERVAL '10' SECOND);
            """,
            "PER_MINUTE"),
        Query(
            "hot",
            """
            CREATE OR REPLACE STREAM hot (device VARCHAR(8), v DOUBLE, mean DOUBLE);
            CREATE OR REPLACE PUMP p AS INSERT INTO hot
              SELECT STREAM * FROM (
                SELECT STREAM "device", "value", AVG("value") OVER w FROM "readings"
                WINDOW w AS (PARTITION BY "device" RANGE INTERVAL '30' SECOND PRECEDING)) AS x
              WHERE "value" > 20;
            """,
            "HOT"),
        Query(
            "sessions",
            """
            CREATE OR REPLACE STREAM sessions (device VARCHAR(8), n INTEGER);
            CREATE OR REPLACE PUMP p AS INSERT INTO sessions
              SELECT STREAM "device", COUNT(*)
              FROM TABLE(SESSION(TABLE "readings", DESCRIPTOR(ROWTIME), INTERVAL '3' SECOND))
              GROUP BY "device", window_end;
            """,
            "SESSIONS"),
    ];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public async Task A_kill_after_any_record_changes_nothing_in_the_output(int inputShards, int outputShards)
    {
        foreach (var seed in TestSeed.Take(2))
        {
            var undisturbed = await RunAsync(seed, inputShards, outputShards, (_, _) => Task.CompletedTask);
            var killed = await RunAsync(seed, inputShards, outputShards, async (bench, random) =>
            {
                if (random.Next(3) == 0)
                {
                    await bench.SaveAsync();
                }

                await bench.RestartAsync();
            });

            Assert.True(undisturbed.Count > 60, $"seed {seed}: only {undisturbed.Count} rows");
            var difference = Difference(seed, undisturbed, killed);
            Assert.True(difference.Length == 0, difference);
        }
    }

    [Fact]
    public async Task A_power_cut_at_any_disk_operation_neither_loses_nor_repeats_a_row()
    {
        foreach (var seed in TestSeed.Take(1))
        {
            var (undisturbed, _) = await RunWithPowerCutAsync(seed, operations: int.MaxValue);
            Assert.True(undisturbed.Count > 10, $"seed {seed}: only {undisturbed.Count} rows");
            var isCut = true;
            for (var operations = 0; isCut; operations++)
            {
                (var found, isCut) = await RunWithPowerCutAsync(seed, operations);
                var difference = Difference(seed, undisturbed, found);
                Assert.True(difference.Length == 0, $"operation {operations}: {difference}");
            }
        }
    }

    private static QueryDefinition Query(string name, string sql, string from) => new()
    {
        Name = name,
        Sql = sql,
        Outputs = [new QueryOutput { From = from, Stream = "results", KeyColumn = "DEVICE" }],
    };

    private static async Task<List<string>> RunAsync(
        int seed, int inputShards, int outputShards, Func<QueryBench, Random, Task> disturb)
    {
        await using var bench = await QueryBench.OpenAsync(
            Definitions, inputShards: inputShards, outputShards: outputShards);
        var random = new Random(seed);
        var disturbance = new Random(seed);
        for (var count = 0; count < Records; count++)
        {
            bench.Time.Pass(TimeSpan.FromMilliseconds(random.Next(1, 2000)));
            await bench.AppendAsync(
                "abcd"[random.Next(4)].ToString(),
                $$"""{"device":"{{"abcd"[random.Next(4)]}}","value":{{random.Next(10, 30)}}}""");
            if (random.Next(2) == 0)
            {
                await bench.EvaluateAsync();
            }

            await disturb(bench, disturbance);
        }

        bench.Time.Pass(TimeSpan.FromMinutes(5));
        await bench.EvaluateAsync();
        return ByQuery(bench.OutputRows());
    }

    /// <summary>Saved every few records, over several shards, while the power goes away at one operation of the
    /// disk.</summary>
    private static async Task<(List<string> Rows, bool IsCut)> RunWithPowerCutAsync(int seed, int operations)
    {
        var disk = new SimulatedDisk(new Random(seed));
        await using var bench = await QueryBench.OpenAsync(Definitions, disk, inputShards: 2, outputShards: 2);
        bench.Options = bench.Options with { SnapshotRecordsMax = 7 };
        await bench.RestartAsync();
        var random = new Random(seed);
        for (var count = 0; count < CutRecords; count++)
        {
            bench.Time.Pass(TimeSpan.FromMilliseconds(random.Next(1, 4000)));
            await bench.AppendAsync(
                "abcd"[random.Next(4)].ToString(),
                $$"""{"device":"{{"abcd"[random.Next(4)]}}","value":{{random.Next(10, 30)}}}""");
        }

        disk.OperationsUntilOff = operations;
        try
        {
            await bench.EvaluateAsync(stepsMax: 1);
            bench.Time.Pass(TimeSpan.FromMinutes(1));
            await bench.EvaluateAsync();
        }
        catch (Exception error) when (error is IOException or StreamException)
        {
            // The power is away.
        }

        var isCut = disk.OperationsUntilOff < 0;
        disk.OperationsUntilOff = isCut ? 0 : int.MaxValue;
        if (isCut)
        {
            await bench.ReopenAsync(disk.CutPower);
            bench.Time.Pass(TimeSpan.FromMinutes(1));
            await bench.EvaluateAsync();
        }

        return (ByQuery(bench.OutputRows()), isCut);
    }

    /// <summary>Each query's rows in their order; between queries there is none.</summary>
    private static List<string> ByQuery(List<string> rows) =>
    [
        .. rows.OrderBy(row => row.Contains("\"TOP\"", StringComparison.Ordinal) ? 0
            : row.Contains("\"MEAN\"", StringComparison.Ordinal) ? 1
            : 2),
    ];

    private static string Difference(int seed, List<string> expected, List<string> actual)
    {
        var first = Enumerable.Range(0, Math.Max(expected.Count, actual.Count)).FirstOrDefault(
            index => expected.ElementAtOrDefault(index) != actual.ElementAtOrDefault(index), -1);
        return first < 0
            ? ""
            : $"EDGESTREAM_TEST_SEED={seed}: row {first} of {expected.Count} (there are {actual.Count})\n  expected "
            + $"{expected.ElementAtOrDefault(first)}\n  actual   {actual.ElementAtOrDefault(first)}";
    }
}
