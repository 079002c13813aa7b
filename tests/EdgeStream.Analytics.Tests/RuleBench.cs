using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics.Tests;

/// <summary>Rules on one shard without any disk: feeds records and collects alerts as short texts.</summary>
internal sealed class RuleBench
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 30, 0, TimeSpan.Zero);

    public RuleBench(params RuleDefinition[] definitions)
        : this(10_000, definitions)
    {
    }

    public RuleBench(int keysMax, params RuleDefinition[] definitions) =>
        Rules = new ShardRules("readings", "shardId-000000000000", definitions, keysMax);

    public TestTime Time { get; } = new();

    public ShardRules Rules { get; }

    public Rule Rule => Rules.Rules[0];

    public long Sequence { get; private set; }

    public static ThresholdRuleDefinition Above(double above, double hysteresis = 0, double forSeconds = 0) => new()
    {
        Name = "hot",
        Stream = "readings",
        Field = "value",
        Above = above,
        Hysteresis = hysteresis,
        For = TimeSpan.FromSeconds(forSeconds),
    };

    public static AnomalyRuleDefinition Anomaly() => new() { Name = "odd", Stream = "readings", Field = "value" };

    /// <summary>Feeds a value at a time of seconds after the start; the states of the alerts it raised.</summary>
    public string Feed(double value, double second = 0, string key = "k") =>
        FeedData($"{{\"value\":{value.ToString("R", CultureInfo.InvariantCulture)}}}", Start.AddSeconds(second), key);

    public string FeedData(string data, DateTimeOffset? time = null, string key = "k")
    {
        var record = new StreamRecord
        {
            Sequence = new SequenceNumber(++Sequence),
            ArrivalTime = Timestamp.From(Time.Now),
            EventTime = Timestamp.From(time ?? Start),
            PartitionKey = Encoding.UTF8.GetBytes(key),
            Data = Encoding.UTF8.GetBytes(data),
        };
        Rules.Evaluate(in record, Time.GetTimestamp());
        return TakeStates();
    }

    /// <summary>Makes the next record have this position.</summary>
    public void FeedAt(long sequence) => Sequence = sequence - 1;

    /// <summary>Lets time pass in silence; the states of the alerts that it raised.</summary>
    public string Pass(double seconds)
    {
        Time.Pass(TimeSpan.FromSeconds(seconds));
        Rules.Tick(Time);
        return TakeStates();
    }

    public IReadOnlyList<Alert> TakeAlerts()
    {
        var alerts = Rules.Sink.Alerts.ToList();
        Rules.Sink.Clear();
        return alerts;
    }

    private string TakeStates()
    {
        LastAlerts = TakeAlerts();
        return string.Join(' ', LastAlerts.Select(alert => AlertJson.WordOf(alert.State)));
    }

    public IReadOnlyList<Alert> LastAlerts { get; private set; } = [];
}
