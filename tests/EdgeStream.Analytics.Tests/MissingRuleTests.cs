namespace EdgeStream.Analytics.Tests;

public sealed class MissingRuleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 30, 0, TimeSpan.Zero);

    [Fact]
    public void A_key_that_falls_silent_fires_and_its_next_value_resolves()
    {
        var bench = new RuleBench(BehaviourRules.Missing());

        Assert.Equal("", bench.Feed(21.5));
        Assert.Equal("", bench.Pass(79));
        Assert.Equal("firing", bench.Pass(1));
        Assert.Equal("value of k: no value for 80 s, the last was 21.5", bench.LastAlerts[0].Message);
        Assert.Equal("", bench.Pass(1000));
        Assert.Equal("resolved", bench.Feed(22));
        Assert.Equal("", bench.Pass(79));
        Assert.Equal("firing", bench.Pass(1));
    }

    [Fact]
    public void A_key_that_goes_on_reporting_is_not_missed_nor_one_that_never_did()
    {
        var bench = new RuleBench(BehaviourRules.Missing());
        for (var minute = 0; minute < 20; minute++)
        {
            Assert.Equal("", bench.Pass(60));
            Assert.Equal("", bench.Feed(minute));
        }
    }

    [Fact]
    public void Only_the_key_that_is_silent_fires()
    {
        var bench = new RuleBench(BehaviourRules.Missing());
        bench.Feed(1, key: "a");
        bench.Feed(1, key: "b");
        bench.Pass(60);
        bench.Feed(1, key: "b");

        Assert.Equal("firing", bench.Pass(30));
        Assert.Equal("a", bench.LastAlerts[0].Key);
    }

    [Fact]
    public void Setting_the_wall_clock_fires_nothing()
    {
        var bench = new RuleBench(BehaviourRules.Missing());
        bench.Feed(1);
        bench.Time.Now += TimeSpan.FromDays(20_000);

        Assert.Equal("", bench.Pass(10));
    }

    [Fact]
    public async Task Silence_before_a_kill_counts_on_but_for_an_eighth_and_what_was_down_does_not()
    {
        await using var bench = await OpenAsync();
        await bench.AppendAsync("k", """{"value":1}""", Start);
        await bench.EvaluateAsync();
        for (var second = 0; second < 70; second += 5)
        {
            bench.Time.Pass(TimeSpan.FromSeconds(5));
            await bench.EvaluateAsync();
        }

        // A kill, and an hour in which nothing ran.
        bench.Time.Pass(TimeSpan.FromHours(1));
        await bench.RestartAsync();
        await bench.EvaluateAsync();
        Assert.Empty(bench.Published);
        bench.Time.Pass(TimeSpan.FromSeconds(21));
        await bench.EvaluateAsync();

        Assert.Equal(AlertState.Firing, Assert.Single(bench.Published).State);
    }

    [Fact]
    public async Task A_silence_that_was_told_before_a_kill_is_not_told_again_and_resolves()
    {
        foreach (var isSaved in new[] { false, true })
        {
            await using var bench = await OpenAsync(isSaved ? TimeSpan.FromSeconds(5) : TimeSpan.FromDays(1));
            await bench.AppendAsync("k", """{"value":1}""", Start);
            await bench.EvaluateAsync();
            for (var second = 0; second < 80; second += 5)
            {
                bench.Time.Pass(TimeSpan.FromSeconds(5));
                await bench.EvaluateAsync();
            }

            var fired = Assert.Single(bench.Published);
            await bench.RestartAsync();
            await bench.EvaluateAsync();
            bench.Time.Pass(TimeSpan.FromHours(3));
            await bench.EvaluateAsync();
            Assert.Single(bench.AlertStream());
            Assert.Equal((fired.Id, AlertState.Firing), Only(bench));

            await bench.AppendAsync("k", """{"value":2}""", Start.AddHours(4));
            await bench.EvaluateAsync();
            Assert.Equal(2, bench.AlertStream().Count);
            Assert.Equal((fired.Id, AlertState.Resolved), Only(bench));
        }
    }

    private static (string Id, AlertState State) Only(EvaluationBench bench)
    {
        var alert = Assert.Single(bench.Book.Snapshot());
        return (alert.Id, alert.State);
    }

    private static async Task<EvaluationBench> OpenAsync(TimeSpan? interval = null)
    {
        var bench = await EvaluationBench.OpenAsync(
            [BehaviourRules.Missing()],
            new RuleEngineOptions { SnapshotInterval = interval ?? TimeSpan.FromSeconds(5) });
        await bench.RestartAsync();
        return bench;
    }
}
