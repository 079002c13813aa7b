using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

public sealed class DetectorRuleTests
{
    private const int HourSeconds = 3600;
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 30, 0, TimeSpan.Zero);

    [Fact]
    public void An_unusual_value_fires_with_the_hour_and_the_history_and_usual_ones_resolve()
    {
        var bench = new RuleBench(BehaviourRules.Detector());
        for (var hour = 0; hour < 20 * 24; hour++)
        {
            bench.Feed(Usual(hour), hour * HourSeconds);
        }

        Assert.Equal("firing", bench.Feed(400, 20 * 24 * HourSeconds));
        Assert.Matches(
            @"^value of k: 400, usual is [\d.]+: [\d.]+× the usual spread for 14:30 UTC, last 20 days$",
            bench.LastAlerts[0].Message);
        var states = Enumerable.Range(481, 200).Select(hour => bench.Feed(Usual(hour), hour * HourSeconds)).ToList();
        Assert.Single(states, "resolved");
    }

    [Fact]
    public void A_message_of_ones_own_may_have_the_explanation_in_it()
    {
        var bench = new RuleBench(BehaviourRules.Detector() with { Message = "{key}! {explanation}" });
        for (var hour = 0; hour < 500; hour++)
        {
            bench.Feed(Usual(hour), hour * HourSeconds);
        }

        Assert.Equal("firing", bench.Feed(400, 500 * HourSeconds));
        Assert.StartsWith("k! 400, usual is", bench.LastAlerts[0].Message);
    }

    [Fact]
    public void A_rule_that_is_saved_and_restored_at_any_value_goes_on_as_if_nothing_had_been()
    {
        foreach (var seed in TestSeed.Take(3))
        {
            TestSeed.Run(seed, random =>
            {
                var saved = new Dictionary<string, byte[]>(StringComparer.Ordinal);
                var whole = new RuleBench(BehaviourRules.Detector());
                var bench = new RuleBench(BehaviourRules.Detector());
                for (var step = 0; step < 900; step++)
                {
                    var key = "ab"[random.Next(2)].ToString();
                    var value = Usual(step) + (random.Next(60) == 0 ? 300 : 0);
                    var time = step * HourSeconds;
                    Assert.Equal(whole.Feed(value, time, key), bench.Feed(value, time, key));
                    Assert.Equal(whole.LastAlerts, bench.LastAlerts);

                    // Saves are one value apart, or many.
                    if (random.Next(step < 300 ? 2 : 150) == 0)
                    {
                        bench = Restarted(bench, saved, step + 1);
                    }
                }
            });
        }
    }

    [Fact]
    public void The_same_key_costs_few_bytes_a_value_and_a_whole_state_now_and_then()
    {
        var bench = new RuleBench(BehaviourRules.Detector());
        var bytes = 0L;
        for (var step = 0; step < 2000; step++)
        {
            bench.Feed(Usual(step), step * HourSeconds);
            if (step % 10 == 0)
            {
                bench.Rule.State.Save(_ => { }, (_, entry) => bytes += entry.Length);
            }
        }

        Assert.InRange(bytes / 2000, 1, 120);
    }

    [Fact]
    public void Its_saved_entries_are_frozen()
    {
        var bench = new RuleBench(BehaviourRules.Detector());
        for (var step = 0; step < 33; step++)
        {
            bench.Feed(step, step, "ab");
        }

        var entries = new List<string>();
        bench.Rule.State.Save(_ => { }, (_, entry) => entries.Add(Convert.ToHexString(entry.Span)));

        var time = Hex(Start.ToUnixTimeSeconds());
        Assert.Equal(2, entries.Count);
        Assert.StartsWith("12" + "0200" + "0000000000000000" + time + "0000000000000000", entries[0]);
        Assert.EndsWith("6162", entries[0]);
        Assert.Equal(2 * (11 + (32 * 16) + 2), entries[0].Length);
        Assert.Equal(
            "11" + "0200" + "2100000000000000" // head, key length, last sequence
            + new string('0', 2 * (33 + 4 + 57)) // no alert, no explanation
            + "0000000000000000" + "01000000" // no base, one chunk
            + Hex(Start.ToUnixTimeSeconds() + 32) + "0000000000004040" + "6162",
            entries[1]);
    }

    [Fact]
    public void A_key_whose_parts_are_not_all_there_begins_anew()
    {
        var bench = new RuleBench(BehaviourRules.Detector());
        for (var step = 0; step < 40; step++)
        {
            bench.Feed(step, step, "ab");
        }

        var entries = new List<ReadOnlyMemory<byte>>();
        bench.Rule.State.Save(_ => { }, (_, entry) => entries.Add(entry.ToArray()));
        var restored = new RuleBench(BehaviourRules.Detector());
        restored.Rule.State.Restore(entries.Skip(1));
        var counted = 0;
        restored.Feed(1, 0, "ab");
        restored.Rule.State.Save(_ => { }, (_, entry) => counted += entry.Length);

        Assert.Equal(11 + 33 + 4 + 57 + 12 + 16 + 2, counted);
    }

    [Fact]
    public void Keys_beyond_the_bound_are_dropped_with_all_their_parts()
    {
        var bench = new RuleBench(2, BehaviourRules.Detector());
        var stored = new HashSet<string>(StringComparer.Ordinal);
        for (var step = 0; step < 3000; step++)
        {
            bench.Feed(Usual(step), step, $"key-{step / 500}");
            if (step % 20 == 0)
            {
                bench.Rule.State.Save(
                    name => stored.Remove(Convert.ToHexString(name)),
                    (name, _) => stored.Add(Convert.ToHexString(name)));
            }
        }

        bench.Rule.State.Save(
            name => stored.Remove(Convert.ToHexString(name)), (name, _) => stored.Add(Convert.ToHexString(name)));
        Assert.Equal(4, bench.Rule.Dropped);
        Assert.Equal(2, stored.Select(name => name[^10..]).Distinct().Count());
    }

    private static double Usual(int hour) => (hour % 24 is >= 9 and < 18 ? 80 : 20) + (hour * 7 % 11 / 10.0);

    private static string Hex(long value) => Convert.ToHexString(BitConverter.GetBytes(value));

    private static RuleBench Restarted(RuleBench bench, Dictionary<string, byte[]> saved, long sequence)
    {
        bench.Rule.State.Save(
            name => saved.Remove(Convert.ToHexString(name)),
            (name, entry) => saved[Convert.ToHexString(name)] = entry.ToArray());
        var restored = new RuleBench(BehaviourRules.Detector());
        restored.Rule.State.Restore(saved.Values.Select(bytes => new ReadOnlyMemory<byte>(bytes)));
        restored.Rules.Resume(0);
        restored.FeedAt(sequence + 1);
        return restored;
    }
}
