namespace EdgeStream.Kinesis.Tests.Actions;

public sealed class RecordDistributionTests
{
    private const string ByArn = "\"StreamARN\":\"" + KinesisUnderTest.StreamArn + "\"";
    private const string Even = $$"""{{{ByArn}},"RecordDistributionStrategy":"AUTO"}""";
    private const string ByKey = $$"""{{{ByArn}},"RecordDistributionStrategy":"USER_PARTITION_KEY"}""";
    private const string OnDemand = "\"StreamModeDetails\":{\"StreamMode\":\"ON_DEMAND\"}";

    [Fact]
    public async Task Records_of_one_key_go_to_every_shard_in_turn_until_keys_count_again()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.OkAsync("CreateStream", $$"""{"StreamName":"s",{{OnDemand}}}""");
        Assert.Equal("USER_PARTITION_KEY", await StrategyAsync(kinesis));
        Assert.Single(await ShardsOfPutsAsync(kinesis));
        await kinesis.OkAsync("UpdateStreamRecordDistributionStrategy", Even);
        Assert.Equal("AUTO", await StrategyAsync(kinesis));
        Assert.Equal(4, (await ShardsOfPutsAsync(kinesis)).Count);
        await kinesis.OkAsync("UpdateStreamRecordDistributionStrategy", ByKey);
        Assert.Single(await ShardsOfPutsAsync(kinesis));
    }

    [Fact]
    public async Task A_stream_may_be_made_with_it()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.OkAsync(
            "CreateStream", $$"""{"StreamName":"s",{{OnDemand}},"RecordDistributionStrategy":"AUTO"}""");
        Assert.Equal("AUTO", await StrategyAsync(kinesis));
        Assert.Equal(4, (await ShardsOfPutsAsync(kinesis)).Count);
    }

    [Fact]
    public async Task Its_records_need_no_keys_and_are_read_without_as_long_as_it_distributes_them()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.OkAsync(
            "CreateStream", $$"""{"StreamName":"s",{{OnDemand}},"RecordDistributionStrategy":"AUTO"}""");
        var put = await kinesis.OkAsync("PutRecord", $$"""{{{ByArn}},"Data":"YQ=="}""");
        var shard = put.GetProperty("ShardId").GetString()!;
        var record = (await kinesis.ReadAsync(await kinesis.IteratorAsync(shard))).GetProperty("Records")[0];
        Assert.Equal("YQ==", record.GetProperty("Data").GetString());
        Assert.False(record.TryGetProperty("PartitionKey", out _));
        var many = await kinesis.OkAsync(
            "PutRecords", """{"StreamName":"s","Records":[{"Data":"YQ=="},{"Data":"YQ==","PartitionKey":"k"}]}""");
        Assert.Equal(0, many.GetProperty("FailedRecordCount").GetInt32());
        Assert.Contains("at 'data'", await kinesis.RefusedAsync("ValidationException", "PutRecord", $"{{{ByArn}}}"));
        await kinesis.OkAsync("UpdateStreamRecordDistributionStrategy", ByKey);
        Assert.Contains("at 'partitionKey'", await kinesis.RefusedAsync(
            "ValidationException", "PutRecord", $$"""{{{ByArn}},"Data":"YQ=="}"""));
    }

    [Fact]
    public async Task A_provisioned_stream_distributes_by_keys_alone()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.RefusedAsync(
            "InvalidArgumentException",
            "CreateStream",
            """{"StreamName":"s","ShardCount":2,"RecordDistributionStrategy":"AUTO"}""");
        await kinesis.MakeStreamAsync(2);
        Assert.Null(await StrategyAsync(kinesis));
        Assert.Equal(
            "RecordDistributionStrategy AUTO is for streams of the mode ON_DEMAND; stream s under account 000000000000 "
                + "is in Provisioned mode.",
            await kinesis.RefusedAsync(
                "InvalidArgumentException", "UpdateStreamRecordDistributionStrategy", Even));
        await kinesis.OkAsync("UpdateStreamRecordDistributionStrategy", ByKey);
        await kinesis.OkAsync("UpdateStreamMode", $$"""{{{ByArn}},{{OnDemand}}}""");
        await kinesis.OkAsync("UpdateStreamRecordDistributionStrategy", Even);
        await kinesis.OkAsync(
            "UpdateStreamMode", $$"""{{{ByArn}},"StreamModeDetails":{"StreamMode":"PROVISIONED"} }""");
        Assert.Single(await ShardsOfPutsAsync(kinesis));
        await kinesis.OkAsync("UpdateStreamMode", $$"""{{{ByArn}},{{OnDemand}}}""");
        Assert.Equal("USER_PARTITION_KEY", await StrategyAsync(kinesis));
    }

    private static async Task<string?> StrategyAsync(KinesisUnderTest kinesis)
    {
        var answer = await kinesis.OkAsync("DescribeStreamSummary", $"{{{ByArn}}}");
        return answer.GetProperty("StreamDescriptionSummary").TryGetProperty(
            "RecordDistributionStrategy", out var strategy) ? strategy.GetString() : null;
    }

    private static async Task<HashSet<string>> ShardsOfPutsAsync(KinesisUnderTest kinesis)
    {
        var shards = new HashSet<string>();
        var record = """{"PartitionKey":"k","ExplicitHashKey":"1","Data":"YQ=="}""";
        for (var i = 0; i < 2; i++)
        {
            var many = await kinesis.OkAsync(
                "PutRecords", $$"""{"StreamName":"s","Records":[{{record}},{{record}},{{record}}]}""");
            shards.UnionWith(many.GetProperty("Records").EnumerateArray()
                .Select(put => put.GetProperty("ShardId").GetString()!));
        }

        return shards;
    }
}
