using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Queues;

/// <summary>What queues mean for their stream, and what of the stream they tell.</summary>
public sealed class QueueRuleTests
{
    private const string ByArn = "\"StreamARN\":\"" + KinesisUnderTest.StreamArn + "\"";

    [Fact]
    public async Task A_stream_is_neither_deleted_nor_made_PROVISIONED_before_its_queues_are_deleted()
    {
        await using var kinesis = await StartAsync(new ManualTimeProvider());
        var queue = await CreateAsync(kinesis, "q");
        const string Delete = """{"StreamName":"s","EnforceConsumerDeletion":true}""";
        const string Provision = "{" + ByArn + ",\"StreamModeDetails\":{\"StreamMode\":\"PROVISIONED\"}}";
        foreach (var (action, request) in new[] { ("DeleteStream", Delete), ("UpdateStreamMode", Provision) })
        {
            Assert.Contains(
                "has 1 queues. Delete every one of them with DeleteQueue",
                await kinesis.RefusedAsync("ResourceInUseException", action, request),
                StringComparison.Ordinal);
        }

        // What stays as it is, is no switch.
        await kinesis.OkAsync("UpdateStreamMode", Provision.Replace("PROVISIONED", "ON_DEMAND"));
        await kinesis.OkAsync("DeleteQueue", $$"""{"QueueARN":"{{queue}}"}""");
        await kinesis.OkAsync("UpdateStreamMode", Provision);
        await kinesis.OkAsync("DeleteStream", Delete);
    }

    [Fact]
    public async Task A_stream_on_demand_has_50_queues_and_consumers_where_its_account_is_committed()
    {
        await using var kinesis = await StartAsync(new ManualTimeProvider());
        await kinesis.OkAsync(
            "UpdateAccountSettings", """{"MinimumThroughputBillingCommitment":{"Status":"ENABLED"}}""");
        for (var i = 0; i < 25; i++)
        {
            await CreateAsync(kinesis, $"q{i}");
            await kinesis.OkAsync("RegisterStreamConsumer", $$"""{{{ByArn}},"ConsumerName":"c{{i}}"}""");
        }

        await kinesis.RefusedAsync("LimitExceededException", "CreateQueue", Create("q"));
        await kinesis.RefusedAsync(
            "LimitExceededException", "RegisterStreamConsumer", $$"""{{{ByArn}},"ConsumerName":"c"}""");
        var summary = await kinesis.OkAsync("DescribeStreamSummary", """{"StreamName":"s"}""");
        Assert.Equal(50, summary.GetProperty("StreamDescriptionSummary").GetProperty("ConsumerCount").GetInt32());
    }

    [Fact]
    public async Task A_filter_with_a_time_of_creation_means_that_stream_and_none_before_it_of_the_name()
    {
        var time = new ManualTimeProvider();
        await using var kinesis = await StartAsync(time);
        await CreateAsync(kinesis, "q");
        var seconds = time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(1, await CountAsync(seconds));
        Assert.Equal(0, await CountAsync(seconds - 60));

        async Task<int> CountAsync(long created)
        {
            var page = await kinesis.OkAsync(
                "ListQueues", $$"""{"StreamFilter":[{{{ByArn}},"StreamCreationTimestamp":{{created}} }]}""");
            return page.GetProperty("QueueSummaries").GetArrayLength();
        }
    }

    [Fact]
    public async Task A_queue_tells_no_start_before_that_of_the_records_which_its_stream_kept_when_it_was_made()
    {
        var time = new ManualTimeProvider();
        await using var kinesis = await StartAsync(time);
        var made = Seconds();
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(made, await StartOfAsync("a", "TRIM_HORIZON"));
        Assert.Equal(made, await StartOfAsync("b", "AT_TIMESTAMP", made - 7));
        Assert.Equal(made + 7, await StartOfAsync("c", "AT_TIMESTAMP", made + 7));
        time.Advance(TimeSpan.FromHours(47));
        Assert.Equal(Seconds() - 86_400, await StartOfAsync("d", "TRIM_HORIZON"));
        Assert.Equal(Seconds() - 86_400, await StartOfAsync("e", "AT_TIMESTAMP", made + 7));
        Assert.Equal(Seconds(), await StartOfAsync("f", "LATEST"));

        long Seconds() => time.GetUtcNow().ToUnixTimeSeconds();

        async Task<long> StartOfAsync(string name, string type, long? at = null)
        {
            var timestamp = at is null ? "" : $",\"Timestamp\":{at}";
            var answer = await kinesis.OkAsync(
                "CreateQueue", Create(name, $",\"StartingPosition\":{{\"Type\":\"{type}\"{timestamp}}}"));
            return (long)answer.GetProperty("QueueDescription").GetProperty("StreamConfigurationList")[0]
                .GetProperty("StartingPosition").GetProperty("Timestamp").GetDouble();
        }
    }

    [Fact]
    public async Task A_queue_has_tags_and_a_policy_by_its_ARN_and_its_stream_has_none_of_them()
    {
        await using var kinesis = await StartAsync(new ManualTimeProvider());
        var made = await kinesis.OkAsync("CreateQueue", Create("q").Replace("]}", "],\"Tags\":{\"a\":\"1\"}}"));
        var queue = made.GetProperty("QueueDescription").GetProperty("QueueARN").GetString()!;
        await kinesis.OkAsync("TagResource", $$$"""{"ResourceARN":"{{{queue}}}","Tags":{"b":"2","c":"3"} }""");
        await kinesis.OkAsync("UntagResource", $$"""{"ResourceARN":"{{queue}}","TagKeys":["b"]}""");
        Assert.Equal(
            """{"Tags":[{"Key":"a","Value":"1"},{"Key":"c","Value":"3"}]}""", await TagsAsync(queue));
        Assert.Equal("""{"Tags":[]}""", await TagsAsync(KinesisUnderTest.StreamArn));
        var ofQueue = $$"""{"ResourceARN":"{{queue}}"}""";
        await kinesis.RefusedAsync("ResourceNotFoundException", "GetResourcePolicy", ofQueue);
        await kinesis.OkAsync("PutResourcePolicy", $$"""{"ResourceARN":"{{queue}}","Policy":"{}"}""");
        Assert.Equal("""{"Policy":"{}"}""", (await kinesis.OkAsync("GetResourcePolicy", ofQueue)).GetRawText());
        await kinesis.OkAsync("DeleteResourcePolicy", ofQueue);
        await kinesis.RefusedAsync("ResourceNotFoundException", "DeleteResourcePolicy", ofQueue);
        await kinesis.OkAsync("DeleteQueue", $$"""{"QueueARN":"{{queue}}"}""");
        await kinesis.RefusedAsync("ResourceNotFoundException", "ListTagsForResource", ofQueue);

        async Task<string> TagsAsync(string arn) =>
            (await kinesis.OkAsync("ListTagsForResource", $$"""{"ResourceARN":"{{arn}}"}""")).GetRawText();
    }

    private static async Task<KinesisUnderTest> StartAsync(TimeProvider time)
    {
        var kinesis = await KinesisUnderTest.StartAsync(time);
        await kinesis.OkAsync(
            "CreateStream", """{"StreamName":"s","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}""");
        return kinesis;
    }

    private static string Create(string name, string start = "") =>
        $"{{\"QueueName\":\"{name}\",\"StreamConfigurationList\":[{{{ByArn}{start}}}]}}";

    private static async Task<string> CreateAsync(KinesisUnderTest kinesis, string name)
    {
        var made = await kinesis.OkAsync("CreateQueue", Create(name));
        return made.GetProperty("QueueDescription").GetProperty("QueueARN").GetString()!;
    }
}
