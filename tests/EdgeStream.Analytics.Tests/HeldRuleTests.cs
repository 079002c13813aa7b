using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>Rules that look at how a number behaves, and whose condition has to hold for some time.</summary>
public sealed class HeldRuleTests
{
    private const int StepSeconds = 10;

    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 30, 0, TimeSpan.Zero);

    /// <summary>Kinds whose condition holds while <see cref="Unusual"/> lasts.</summary>
    public static TheoryData<string> Kinds => new("rateOfChange", "levelShift", "drift", "rolling");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_fires_once_the_condition_has_held_so_long_and_names_the_first_record(string kind)
    {
        var (atOnce, held) = (new RuleBench(Of(kind, 0)), new RuleBench(Of(kind, 60)));
        var (first, later) = (FirstFiring(atOnce), FirstFiring(held));

        Assert.Equal(first.Step + 6, later.Step);
        Assert.Equal(first.Alert.Id, later.Alert.Id);
        Assert.Equal((0, 1), (held.Rule.Pending, held.Rule.Firing));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_fires_in_silence_too_and_is_pending_until_then(string kind)
    {
        var bench = new RuleBench(Of(kind, 600));
        var step = FirstFiring(new RuleBench(Of(kind, 0))).Step;
        for (var index = 0; index <= step; index++)
        {
            Assert.Equal("", Feed(bench, index));
        }

        Assert.Equal("", bench.Pass(599));
        var pending = new List<PendingAlert>();
        bench.Rule.AddPending(pending, 10, bench.Time, bench.Rules.Sink);
        Assert.Equal(TimeSpan.FromSeconds(599), Assert.Single(pending).Held);
        Assert.Equal(1, bench.Rule.Pending);

        Assert.Equal("firing", bench.Pass(1));
        Assert.Equal(pending[0].Alert.Id, bench.LastAlerts[0].Id);
        Assert.Equal(pending[0].Alert.Message, bench.LastAlerts[0].Message);
        Assert.Equal((0, 1), (bench.Rule.Pending, bench.Rule.Firing));
    }

    [Fact]
    public void One_rate_within_bounds_ends_what_was_pending()
    {
        var bench = new RuleBench(Of("rateOfChange", 30));
        double[] values = [20, 20, 20, 25, 30, 30, 35, 40, 45, 50];
        var states = values.Select((value, index) => bench.Feed(value, index * StepSeconds)).ToList();

        // 25 and 30 rise too fast for 20 s; what rises from 35 on has held for 30 s with 50.
        Assert.Equal(9, states.IndexOf("firing"));
    }

    [Fact]
    public void A_rate_that_turns_around_is_another_condition()
    {
        var bench = new RuleBench(Of("rateOfChange", 30));
        double[] values = [60, 60, 60, 65, 70, 60, 50, 40, 30];
        var states = values.Select((value, index) => bench.Feed(value, index * StepSeconds)).ToList();

        Assert.Equal(8, states.IndexOf("firing"));
        Assert.Contains("falls", bench.LastAlerts[0].Message);
    }

    [Fact]
    public async Task A_kill_after_any_record_changes_nothing_in_the_alerts_stream()
    {
        foreach (var seed in TestSeed.Take(2))
        {
            var undisturbed = await RunAsync(seed, static (_, _) => Task.CompletedTask);
            var killed = await RunAsync(
                seed, static (bench, random) => random.Next(3) == 0 ? bench.RestartAsync() : Task.CompletedTask);

            var rules = undisturbed.Select(alert => alert.Split(' ')[0]).Distinct().Order();
            Assert.Equal(["levelShift", "rateOfChange", "rolling"], rules);
            Assert.Equal(string.Join('\n', undisturbed.Order()), string.Join('\n', killed.Order()));
        }
    }

    [Fact]
    public async Task What_fired_in_silence_just_before_a_kill_is_not_told_again()
    {
        var options = new RuleEngineOptions { SnapshotRecordsMax = 1, SnapshotInterval = TimeSpan.FromDays(1) };
        RuleDefinition[] rules = [Of("rateOfChange", 60), RuleBench.Above(22, forSeconds: 60)];
        await using var bench = await EvaluationBench.OpenAsync(rules, options);
        await bench.RestartAsync();
        foreach (var (value, second) in new[] { (20, 0), (20, 10), (25, 20) })
        {
            await bench.AppendAsync("k", $$"""{"value":{{value}}}""", Start.AddSeconds(second));
            await bench.EvaluateAsync();
        }

        bench.Time.Pass(TimeSpan.FromSeconds(60));
        await bench.EvaluateAsync();
        Assert.Equal(2, bench.AlertStream().Count);

        await bench.RestartAsync();
        await bench.EvaluateAsync();
        bench.Time.Pass(TimeSpan.FromSeconds(60));
        await bench.EvaluateAsync();
        Assert.Equal(2, bench.AlertStream().Count);
        Assert.Empty(bench.Pending);
    }

    [Fact]
    public void A_condition_that_holds_has_an_entry_of_its_own_that_is_frozen()
    {
        var bench = new RuleBench(Of("rateOfChange", 60));
        bench.Feed(20, 0);
        bench.Feed(20, 10);
        bench.Feed(25, 20);
        bench.Feed(30, 30);
        var entries = new List<(string Name, string Bytes)>();
        bench.Rule.State.Save(
            static _ => { },
            (name, entry) => entries.Add((Convert.ToHexString(name), Convert.ToHexString(entry.Span))));

        Assert.Equal("6B", entries[0].Name);
        Assert.Equal("FFFE6B", entries[1].Name);
        Assert.Equal(
            "21" + "0100" + "0400000000000000" + "0300000000000000" + "8096980000000000" + "8096980000000000" + "01"
            + "6B",
            entries[1].Bytes);

        bench.Feed(30, 40);
        var removed = new List<string>();
        bench.Rule.State.Save(name => removed.Add(Convert.ToHexString(name)), static (_, _) => { });
        Assert.Equal("FFFE6B", Assert.Single(removed));
    }

    [Fact]
    public void What_is_pending_allocates_nothing()
    {
        var bench = new RuleBench(Of("rateOfChange", 86_400));
        var data = new byte[600][];
        for (var index = 0; index < data.Length; index++)
        {
            data[index] = Encoding.UTF8.GetBytes($$"""{"value":{{index * 5}}}""");
        }

        FeedBytes(bench, data, 0, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        FeedBytes(bench, data, 100, data.Length);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1, bench.Rule.Pending);
    }

    private static void FeedBytes(RuleBench bench, byte[][] data, int first, int end)
    {
        for (var index = first; index < end; index++)
        {
            var record = new EdgeStream.Streams.StreamRecord
            {
                Sequence = new EdgeStream.Storage.SequenceNumber(index + 1),
                ArrivalTime = new EdgeStream.Storage.Timestamp(index * 10_000_000L),
                EventTime = new EdgeStream.Storage.Timestamp(index * 10_000_000L),
                PartitionKey = "k"u8,
                Data = data[index],
            };
            bench.Rules.Evaluate(in record, 0);
        }
    }

    /// <summary>Of 400 readings of a quiet value those from the 300th are unusual, more and more.</summary>
    private static double Unusual(int step) =>
        step < 300 ? 20 + (step * 7 % 10 * 0.1) : 60 + ((step - 300) * 20) + (step * 7 % 10 * 0.1);

    private static string Feed(RuleBench bench, int step) => bench.Feed(Unusual(step), step * StepSeconds);

    private static (int Step, Alert Alert) FirstFiring(RuleBench bench)
    {
        for (var step = 0; step < 400; step++)
        {
            if (Feed(bench, step) == "firing")
            {
                return (step, bench.LastAlerts[0]);
            }
        }

        throw new InvalidOperationException("It never fired.");
    }

    private static RuleDefinition Of(string kind, int forSeconds)
    {
        HeldRuleDefinition rule = kind switch
        {
            "rateOfChange" => BehaviourRules.Rate(),
            "levelShift" => BehaviourRules.LevelShift(),
            "drift" => BehaviourRules.Drift() with { WindowSamples = 64 },
            _ => RuleBench.Anomaly() with { WindowSamples = 1000 },
        };
        return rule with { Name = kind, For = TimeSpan.FromSeconds(forSeconds) };
    }

    /// <summary>Two keys that leave their level for half a minute and for good, and fall silent in between.</summary>
    private static async Task<List<string>> RunAsync(int seed, Func<EvaluationBench, Random, Task> disturb)
    {
        var options = new RuleEngineOptions { SnapshotRecordsMax = 7, SnapshotInterval = TimeSpan.FromDays(1) };
        RuleDefinition[] rules =
            [.. new[] { "rateOfChange", "levelShift", "rolling" }.Select(kind => Of(kind, 30))];
        await using var bench = await EvaluationBench.OpenAsync(rules, options);
        await bench.RestartAsync();
        var (random, disturbance) = (new Random(seed), new Random(seed));
        for (var step = 0; step < 700; step++)
        {
            var level = step is > 200 and < 206 ? 40 : step > 500 ? 80 + ((step - 500) * 4) : 20;
            var value = (level + random.NextDouble()).ToString("R", CultureInfo.InvariantCulture);
            await bench.AppendAsync("ab"[step % 2].ToString(), $"{{\"value\":{value}}}", Start.AddSeconds(step * 5));
            await bench.EvaluateAsync();
            await disturb(bench, disturbance);
            bench.Time.Pass(TimeSpan.FromMilliseconds(2));
            if (step is 300 or 503 or 650)
            {
                await bench.EvaluateAsync();
                bench.Time.Pass(TimeSpan.FromSeconds(35));
                await bench.EvaluateAsync();
            }
        }

        return bench.AlertStream();
    }
}
