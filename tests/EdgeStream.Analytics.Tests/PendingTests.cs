namespace EdgeStream.Analytics.Tests;

/// <summary>Conditions that hold, for less than the rule's time.</summary>
public sealed class PendingTests
{
    [Fact]
    public async Task A_pending_key_shows_under_the_id_that_its_alert_gets()
    {
        await using var bench = await EvaluationBench.OpenAsync(
            [RuleBench.Above(30, forSeconds: 60) with { Message = "{key} {value}" }], new RuleEngineOptions());
        await bench.RestartAsync();
        await bench.AppendAsync("k", """{"value":31}""", bench.Time.Now);
        await bench.EvaluateAsync();
        bench.Time.Pass(TimeSpan.FromSeconds(20));
        await bench.EvaluateAsync();

        var pending = Assert.Single(bench.Pending);
        Assert.Equal((TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1)), (pending.Held, pending.HoldTime));
        Assert.Equal("k 31", pending.Alert.Message);
        bench.Time.Pass(TimeSpan.FromSeconds(40));
        await bench.EvaluateAsync();
        Assert.Equal(pending.Alert.Id, Assert.Single(bench.Published).Id);
        Assert.Empty(bench.Pending);
    }

    [Fact]
    public async Task A_key_that_is_back_in_time_is_pending_no_more()
    {
        await using var bench = await EvaluationBench.OpenAsync(
            [RuleBench.Above(30, forSeconds: 60)], new RuleEngineOptions());
        await bench.RestartAsync();
        await bench.AppendAsync("k", """{"value":31}""", bench.Time.Now);
        await bench.EvaluateAsync();
        Assert.Single(bench.Pending);
        await bench.AppendAsync("k", """{"value":20}""", bench.Time.Now);
        await bench.EvaluateAsync();
        Assert.Empty(bench.Pending);
    }
}
