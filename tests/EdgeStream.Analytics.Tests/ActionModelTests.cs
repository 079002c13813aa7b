using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>Random lives of alerts, with silences, acknowledgements, failures and kills, against what must be true of
/// every one of them.</summary>
public sealed class ActionModelTests
{
    private const int Steps = 300;

    private readonly Dictionary<string, Alert> _firing = [];
    private readonly HashSet<string> _quiet = [];
    private readonly HashSet<string> _over = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_alert_is_told_of_unless_somebody_wanted_it_quiet(bool withKills)
    {
        foreach (var seed in TestSeed.Take(10))
        {
            await new ActionModelTests().RunAsync(seed, withKills);
        }
    }

    private async Task RunAsync(int seed, bool withKills)
    {
        var random = new Random(seed);
        await using var bench = await ActionBench.OpenAsync();
        var isAway = false;
        bench.Action.Answer = told =>
        {
            Assert.All(told.Changes.Where(alert => alert.State == AlertState.Firing), alert => Assert.True(
                bench.Desk.FindSilence(alert) is null, $"EDGESTREAM_TEST_SEED={seed}: {alert.Id} is silenced"));
            return isAway ? ActionResult.Failed("away") : null;
        };
        for (var step = 0; step < Steps; step++)
        {
            switch (random.Next(12))
            {
                case 0 or 1 or 2 or 3:
                    await FireAsync(bench, random);
                    break;
                case 4 or 5 or 6 when _firing.Count > 0:
                    await ResolveAsync(bench, random);
                    break;
                case 7:
                    await SilenceAsync(bench, random);
                    break;
                case 8 when _firing.Count > 0:
                    var alert = _firing.Values.ElementAt(random.Next(_firing.Count));
                    await bench.Desk.AcknowledgeAsync(alert.Id, "ann", "");
                    _quiet.Add(alert.Id);
                    break;
                case 9:
                    isAway = random.Next(2) == 0;
                    break;
                case 10 when withKills:
                    await bench.RestartAsync();
                    break;
                default:
                    await bench.PassAsync(random.Next(20));
                    break;
            }
        }

        isAway = false;
        for (var minute = 0; minute < 5; minute++)
        {
            await bench.PassAsync(61);
        }

        Check(seed, withKills, [.. bench.Action.Changes]);
    }

    /// <summary>What is over and was not told of yet, it may never be told of.</summary>
    private async Task SilenceAsync(ActionBench bench, Random random)
    {
        await bench.SilenceAsync(rule: $"r{random.Next(3)}", seconds: random.Next(1, 30));
        _quiet.UnionWith(_over.Where(id => !bench.Action.Changes.Contains($"{id}:firing")));
    }

    private async Task FireAsync(ActionBench bench, Random random)
    {
        var alert = await bench.FireAsync($"r{random.Next(3)}", $"k{random.Next(3)}");
        _firing.Add(alert.Id, alert);
        if (bench.Desk.FindSilence(alert) is not null)
        {
            _quiet.Add(alert.Id);
        }
    }

    private async Task ResolveAsync(ActionBench bench, Random random)
    {
        var alert = _firing.Values.ElementAt(random.Next(_firing.Count));
        if (bench.Desk.FindSilence(alert) is not null)
        {
            _quiet.Add(alert.Id);
        }

        await bench.ResolveAsync(alert);
        _firing.Remove(alert.Id);
        _over.Add(alert.Id);
    }

    private void Check(int seed, bool withKills, List<string> told)
    {
        foreach (var id in _over.Concat(_firing.Keys))
        {
            var fired = told.Count(change => change == $"{id}:firing");
            var resolved = told.Count(change => change == $"{id}:resolved");
            var text = $"EDGESTREAM_TEST_SEED={seed}: {id}, fired {fired}, resolved {resolved}";
            Assert.True(fired > 0 || _quiet.Contains(id), $"{text}: never told of");
            Assert.True(withKills || (fired <= 1 && resolved <= 1), $"{text}: told of twice without a kill");
            Assert.True(fired == 0 || _firing.ContainsKey(id) || resolved > 0, $"{text}: its end is missing");
            Assert.True(resolved == 0 || fired > 0, $"{text}: an end without a beginning");
            Assert.True(resolved == 0 || told.IndexOf($"{id}:firing") < told.IndexOf($"{id}:resolved"), text);
        }
    }
}
