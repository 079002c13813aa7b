using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Queues;

/// <summary>The actions of queues: each one's success and each one's errors.</summary>
public sealed class QueueActionTests
{
    private const string ByStream =
        "\"StreamConfigurationList\":[{\"StreamARN\":\"" + KinesisUnderTest.StreamArn + "\"";

    [Fact]
    public async Task Records_are_received_once_and_never_again_when_they_are_acknowledged()
    {
        var time = new ManualTimeProvider();
        await using var kinesis = await StartAsync(time);
        await kinesis.PutAsync("k", "before");
        var queue = await CreateAsync(kinesis);
        foreach (var text in new[] { "one", "two", "three" })
        {
            await kinesis.PutAsync("kéy", text);
        }

        var first = await ReceiveAsync(kinesis, queue, ",\"Limit\":2");
        Assert.Equal(["one", "two"], TextsOf(first));
        Assert.Equal(("kéy", 1), (Text(first[0], "PartitionKey"), first[0].GetProperty("ReceiveCount").GetInt32()));
        Assert.Equal(["three"], TextsOf(await ReceiveAsync(kinesis, queue)));
        Assert.Empty(await ReceiveAsync(kinesis, queue));
        var answer = await EntriesAsync(kinesis, "AcknowledgeQueueRecords", queue, first[0], null);
        Assert.Equal(1, answer.GetProperty("Successful").GetArrayLength());
        Assert.Equal("InvalidArgumentException", Text(answer.GetProperty("Failed")[0], "ErrorCode"));
        time.Advance(TimeSpan.FromSeconds(30));
        var again = await ReceiveAsync(kinesis, queue);
        Assert.Equal(["two", "three"], TextsOf(again));
        Assert.Equal(2, again[0].GetProperty("ReceiveCount").GetInt32());
        Assert.Equal(Text(first[1], "RecordId"), Text(again[0], "RecordId"));
        Assert.Equal(
            first[1].GetProperty("FirstReceiveTimestamp").GetDouble(),
            again[0].GetProperty("FirstReceiveTimestamp").GetDouble());
        Assert.NotEqual(Text(first[1], "ReceiptHandle"), Text(again[0], "ReceiptHandle"));

        // By an earlier receipt too, and a second time.
        await EntriesAsync(kinesis, "AcknowledgeQueueRecords", queue, first[1], again[1]);
        answer = await EntriesAsync(kinesis, "AcknowledgeQueueRecords", queue, again[0]);
        Assert.Equal(0, answer.GetProperty("Failed").GetArrayLength());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await ReceiveAsync(kinesis, queue));
    }

    [Fact]
    public async Task A_visibility_timeout_is_extended_ended_and_counts_for_the_last_receipt_alone()
    {
        var time = new ManualTimeProvider();
        await using var kinesis = await StartAsync(time);
        var queue = await CreateAsync(kinesis);
        await kinesis.PutAsync("k", "one");
        var first = (await ReceiveAsync(kinesis, queue, ",\"VisibilityTimeoutSeconds\":5"))[0];
        await VisibilityAsync(kinesis, "UpdateQueueRecordsVisibility", queue, first, 60, 1);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(await ReceiveAsync(kinesis, queue));
        await VisibilityAsync(kinesis, "UpdateQueueRecordsVisibility", queue, first, 0, 1);
        var second = Assert.Single(await ReceiveAsync(kinesis, queue));
        await VisibilityAsync(kinesis, "UpdateQueueRecordsVisibility", queue, first, 60, 0);
        await VisibilityAsync(kinesis, "UpdateDeadLetterQueueRecordsVisibility", queue, second, 60, 0);
        await VisibilityAsync(kinesis, "UpdateQueueRecordsVisibility", queue, second, 60, 1);
    }

    [Fact]
    public async Task What_is_received_too_often_is_a_dead_letter_that_is_restored_or_acknowledged()
    {
        var time = new ManualTimeProvider();
        await using var kinesis = await StartAsync(time);
        var queue = await CreateAsync(
            kinesis,
            attributes: "\"VisibilityTimeoutSeconds\":10,"
                + "\"DeadLetterConfiguration\":{\"TargetType\":\"BUILT_IN\",\"MaxReceiveCount\":2}");
        await kinesis.PutAsync("k", "poison");
        await ReceiveTimesAsync(2);
        Assert.Empty(await ReceiveAsync(kinesis, queue));
        var dead = Assert.Single(await ReceiveAsync(kinesis, queue, action: "ReceiveDeadLetterQueueRecords"));
        Assert.Equal("poison", Assert.Single(TextsOf([dead])));
        Assert.Empty(await ReceiveAsync(kinesis, queue, action: "ReceiveDeadLetterQueueRecords"));
        var refused = await EntriesAsync(kinesis, "AcknowledgeQueueRecords", queue, dead);
        Assert.Equal("ResourceNotFoundException", Text(refused.GetProperty("Failed")[0], "ErrorCode"));
        await VisibilityAsync(kinesis, "UpdateDeadLetterQueueRecordsVisibility", queue, dead, 60, 1);
        await EntriesAsync(kinesis, "RestoreDeadLetterQueueRecords", queue, dead);
        await ReceiveTimesAsync(2);
        dead = Assert.Single(await ReceiveAsync(kinesis, queue, action: "ReceiveDeadLetterQueueRecords"));
        var done = await EntriesAsync(kinesis, "AcknowledgeDeadLetterQueueRecords", queue, dead);
        Assert.Equal(1, done.GetProperty("Successful").GetArrayLength());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await ReceiveAsync(kinesis, queue, action: "ReceiveDeadLetterQueueRecords"));
        Assert.Empty(await ReceiveAsync(kinesis, queue));

        async Task ReceiveTimesAsync(int count)
        {
            for (var i = 1; i <= count; i++)
            {
                var record = Assert.Single(await ReceiveAsync(kinesis, queue));
                Assert.Equal(i, record.GetProperty("ReceiveCount").GetInt32());
                time.Advance(TimeSpan.FromSeconds(10));
            }
        }
    }

    [Fact]
    public async Task A_call_that_waits_is_answered_when_a_record_comes_and_when_one_becomes_visible()
    {
        await using var kinesis = await StartAsync(null);
        var queue = await CreateAsync(kinesis, attributes: "\"VisibilityTimeoutSeconds\":1");
        var waiting = ReceiveAsync(kinesis, queue, ",\"WaitTimeSeconds\":20");
        await kinesis.PutAsync("k", "one");
        var record = Assert.Single(await waiting);
        var again = Assert.Single(await ReceiveAsync(kinesis, queue, ",\"WaitTimeSeconds\":20"));
        Assert.Equal(2, again.GetProperty("ReceiveCount").GetInt32());
        Assert.Equal(Text(record, "RecordId"), Text(again, "RecordId"));
    }

    [Fact]
    public async Task Two_queues_of_a_stream_have_each_record_and_follow_its_shards_when_they_are_split()
    {
        await using var kinesis = await StartAsync(new ManualTimeProvider());
        await kinesis.PutAsync("k", "one");
        var from = ",\"StartingPosition\":{\"Type\":\"TRIM_HORIZON\"}";
        string[] queues =
        [
            await CreateAsync(kinesis, "a", from), await CreateAsync(kinesis, "b", from),
        ];
        var shards = (await kinesis.OkAsync("ListShards", """{"StreamName":"s"}""")).GetProperty("Shards");
        foreach (var shard in shards.EnumerateArray().ToArray())
        {
            var range = shard.GetProperty("HashKeyRange");
            var middle = (NumberOf(range, "StartingHashKey") / 2)
                + (NumberOf(range, "EndingHashKey") / 2);
            await kinesis.OkAsync("SplitShard", $$"""
                {"StreamName":"s","ShardToSplit":"{{Text(shard, "ShardId")}}","NewStartingHashKey":"{{middle}}"}
                """);
        }

        await kinesis.PutAsync("k", "two");
        await kinesis.PutAsync("other", "three");
        foreach (var queue in queues)
        {
            Assert.Equal(
                ["one", "three", "two"],
                TextsOf(await ReceiveAsync(kinesis, queue)).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Queues_are_described_changed_listed_counted_and_deleted()
    {
        await using var kinesis = await StartAsync(new ManualTimeProvider());
        var queue = await CreateAsync(kinesis, "b");
        await CreateAsync(kinesis, "a");
        await kinesis.OkAsync("UpdateQueue", $$$"""
            {"QueueARN":"{{{queue}}}","QueueAttributes":{"DeadLetterConfiguration":{"TargetType":"NONE"} }}
            """);
        var description = (await kinesis.OkAsync("DescribeQueue", Of(queue))).GetProperty("QueueDescription");
        Assert.Equal(
            """{"DeadLetterConfiguration":{"TargetType":"NONE"},"VisibilityTimeoutSeconds":30}""",
            description.GetProperty("QueueAttributes").GetRawText());
        Assert.Equal(("b", "ACTIVE"), (Text(description, "QueueName"), Text(description, "QueueStatus")));
        var position = description.GetProperty("StreamConfigurationList")[0].GetProperty("StartingPosition");
        Assert.Equal("LATEST", Text(position, "Type"));
        Assert.Equal(
            description.GetProperty("QueueCreationTimestamp").GetDouble(),
            position.GetProperty("Timestamp").GetDouble());
        var page = await kinesis.OkAsync("ListQueues", """{"MaxResults":1}""");
        Assert.Equal("a", Text(page.GetProperty("QueueSummaries")[0], "QueueName"));
        page = await kinesis.OkAsync("ListQueues", $$"""{"NextToken":"{{Text(page, "NextToken")}}"}""");
        Assert.Equal(queue, Text(Assert.Single(page.GetProperty("QueueSummaries").EnumerateArray()), "QueueARN"));
        page = await kinesis.OkAsync(
            "ListQueues", """{"StreamFilter":[{"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/t"}]}""");
        Assert.Empty(page.GetProperty("QueueSummaries").EnumerateArray());
        var summary = await kinesis.OkAsync("DescribeStreamSummary", """{"StreamName":"s"}""");
        Assert.Equal(2, summary.GetProperty("StreamDescriptionSummary").GetProperty("ConsumerCount").GetInt32());
        await kinesis.OkAsync("DeleteQueue", Of(queue));
        await kinesis.RefusedAsync("ResourceNotFoundException", "DescribeQueue", Of(queue));
        page = await kinesis.OkAsync("ListQueues", "{}");
        Assert.Equal("a", Text(Assert.Single(page.GetProperty("QueueSummaries").EnumerateArray()), "QueueName"));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_and_said()
    {
        await using var kinesis = await StartAsync(new ManualTimeProvider());
        await kinesis.MakeStreamAsync(name: "p");
        var queue = await CreateAsync(kinesis);
        await RefusedAsync("ResourceInUseException", "is there already", Create());
        await RefusedAsync("ValidationException", "in Provisioned mode", Create("d").Replace("stream/s", "stream/p"));
        await RefusedAsync("ResourceNotFoundException", "none", Create("d").Replace("stream/s", "stream/none"));
        await RefusedAsync(
            "ValidationException", "AT_TIMESTAMP", Create("d", ",\"StartingPosition\":{\"Type\":\"AT_TIMESTAMP\"}"));
        await RefusedAsync(
            "ValidationException", "AT_TIMESTAMP",
            Create("d", ",\"StartingPosition\":{\"Type\":\"LATEST\",\"Timestamp\":1}"));
        await RefusedAsync(
            "InvalidArgumentException", "MaxReceiveCount",
            Create("d", attributes: "\"DeadLetterConfiguration\":{\"TargetType\":\"BUILT_IN\"}"));
        await RefusedAsync(
            "ValidationException", "less than or equal to 43200",
            Create("d", attributes: "\"VisibilityTimeoutSeconds\":43201"));
        for (var i = 1; i < 20; i++)
        {
            await CreateAsync(kinesis, $"q{i}");
        }

        await RefusedAsync("LimitExceededException", "which is the limit", Create("d"));
        await kinesis.RefusedAsync(
            "LimitExceededException", "RegisterStreamConsumer",
            $$"""{"StreamARN":"{{KinesisUnderTest.StreamArn}}","ConsumerName":"c"}""");
        Assert.Contains("less than or equal to 10", await kinesis.RefusedAsync(
            "ValidationException", "ReceiveQueueRecords", $$"""{"QueueARN":"{{queue}}","Limit":11}"""));
        await kinesis.RefusedAsync("ResourceNotFoundException", "ReceiveQueueRecords", Of(queue + "0"));
        await kinesis.RefusedAsync("ResourceNotFoundException", "DeleteQueue", Of(queue.Replace("us-east", "eu-w")));

        async Task RefusedAsync(string type, string text, string request) => Assert.Contains(
            text, await kinesis.RefusedAsync(type, "CreateQueue", request), StringComparison.Ordinal);
    }

    private static async Task<KinesisUnderTest> StartAsync(TimeProvider? time)
    {
        var kinesis = await KinesisUnderTest.StartAsync(time);
        await kinesis.OkAsync(
            "CreateStream", """{"StreamName":"s","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}""");
        return kinesis;
    }

    private static string Create(string name = "q", string start = "", string attributes = "") =>
        $"{{\"QueueName\":\"{name}\",{ByStream}{start}}}],\"QueueAttributes\":{{{attributes}}}}}";

    private static async Task<string> CreateAsync(
        KinesisUnderTest kinesis, string name = "q", string start = "", string attributes = "")
    {
        var made = await kinesis.OkAsync("CreateQueue", Create(name, start, attributes));
        return Text(made.GetProperty("QueueDescription"), "QueueARN");
    }

    private static string Of(string queue) => $$"""{"QueueARN":"{{queue}}"}""";

    private static async Task<JsonElement[]> ReceiveAsync(
        KinesisUnderTest kinesis, string queue, string more = "", string action = "ReceiveQueueRecords")
    {
        var answer = await kinesis.OkAsync(action, $"{{\"QueueARN\":\"{queue}\"{more}}}");
        return [.. answer.GetProperty("Records").EnumerateArray()];
    }

    private static Task<JsonElement> EntriesAsync(
        KinesisUnderTest kinesis, string action, string queue, params JsonElement?[] records)
    {
        var entries = records.Select(
            record => $"{{\"ReceiptHandle\":\"{(record is { } one ? Text(one, "ReceiptHandle") : "bWFkZSB1cA==")}\"}}");
        return kinesis.OkAsync(action, $"{{\"QueueARN\":\"{queue}\",\"Entries\":[{string.Join(',', entries)}]}}");
    }

    private static async Task VisibilityAsync(
        KinesisUnderTest kinesis, string action, string queue, JsonElement record, int seconds, int successful)
    {
        var answer = await kinesis.OkAsync(action, $$"""
            {"QueueARN":"{{queue}}","Entries":[{"ReceiptHandle":"{{Text(record, "ReceiptHandle")}}",
            "VisibilityTimeoutSeconds":{{seconds}} }]}
            """);
        Assert.Equal(successful, answer.GetProperty("Successful").GetArrayLength());
        Assert.Equal(1 - successful, answer.GetProperty("Failed").GetArrayLength());
    }

    private static string[] TextsOf(JsonElement[] records) =>
        [.. records.Select(record => Encoding.UTF8.GetString(record.GetProperty("Data").GetBytesFromBase64()))];

    private static UInt128 NumberOf(JsonElement element, string name) =>
        UInt128.Parse(Text(element, name), CultureInfo.InvariantCulture);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
