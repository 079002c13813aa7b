namespace EdgeStream.Analytics.Tests;

public sealed class SaveSizeTests
{
    [Fact]
    public async Task State_of_the_most_rules_with_the_longest_names_and_keys_is_saved_in_pieces()
    {
        var rules = Enumerable.Range(0, RuleEngine.RulesPerStreamMax)
            .Select(index => RuleBench.Anomaly() with { Name = $"{index:d4}{new string('r', 124)}" }).ToArray();
        await using var bench = await EvaluationBench.OpenAsync(
            rules, new RuleEngineOptions { SnapshotInterval = TimeSpan.FromDays(1) });
        await bench.RestartAsync();
        foreach (var letter in "abc")
        {
            await bench.AppendAsync(new string(letter, ShardRules.KeySizeBytesMax), """{"value":1}""", default);
        }

        await bench.EvaluateAsync();

        Assert.Null(bench.Failure);
        Assert.Equal(3000, bench.SavedStates());
    }
}
