using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>A replay of stored records raises what the running rules raised on them.</summary>
public sealed class RuleReplayTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 30, 0, TimeSpan.Zero);

    private static readonly RuleDefinition[] Rules =
    [
        RuleBench.Above(30, hysteresis: 2),
        RuleBench.Above(30, forSeconds: 3) with { Name = "long", Where = "PARTITION_KEY <> 'c'" },
        RuleBench.Anomaly() with { WindowSamples = 16, MinimumSamples = 8, Deviations = 2 },
    ];

    [Fact]
    public async Task A_replay_equals_the_live_evaluation_of_the_same_records()
    {
        foreach (var seed in TestSeed.Take(5))
        {
            var random = new Random(seed);
            await using var bench = await EvaluationBench.OpenAsync(Rules, new RuleEngineOptions());
            await bench.RestartAsync();
            for (var second = 0; second < 400; second++)
            {
                var value = random.Next(5) == 0 ? 50 : random.Next(25, 34);
                var data = random.Next(10) == 0 ? "{}" : $"{{\"value\":{value}}}";
                await bench.AppendAsync("abcd"[random.Next(4)].ToString(), data, Start.AddSeconds(second));
                if (random.Next(20) == 0)
                {
                    await bench.EvaluateAsync();
                }
            }

            await bench.EvaluateAsync();
            var replayed = new List<string>();
            var replay = new RuleReplay(
                "readings", "shardId-000000000000", Rules, alert => replayed.Add(TextOf(alert)));
            bench.ReadInput((in StreamRecord record) =>
                replay.Evaluate(in record, record.ArrivalTime.UnixMicroseconds, boot: 1));

            Assert.True(bench.Published.Count > 30, $"seed {seed}: only {bench.Published.Count} alerts");
            Assert.Equal([$"{seed}", .. bench.Published.Select(TextOf)], [$"{seed}", .. replayed]);
        }
    }

    [Fact]
    public void What_is_pending_fires_in_the_silence_between_two_records()
    {
        var alerts = new List<Alert>();
        var replay = new RuleReplay("readings", "s", [RuleBench.Above(30, forSeconds: 60)], alerts.Add);
        Feed(replay, 1, 31, Start);
        Feed(replay, 2, 20, Start.AddHours(1));

        Assert.Equal([AlertState.Firing, AlertState.Resolved], alerts.Select(alert => alert.State));
        var waited = alerts[0].FiredAt.ToDateTimeOffset() - Start;
        Assert.InRange(waited, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(64));
        Assert.Equal(Start.AddHours(1), alerts[1].ResolvedAt!.Value.ToDateTimeOffset());
    }

    [Fact]
    public void What_is_pending_fires_in_its_silence_while_other_keys_report_all_the_time()
    {
        var alerts = new List<Alert>();
        var replay = new RuleReplay("readings", "s", [RuleBench.Above(30, forSeconds: 60)], alerts.Add);
        Feed(replay, 1, 31, Start);
        for (var index = 0; index < 700; index++)
        {
            Feed(replay, 2 + index, 20, Start.AddSeconds(0.1 * index), key: "other");
        }

        var waited = Assert.Single(alerts).FiredAt.ToDateTimeOffset() - Start;
        Assert.InRange(waited, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(61.5));
    }

    [Fact]
    public void A_clock_that_is_set_is_no_silence()
    {
        var alerts = new List<Alert>();
        var replay = new RuleReplay("readings", "s", [RuleBench.Above(30, forSeconds: 60)], alerts.Add);
        Feed(replay, 1, 31, DateTimeOffset.UnixEpoch, monotonicSeconds: 10);
        Feed(replay, 2, 31, Start, monotonicSeconds: 12);
        Feed(replay, 3, 31, Start.AddHours(1), monotonicSeconds: 5, boot: 2);
        Assert.Empty(alerts);
        replay.Pass(TimeSpan.FromSeconds(70));
        Assert.Single(alerts);
    }

    [Fact]
    public void Episodes_are_compared_by_their_id_and_then_by_key_and_time()
    {
        var same = Episode("a", "k1", 0, 10);
        var near = Episode("b", "k2", 0, 10);
        var pairs = RaisedAlertPair.Compare(
            [same, near, Episode("c", "k3", 5, 6)],
            [same, Episode("x", "k2", 3, 12), Episode("y", "k3", 20, 30)]);

        Assert.Equal(
            ["a-a same", "b-x", "c-", "-y"],
            pairs.Select(pair => $"{pair.Would?.Fired.Id}-{pair.Was?.Fired.Id}{(pair.IsSame ? " same" : "")}"));
    }

    [Fact]
    public void Alerts_over_rows_are_compared_by_key_and_order_within_the_lag()
    {
        var pairs = RaisedAlertPair.CompareRows(
            [Episode("1", "k1", 0, 2), Episode("2", "k1", 4, 6), Episode("3", "k1", 90, 91), Episode("4", "k2", 0, 2)],
            [
                Episode("2", "k1", 5, 7), Episode("x", "k1", 9, 11), Episode("1", "k1", 20, 22),
                Episode("y", "k2", 13, 14),
            ],
            TimeSpan.FromSeconds(10));

        Assert.Equal(
            ["1-2 same", "4-", "2-x same", "-y", "-1", "3-"],
            pairs.Select(pair => $"{pair.Would?.Fired.Id}-{pair.Was?.Fired.Id}{(pair.IsSame ? " same" : "")}"));
    }

    [Fact]
    public void Stored_times_are_those_of_the_milliseconds_that_the_rows_are_in()
    {
        var would = Episode("1", "k", 0, 0);
        var firedAt = new Timestamp(would.Fired.FiredAt.UnixMicroseconds + 400);
        would = would with { Fired = would.Fired with { FiredAt = firedAt } };

        var pair = Assert.Single(RaisedAlertPair.CompareRows([would], [Episode("2", "k", 0, 0)], TimeSpan.Zero));

        Assert.True(pair.IsSame);
    }

    private static string TextOf(Alert alert) =>
        $"{alert.Id} {alert.Rule} {alert.State} {alert.Key} {alert.Value} {alert.Threshold:R} {alert.FiredAt} "
            + $"{alert.ResolvedAt} {alert.Message}";

    private static RaisedAlert Episode(string id, string key, int from, int to)
    {
        var fired = new Alert
        {
            Id = id, Rule = "r", Severity = RuleSeverity.Info, State = AlertState.Firing, Key = key, Field = "t",
            Value = 1, Threshold = 0, Message = "m", FiredAt = Timestamp.From(Start.AddSeconds(from)),
        };
        return new RaisedAlert(fired, AlertSink.Resolve(fired, 0, Timestamp.From(Start.AddSeconds(to))));
    }

    private static void Feed(
        RuleReplay replay, long sequence, int value, DateTimeOffset arrival, double? monotonicSeconds = null,
        uint boot = 1, string key = "k")
    {
        var record = new StreamRecord
        {
            Sequence = new SequenceNumber(sequence),
            ArrivalTime = Timestamp.From(arrival),
            EventTime = Timestamp.From(Start),
            PartitionKey = Encoding.UTF8.GetBytes(key),
            Data = Encoding.UTF8.GetBytes($"{{\"value\":{value}}}"),
        };
        var monotonic = monotonicSeconds is { } seconds
            ? (long)(seconds * 1_000_000)
            : Timestamp.From(arrival).UnixMicroseconds;
        replay.Evaluate(in record, monotonic, boot);
    }
}
