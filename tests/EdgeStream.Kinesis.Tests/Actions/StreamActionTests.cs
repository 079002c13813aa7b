using System.Text.Json;

namespace EdgeStream.Kinesis.Tests.Actions;

public sealed class StreamActionTests
{
    private const string S = """{"StreamName":"s"}""";
    private const string ByArn = "\"StreamARN\":\"" + KinesisUnderTest.StreamArn + "\"";

    [Fact]
    public async Task A_stream_is_made_described_and_deleted()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync(2);
        var stream = (await kinesis.OkAsync("DescribeStream", S)).GetProperty("StreamDescription");
        Assert.Equal("s", Text(stream, "StreamName"));
        Assert.Equal(KinesisUnderTest.StreamArn, Text(stream, "StreamARN"));
        Assert.Equal("ACTIVE", Text(stream, "StreamStatus"));
        Assert.Equal("NONE", Text(stream, "EncryptionType"));
        Assert.Equal(24, stream.GetProperty("RetentionPeriodHours").GetInt32());
        Assert.Equal("PROVISIONED", Text(stream.GetProperty("StreamModeDetails"), "StreamMode"));
        Assert.Equal(2, stream.GetProperty("Shards").GetArrayLength());
        Assert.False(stream.GetProperty("HasMoreShards").GetBoolean());
        var summary = (await kinesis.OkAsync("DescribeStreamSummary", $"{{{ByArn}}}"))
            .GetProperty("StreamDescriptionSummary");
        Assert.Equal(2, summary.GetProperty("OpenShardCount").GetInt32());
        Assert.Equal(1024, summary.GetProperty("MaxRecordSizeInKiB").GetInt32());
        await kinesis.OkAsync("DeleteStream", S);
        var message = await kinesis.RefusedAsync("ResourceNotFoundException", "DescribeStream", S);
        Assert.Equal("Stream s under account 000000000000 not found.", message);
    }

    [Theory]
    [InlineData("""{"StreamName":"s","ShardCount":1}""", "ResourceInUseException",
        "Stream s under account 000000000000 already exists.")]
    [InlineData("""{"StreamName":"t"}""", "ValidationException",
        "1 validation error detected: Value null at 'shardCount' failed to satisfy constraint: Member must not be "
            + "null")]
    [InlineData("""{"StreamName":"t","ShardCount":65}""", "LimitExceededException",
        "A stream of the gateway has at most 64 open shards; 65 were asked for.")]
    [InlineData("""{"StreamName":"t","ShardCount":1,"Tags":{"a":"!"}}""", "InvalidArgumentException",
        "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + "
            + "- % @.")]
    public async Task A_stream_is_not_made(string json, string type, string message)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        Assert.Equal(message, await kinesis.RefusedAsync(type, "CreateStream", json));
    }

    [Fact]
    public async Task The_limit_of_the_account_counts_all_streams()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync(
            change: options => options with { ShardsMax = 3, OnDemandStreamsMax = 0 });
        await kinesis.MakeStreamAsync(2);
        var message = await kinesis.RefusedAsync(
            "LimitExceededException", "CreateStream", """{"StreamName":"t","ShardCount":2}""");
        Assert.StartsWith(
            "This request would exceed the shard limit for the account 000000000000 in us-east-1. Current shard "
                + "count for "
                + "the account: 2. Limit: 3. Number of additional shards that would have resulted from this "
                    + "request: 2. ",
            message);
        await kinesis.RefusedAsync(
            "LimitExceededException", "CreateStream",
            """{"StreamName":"t","StreamModeDetails":{"StreamMode":"ON_DEMAND"} }""");
        var limits = await kinesis.OkAsync("DescribeLimits", "{}");
        Assert.Equal(
            """{"ShardLimit":3,"OpenShardCount":2,"OnDemandStreamCount":0,"OnDemandStreamCountLimit":0}""",
            limits.GetRawText());
    }

    [Fact]
    public async Task Streams_are_listed_a_page_at_a_time()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        foreach (var name in new[] { "b", "a", "c" })
        {
            await kinesis.MakeStreamAsync(name: name);
        }

        var first = await kinesis.OkAsync("ListStreams", """{"Limit":2}""");
        Assert.Equal(["a", "b"], Names(first));
        Assert.True(first.GetProperty("HasMoreStreams").GetBoolean());
        var second = await kinesis.OkAsync("ListStreams", $$"""{"NextToken":"{{Text(first, "NextToken")}}"}""");
        Assert.Equal(["c"], Names(second));
        Assert.False(second.GetProperty("HasMoreStreams").GetBoolean());
        Assert.Equal(["b", "c"], Names(await kinesis.OkAsync("ListStreams", """{"ExclusiveStartStreamName":"a"}""")));
        await kinesis.RefusedAsync("InvalidArgumentException", "ListStreams", """{"NextToken":"bogus"}""");
    }

    [Fact]
    public async Task Name_and_arn_must_name_the_same_stream_of_this_account()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.OkAsync("DescribeStream", $$"""{"StreamName":"s",{{ByArn}}}""");
        await kinesis.RefusedAsync("InvalidArgumentException", "DescribeStream", $$"""{"StreamName":"t",{{ByArn}}}""");
        var other = ByArn.Replace("000000000000", "111111111111", StringComparison.Ordinal);
        Assert.Equal(
            "Stream s under account 111111111111 not found.",
            await kinesis.RefusedAsync("ResourceNotFoundException", "DescribeStream", $"{{{other}}}"));
    }

    [Fact]
    public async Task Retention_is_raised_and_lowered_within_its_range()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.OkAsync("IncreaseStreamRetentionPeriod", """{"StreamName":"s","RetentionPeriodHours":48}""");
        Assert.Equal(TimeSpan.FromHours(48), kinesis.Store.Streams[0].Definition.RetentionAge);
        await kinesis.OkAsync("DecreaseStreamRetentionPeriod", """{"StreamName":"s","RetentionPeriodHours":30}""");
        foreach (var (action, hours, message) in new[]
        {
            ("IncreaseStreamRetentionPeriod", 29, "Requested retention period (29 hours) for stream s can not be "
                + "shorter than "
                + "existing retention period (30 hours). Use DecreaseRetentionPeriod API."),
            ("DecreaseStreamRetentionPeriod", 31, "Requested retention period (31 hours) for stream s can not be "
                + "longer than "
                + "existing retention period (30 hours). Use IncreaseRetentionPeriod API."),
            ("DecreaseStreamRetentionPeriod", 23, "Minimum allowed retention period is 24 hours. Requested "
                + "retention period "
                + "(23 hours) is too short."),
            ("IncreaseStreamRetentionPeriod", 8761, "Maximum allowed retention period is 8760 hours. Requested "
                + "retention "
                + "period (8761 hours) is too long."),
        })
        {
            Assert.Equal(message, await kinesis.RefusedAsync(
                "InvalidArgumentException", action, $$"""{"StreamName":"s","RetentionPeriodHours":{{hours}}}"""));
        }
    }

    [Fact]
    public async Task What_the_configuration_has_made_is_not_deleted()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync(
            change: options => options with { IsOfHost = name => name == "s" });
        await kinesis.MakeStreamAsync();
        await kinesis.RefusedAsync("ResourceInUseException", "DeleteStream", S);
        await kinesis.RefusedAsync(
            "ResourceInUseException", "IncreaseStreamRetentionPeriod",
                """{"StreamName":"s","RetentionPeriodHours":48}""");
        Assert.Single(kinesis.Store.Streams);
    }

    [Fact]
    public async Task The_mode_decides_about_limits_scaling_and_warm_throughput()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        const string Warm = """{"StreamName":"s","WarmThroughputMiBps":7}""";
        await kinesis.RefusedAsync("ValidationException", "UpdateStreamWarmThroughput", Warm);
        await kinesis.OkAsync("UpdateStreamMode", $$"""{{{ByArn}},"StreamModeDetails":{"StreamMode":"ON_DEMAND"} }""");
        await kinesis.RefusedAsync("ValidationException", "UpdateStreamWarmThroughput", Warm);
        Assert.Equal(
            """{"MinimumThroughputBillingCommitment":{"Status":"DISABLED"}}""",
            (await kinesis.OkAsync("DescribeAccountSettings", "{}")).GetRawText());
        await kinesis.OkAsync(
            "UpdateAccountSettings", """{"MinimumThroughputBillingCommitment":{"Status":"ENABLED"}}""");
        var warm = await kinesis.OkAsync("UpdateStreamWarmThroughput", Warm);
        Assert.Equal(7, warm.GetProperty("WarmThroughput").GetProperty("CurrentMiBps").GetInt32());
        Assert.Equal(
            "Request is invalid. Stream s under account 000000000000 is in On-Demand mode.",
            await kinesis.RefusedAsync(
                "ValidationException",
                "UpdateShardCount",
                """{"StreamName":"s","TargetShardCount":2,"ScalingType":"UNIFORM_SCALING"}"""));
    }

    [Fact]
    public async Task Larger_records_are_taken_when_the_stream_says_so()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.OkAsync("UpdateStreamMode", $$"""{{{ByArn}},"StreamModeDetails":{"StreamMode":"ON_DEMAND"} }""");
        var put = $$"""{"StreamName":"s","PartitionKey":"k","Data":"{{Convert.ToBase64String(new byte[9 << 20])}}"}""";
        Assert.Equal(
            "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=9437184 cap=9437184]' at "
                + "'data' failed to "
                + "satisfy constraint: Member must have length less than or equal to 1048576",
            await kinesis.RefusedAsync("ValidationException", "PutRecord", put));
        await kinesis.OkAsync("UpdateMaxRecordSize", $$"""{{{ByArn}},"MaxRecordSizeInKiB":10240}""");
        await kinesis.OkAsync("PutRecord", put);
        var read = await kinesis.ReadAsync(await kinesis.IteratorAsync());
        Assert.Equal(9 << 20, read.GetProperty("Records")[0].GetProperty("Data").GetBytesFromBase64().Length);
    }

    [Fact]
    public async Task Warm_throughput_is_for_streams_on_demand_of_an_account_with_the_commitment()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        const string OnDemand = "\"StreamModeDetails\":{\"StreamMode\":\"ON_DEMAND\"},\"WarmThroughputMiBps\":7";
        const string Warm = "{\"StreamName\":\"s\"," + OnDemand + "}";
        Assert.EndsWith(
            "is in Provisioned mode.",
            await kinesis.RefusedAsync(
                "ValidationException", "CreateStream", """{"StreamName":"s","ShardCount":1,"WarmThroughputMiBps":7}"""),
            StringComparison.Ordinal);
        Assert.Contains("Commitment", await kinesis.RefusedAsync("ValidationException", "CreateStream", Warm));
        await kinesis.MakeStreamAsync();
        await kinesis.RefusedAsync("ValidationException", "UpdateStreamMode", $"{{{ByArn},{OnDemand}}}");
        await kinesis.OkAsync(
            "UpdateAccountSettings", """{"MinimumThroughputBillingCommitment":{"Status":"ENABLED"}}""");
        await kinesis.OkAsync("UpdateStreamMode", $"{{{ByArn},{OnDemand}}}");
        await kinesis.OkAsync("CreateStream", Warm.Replace("\"s\"", "\"t\"", StringComparison.Ordinal));
        await kinesis.OkAsync(
            "UpdateStreamMode", $$"""{{{ByArn}},"StreamModeDetails":{"StreamMode":"PROVISIONED"} }""");
        Assert.False((await kinesis.OkAsync("DescribeStreamSummary", S)).GetProperty("StreamDescriptionSummary")
            .TryGetProperty("WarmThroughput", out _));
    }

    [Fact]
    public async Task Monitoring_encryption_and_policies_are_remembered()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        var enabled = await kinesis.OkAsync(
            "EnableEnhancedMonitoring", """{"StreamName":"s","ShardLevelMetrics":["IncomingBytes","OutgoingBytes"]}""");
        Assert.Equal("[]", enabled.GetProperty("CurrentShardLevelMetrics").GetRawText());
        var disabled = await kinesis.OkAsync(
            "DisableEnhancedMonitoring", """{"StreamName":"s","ShardLevelMetrics":["IncomingBytes"]}""");
        Assert.Equal("""["OutgoingBytes"]""", disabled.GetProperty("DesiredShardLevelMetrics").GetRawText());
        const string Kms = """{"StreamName":"s","EncryptionType":"KMS","KeyId":"alias/aws/kinesis"}""";
        await kinesis.RefusedAsync("KMSNotFoundException", "StartStreamEncryption", Kms);
        await kinesis.OkAsync("StopStreamEncryption", Kms);
        const string Arn = "\"ResourceARN\":\"" + KinesisUnderTest.StreamArn + "\"";
        await kinesis.RefusedAsync("ResourceNotFoundException", "GetResourcePolicy", $"{{{Arn}}}");
        await kinesis.RefusedAsync("InvalidArgumentException", "PutResourcePolicy", $$"""{{{Arn}},"Policy":"no"}""");
        await kinesis.OkAsync("PutResourcePolicy", $$"""{{{Arn}},"Policy":"{}"}""");
        Assert.Equal("{}", Text(await kinesis.OkAsync("GetResourcePolicy", $"{{{Arn}}}"), "Policy"));
        await kinesis.OkAsync("DeleteResourcePolicy", $"{{{Arn}}}");
        await kinesis.RefusedAsync("ResourceNotFoundException", "DeleteResourcePolicy", $"{{{Arn}}}");
    }

    [Fact]
    public async Task Tags_are_added_listed_and_removed()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        const string Arn = "\"ResourceARN\":\"" + KinesisUnderTest.StreamArn + "\"";
        await kinesis.OkAsync("AddTagsToStream", """{"StreamName":"s","Tags":{"b":"2","a":"1"}}""");
        await kinesis.OkAsync("TagResource", $$"""{{{Arn}},"Tags":{"c":"3"} }""");
        var page = await kinesis.OkAsync("ListTagsForStream", """{"StreamName":"s","Limit":2}""");
        Assert.Equal(
            """{"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}],"HasMoreTags":true}""", page.GetRawText());
        await kinesis.OkAsync("RemoveTagsFromStream", """{"StreamName":"s","TagKeys":["a","none"]}""");
        await kinesis.OkAsync("UntagResource", $$"""{{{Arn}},"TagKeys":["b"]}""");
        Assert.Equal(
            """{"Tags":[{"Key":"c","Value":"3"}]}""",
            (await kinesis.OkAsync("ListTagsForResource", $"{{{Arn}}}")).GetRawText());
        Assert.Contains("is reserved", await kinesis.RefusedAsync(
            "InvalidArgumentException", "AddTagsToStream", """{"StreamName":"s","Tags":{"AWS:x":"1"} }"""));
        var many = string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"k{i}\":\"v\""));
        await kinesis.RefusedAsync(
            "InvalidArgumentException", "AddTagsToStream", $$"""{"StreamName":"s","Tags":{ {{many}} } }""");
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string[] Names(JsonElement answer) =>
        [.. answer.GetProperty("StreamNames").EnumerateArray().Select(name => name.GetString()!)];
}
