using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics.Tests;

public sealed class AllocationTests
{
    private static readonly byte[] Key = "plant/line1/pump7"u8.ToArray();

    private static readonly byte[] Data = Encoding.UTF8.GetBytes(
        """{"temperature":21.5,"humidity":40.1,"motor":{"rpm":1480,"state":"run"},"name":"Pump 7"}""");

    [Theory]
    [InlineData("threshold")]
    [InlineData("pending")]
    [InlineData("anomaly")]
    public void Evaluating_a_rule_on_a_record_allocates_nothing(string kind)
    {
        RuleDefinition rule = kind == "anomaly"
            ? RuleBench.Anomaly() with { Field = "motor.rpm", MinimumDeviation = 1 }
            : RuleBench.Above(30) with
            {
                Field = "motor.rpm",
                Above = kind == "pending" ? 1000 : 2000,
                For = TimeSpan.FromDays(1),
                Where = "name LIKE 'Pump%' AND PARTITION_KEY <> 'x' AND temperature < 50",
            };
        var rules = new ShardRules("readings", "shardId-000000000000", [rule], 10_000);
        Evaluate(rules, 0, 100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Evaluate(rules, 100, 1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, rules.Rules[0].Ignored);
        Assert.Equal(kind == "pending" ? 1 : 0, rules.Rules[0].Pending);
    }

    [Theory]
    [InlineData("rateOfChange")]
    [InlineData("missing")]
    [InlineData("stuck")]
    [InlineData("levelShift")]
    [InlineData("drift")]
    [InlineData("default")]
    public void Watching_how_a_number_behaves_allocates_nothing(string kind)
    {
        var rule = BehaviourRules.Of(kind) with { Field = "motor.rpm" };
        rule = rule is StuckRuleDefinition stuck ? stuck with { Values = null, For = TimeSpan.FromDays(1) } : rule;
        var rules = new ShardRules("readings", "shardId-000000000000", [rule], 10_000);
        Evaluate(rules, 0, 100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Evaluate(rules, 100, 1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(rules.Sink.Alerts);
    }

    private static void Evaluate(ShardRules rules, int first, int count)
    {
        for (var index = first; index < first + count; index++)
        {
            var record = new StreamRecord
            {
                Sequence = new SequenceNumber(index + 1),
                ArrivalTime = new Timestamp(index * 1000),
                EventTime = new Timestamp(index * 1000),
                PartitionKey = Key,
                Data = Data,
            };
            rules.Evaluate(in record, 0);
        }
    }
}
