using System.Globalization;
using System.Text;
using EdgeStream.Analytics;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Benchmarks.Areas.Alerts;

/// <summary>Measures how many records a second a rule is tried on, without the reading of the log.</summary>
internal static class ReplaySpeed
{
    private const int KeyCount = 100;
    private const int MicrosecondsBetween = 10_000;

    /// <summary>Records a second.</summary>
    public static double Measure(int records, int seed)
    {
        var random = new Random(seed);
        var keys = Array.ConvertAll(
            Enumerable.Range(0, KeyCount).ToArray(),
            index => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"device-{index}")));
        var values = Array.ConvertAll(
            Enumerable.Range(0, 1_000).ToArray(),
            _ => Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"humidity":{{random.Next(100)}},"t":{{random.Next(29_950)}}e-3}""")));
        var rule = new ThresholdRuleDefinition
        {
            Name = "hot", Stream = "readings", Field = "t", Above = 29.9, For = TimeSpan.FromSeconds(1),
        };
        var replay = new RuleReplay("readings", "shardId-000000000000", [rule], _ => { });
        var began = TimeProvider.System.GetTimestamp();
        for (var index = 0; index < records; index++)
        {
            var at = new Timestamp((long)index * MicrosecondsBetween);
            var record = new StreamRecord
            {
                Sequence = new SequenceNumber(index + 1),
                ArrivalTime = at,
                EventTime = at,
                PartitionKey = keys[index % KeyCount],
                Data = values[index % values.Length],
            };
            replay.Evaluate(in record, at.UnixMicroseconds, boot: 1);
        }

        return records / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }
}
