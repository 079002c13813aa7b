using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>What holds for every rule that looks at how a number behaves.</summary>
public sealed class BehaviourRuleTests
{
    private const int Records = 400;

    private static readonly string[] Kinds =
        ["rateOfChange", "missing", "stuck", "levelShift", "drift", "default"];

    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 30, 0, TimeSpan.Zero);

    public static TheoryData<string> All => new(Kinds);

    /// <summary>Those whose state of a key is one entry.</summary>
    public static TheoryData<string> Small => new(Kinds[..^1]);

    [Fact]
    public async Task A_kill_after_any_record_changes_nothing_in_the_alerts_stream()
    {
        foreach (var seed in TestSeed.Take(2))
        {
            var undisturbed = await RunAsync(seed, saveEvery: 7, (_, _) => Task.CompletedTask);
            var killed = await RunAsync(
                seed, saveEvery: 7, (bench, random) => random.Next(3) == 0 ? bench.RestartAsync() : Task.CompletedTask);

            var rules = undisturbed.Select(alert => alert.Split(' ')[0]).Distinct().Order();
            Assert.Equal(["drift", "missing", "odd", "rate", "shift", "stuck"], rules);

            // Keys that fall silent at once are told in any order.
            Assert.Equal(string.Join('\n', undisturbed.Order()), string.Join('\n', killed.Order()));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Memory_is_bounded_by_dropping_the_key_seen_longest_ago(string kind)
    {
        var bench = new RuleBench(3, BehaviourRules.Of(kind));
        for (var step = 0; step < 50; step++)
        {
            bench.Feed(step % 7, step, $"key-{step % 10}");
        }

        bench.Pass(0);
        Assert.Equal(47, bench.Rule.Dropped + bench.Rule.Untracked);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Values_at_the_end_of_the_range_raise_no_exception(string kind)
    {
        var bench = new RuleBench(BehaviourRules.Of(kind));
        double[] values = [1, 2, double.MaxValue, double.MinValue, 0, double.Epsilon, 1e300, -1e300];
        for (var step = 0; step < 1000; step++)
        {
            bench.Feed(values[step * 7 % values.Length], step * 10);
            Assert.All(bench.LastAlerts, alert => Assert.NotEmpty(AlertJson.ToBytes(alert)));
        }
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Restored_state_is_saved_as_the_same_bytes(string kind)
    {
        var bench = new RuleBench(BehaviourRules.Of(kind));
        for (var step = 0; step < 500; step++)
        {
            bench.Feed(step * step % 17, step * 10, $"key-{step % 3}");
        }

        var saved = Saved(bench.Rule.State);
        var restored = new RuleBench(BehaviourRules.Of(kind));
        restored.Rule.State.Restore(AsMemory(saved));
        restored.Rules.ClockState.Restore(AsMemory(Saved(bench.Rules.ClockState)));
        restored.Rules.Resume(0);
        restored.FeedAt(501);
        bench.Feed(3, 5010, "key-1");
        restored.Feed(3, 5010, "key-1");
        Assert.Equal(3, saved.Count);
        Assert.All(saved, entry => Assert.InRange(entry.Length / 2, 40, 300 + 16));
        Assert.Equal(Changed(bench), Changed(restored));
    }

    [Fact]
    public void Layouts_of_state_are_frozen()
    {
        Assert.Equal(
            [221, 49, 81, 81, 274, 94 + 12 + 1024],
            new[]
            {
                RateOfChangeState.SizeBytes, MissingState.SizeBytes, StuckState.SizeBytes, LevelShiftState.SizeBytes,
                DriftState.SizeBytes, DetectorState.SizeBytes,
            });
        var bytes = new byte[StuckState.SizeBytes];
        new StuckState
        {
            Episode = new AlertEpisode { IsFiring = true, FirstSequence = 2, FiredAt = 3, Value = 4, Threshold = 5 },
            First = 6, Run = 7, Since = 8, Until = 9, FiredRun = 10, FiredSpan = 11,
        }.Write(bytes);
        Assert.Equal(
            "01" + "0200000000000000" + "0300000000000000" + "0000000000001040" + "0000000000001440"
            + "0000000000001840" + "0700000000000000" + "0800000000000000" + "0900000000000000" + "0A00000000000000"
            + "0B00000000000000",
            Convert.ToHexString(bytes));
    }

    private static IEnumerable<ReadOnlyMemory<byte>> AsMemory(IEnumerable<string> entries) =>
        entries.Select(entry => new ReadOnlyMemory<byte>(Convert.FromHexString(entry)));

    /// <summary>The entry of the second key; what is pinned is saved too.</summary>
    private static string Changed(RuleBench bench) =>
        Assert.Single(Saved(bench.Rule.State), entry => entry.EndsWith("6B65792D31", StringComparison.Ordinal));

    private static List<string> Saved(IRuleState state)
    {
        var entries = new List<string>();
        state.Save(_ => { }, (_, entry) => entries.Add(Convert.ToHexString(entry.Span)));
        entries.Sort(StringComparer.Ordinal);
        return entries;
    }

    /// <summary>Three keys that rise, shift, stick, fall silent and have outliers.</summary>
    private static async Task<List<string>> RunAsync(
        int seed, int saveEvery, Func<EvaluationBench, Random, Task> disturb)
    {
        var options = new RuleEngineOptions { SnapshotRecordsMax = saveEvery, SnapshotInterval = TimeSpan.FromDays(1) };
        RuleDefinition[] rules =
        [
            .. Kinds.Select(BehaviourRules.Of).Select(rule => rule is DriftRuleDefinition drift
                ? drift with { WindowSamples = 64 }
                : rule is LevelShiftRuleDefinition shift ? shift with { Baseline = 40 } : rule),
        ];
        await using var bench = await EvaluationBench.OpenAsync(rules, options);
        await bench.RestartAsync();
        var random = new Random(seed);
        var disturbance = new Random(seed);
        for (var second = 0; second < Records; second++)
        {
            var key = "ab"[second % 2].ToString();
            var value = ValueAt(second, random).ToString("R", CultureInfo.InvariantCulture);
            await bench.AppendAsync(key, $"{{\"value\":{value}}}", Start.AddSeconds(second * 10));
            await bench.EvaluateAsync();
            await disturb(bench, disturbance);
            if (second is 150 or 300)
            {
                await bench.EvaluateAsync();
                bench.Time.Pass(TimeSpan.FromSeconds(80));
                await bench.EvaluateAsync();
            }
        }

        await bench.EvaluateAsync();
        return bench.AlertStream();
    }

    private static double ValueAt(int second, Random random) => second switch
    {
        < 100 => 20 + random.NextDouble(),
        < 150 => 20.5,
        < 300 => 20 + random.NextDouble() + ((second - 150) * 0.05),
        310 => 500,
        _ => 60 + random.NextDouble(),
    };
}
