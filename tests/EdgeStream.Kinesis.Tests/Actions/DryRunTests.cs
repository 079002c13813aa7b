namespace EdgeStream.Kinesis.Tests.Actions;

public sealed class DryRunTests
{
    private const string DryRun = "DryRunOperationException";
    private const string Put = """{"StreamName":"s","PartitionKey":"k","Data":"e30=","DryRun":true}""";

    [Fact]
    public async Task What_would_succeed_is_told_and_not_done()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.RefusedAsync(DryRun, "PutRecord", Put);
        await kinesis.RefusedAsync(
            DryRun, "PutRecords",
            """{"StreamName":"s","Records":[{"PartitionKey":"k","Data":"e30="}],"DryRun":true}""");
        Assert.Empty(await kinesis.TextsAsync());

        var iterator = await kinesis.IteratorAsync();
        await kinesis.RefusedAsync(
            DryRun, "GetRecords", $$"""{"ShardIterator":"{{iterator}}","DryRun":true}""");
        await kinesis.RefusedAsync(
            DryRun, "GetShardIterator",
            """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"LATEST","DryRun":true}""");
        var registered = await kinesis.OkAsync(
            "RegisterStreamConsumer",
            """{"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s","ConsumerName":"c"}""");
        var arn = registered.GetProperty("Consumer").GetProperty("ConsumerARN").GetString();
        await kinesis.RefusedAsync(
            DryRun, "SubscribeToShard",
            $$"""
            {"ConsumerARN":"{{arn}}","ShardId":"shardId-000000000000","StartingPosition":{"Type":"LATEST"},
            "DryRun":true}
            """);
        Assert.Equal(0, kinesis.Service.SubscriptionCount);
    }

    [Fact]
    public async Task What_would_fail_fails_as_it_would()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.RefusedAsync("ResourceNotFoundException", "PutRecord", Put);
        await kinesis.MakeStreamAsync();
        await kinesis.RefusedAsync(
            "InvalidArgumentException", "PutRecord",
            """{"StreamName":"s","PartitionKey":"k","Data":"","SequenceNumberForOrdering":"5","DryRun":true}""");
        await kinesis.RefusedAsync(
            "SerializationException", "PutRecord",
            """{"StreamName":"s","PartitionKey":"k","Data":"","DryRun":"yes"}""");
    }

    [Fact]
    public async Task Where_it_is_false_the_call_is_made()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.OkAsync("PutRecord", Put.Replace("true", "false", StringComparison.Ordinal));
        Assert.Equal(["{}"], await kinesis.TextsAsync());
    }
}
