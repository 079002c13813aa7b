using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>Kills are simulated by dropping the evaluation without saving; what the store holds is all that is
/// left.</summary>
public sealed class ExactlyOnceTests
{
    private const int Records = 150;

    /// <summary>Few, since the run is repeated for every disk operation in it.</summary>
    private const int CutRecords = 50;

    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 30, 0, TimeSpan.Zero);

    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    private static readonly RuleDefinition[] Rules =
    [
        RuleBench.Above(30, hysteresis: 2),
        RuleBench.Above(30, forSeconds: 3) with { Name = "long", Where = "PARTITION_KEY <> 'c'" },
        RuleBench.Anomaly() with { WindowSamples = 16, MinimumSamples = 8, Deviations = 2 },
        RuleBench.Anomaly() with
        {
            Name = "odd-time", WindowDuration = TimeSpan.FromSeconds(20), MinimumSamples = 5, Deviations = 1.5,
        },
    ];

    [Fact]
    public async Task A_kill_after_any_record_changes_nothing_in_the_alerts_stream()
    {
        foreach (var seed in TestSeed.Take(3))
        {
            var undisturbed = await RunAsync(seed, saveEvery: 7, (_, _) => Task.CompletedTask);
            var killed = await RunAsync(seed, saveEvery: 7, (bench, _) => bench.RestartAsync());

            Assert.True(undisturbed.Count > 20, $"seed {seed}: only {undisturbed.Count} alerts");
            Assert.Equal("", Difference(seed, undisturbed, killed));
        }
    }

    [Fact]
    public async Task Kills_in_the_middle_of_a_replay_change_nothing_either()
    {
        foreach (var seed in TestSeed.Take(3))
        {
            var undisturbed = await RunAsync(seed, saveEvery: 1000, (_, _) => Task.CompletedTask);
            var killed = await RunAsync(seed, saveEvery: 10, async (bench, random) =>
            {
                var options = bench.Options;
                for (var kill = random.Next(3); kill > 0; kill--)
                {
                    // Saving after every step saves between two alerts that were written before the first kill.
                    bench.Options = options with { SnapshotInterval = TimeSpan.FromTicks(random.Next(2) * Long.Ticks) };
                    await bench.RestartAsync();
                    await bench.EvaluateAsync(random.Next(4));
                }

                bench.Options = options;
                await bench.RestartAsync();
            });

            Assert.Equal("", Difference(seed, undisturbed, killed));
        }
    }

    [Fact]
    public async Task An_alert_that_fired_in_silence_resolves_after_a_kill()
    {
        await using var bench = await EvaluationBench.OpenAsync(
            [RuleBench.Above(30, forSeconds: 60)], new RuleEngineOptions { SnapshotInterval = Long });
        await bench.RestartAsync();
        await bench.AppendAsync("k", """{"value":31}""", Start);
        await bench.EvaluateAsync();
        bench.Time.Pass(TimeSpan.FromSeconds(60));
        await bench.EvaluateAsync();
        var fired = Assert.Single(bench.Published);

        await bench.AppendAsync("k", """{"value":20}""", Start.AddSeconds(61));
        await bench.RestartAsync();
        await bench.EvaluateAsync();

        Assert.Equal(2, bench.AlertStream().Count);
        var resolved = Assert.Single(bench.Book.Snapshot());
        Assert.Equal((fired.Id, AlertState.Resolved, fired.FiredAt), (resolved.Id, resolved.State, resolved.FiredAt));
    }

    [Fact]
    public async Task A_power_cut_at_any_disk_operation_neither_loses_nor_repeats_an_alert()
    {
        foreach (var seed in TestSeed.Take(1))
        {
            var (undisturbed, _) = await RunWithPowerCutAsync(seed, operations: int.MaxValue);
            Assert.True(undisturbed.Count > 10, $"seed {seed}: only {undisturbed.Count} alerts");
            var isCut = true;
            for (var operations = 0; isCut; operations++)
            {
                (var found, isCut) = await RunWithPowerCutAsync(seed, operations);
                Assert.Equal($"{operations}: ", $"{operations}: {Difference(seed, undisturbed, found)}");
            }
        }
    }

    /// <summary>Alerts of several rules at a time, over three shards, saved every few records.</summary>
    private static async Task<(List<string> Alerts, bool IsCut)> RunWithPowerCutAsync(int seed, int operations)
    {
        var options = new RuleEngineOptions { SnapshotRecordsMax = 7, SnapshotInterval = Long, KeysPerRuleMax = 3 };
        var disk = new SimulatedDisk(new Random(seed));
        await using var bench = await EvaluationBench.OpenAsync(Rules, options, disk, alertShards: 3);
        await bench.RestartAsync();
        var random = new Random(seed);
        for (var second = 0; second < CutRecords; second++)
        {
            var value = random.Next(3) == 0 ? 50 : random.Next(25, 34);
            var key = "ab"[random.Next(2)].ToString();
            await bench.AppendAsync(key, $"{{\"value\":{value}}}", Start.AddSeconds(second));
        }

        disk.OperationsUntilOff = operations;
        try
        {
            await bench.EvaluateAsync();
        }
        catch (Exception error) when (error is IOException or StreamException)
        {
            // The power is away; where it is the state alone that could not be saved, the rules go on.
        }

        var isCut = disk.OperationsUntilOff < 0;
        disk.OperationsUntilOff = isCut ? 0 : int.MaxValue;
        if (isCut)
        {
            await bench.ReopenAsync(disk.CutPower);
            await bench.EvaluateAsync();
        }

        return (bench.AlertStream(), isCut);
    }

    private static async Task<List<string>> RunAsync(
        int seed, int saveEvery, Func<EvaluationBench, Random, Task> disturb)
    {
        var options = new RuleEngineOptions
        {
            SnapshotRecordsMax = saveEvery,
            SnapshotInterval = Long,
            KeysPerRuleMax = 3,
        };
        await using var bench = await EvaluationBench.OpenAsync(Rules, options);
        await bench.RestartAsync();
        var random = new Random(seed);
        var disturbance = new Random(seed);
        for (var second = 0; second < Records; second++)
        {
            var key = "abcd"[random.Next(4)].ToString();
            var value = random.Next(5) == 0 ? 50 : random.Next(25, 34);
            var data = random.Next(10) == 0 ? "{}" : $"{{\"value\":{value}}}";
            await bench.AppendAsync(key, data, Start.AddSeconds(second));
            await bench.EvaluateAsync();
            await disturb(bench, disturbance);
        }

        await bench.EvaluateAsync();
        return bench.AlertStream();
    }

    private static string Difference(int seed, List<string> expected, List<string> actual)
    {
        var first = Enumerable.Range(0, Math.Max(expected.Count, actual.Count)).FirstOrDefault(
            index => expected.ElementAtOrDefault(index) != actual.ElementAtOrDefault(index), -1);
        return first < 0
            ? ""
            : $"EDGESTREAM_TEST_SEED={seed}: alert {first} of {expected.Count}\n  expected "
            + $"{expected.ElementAtOrDefault(first)}\n  actual   {actual.ElementAtOrDefault(first)}";
    }
}
