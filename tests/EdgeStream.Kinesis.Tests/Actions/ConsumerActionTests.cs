using System.Net;
using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Actions;

public sealed class ConsumerActionTests
{
    private const string ByArn = "\"StreamARN\":\"" + KinesisUnderTest.StreamArn + "\"";
    private const string Horizon = """{"Type":"TRIM_HORIZON"}""";

    [Fact]
    public async Task A_consumer_is_registered_described_listed_and_deregistered()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        var arn = await RegisterAsync(kinesis, "c");
        await RegisterAsync(kinesis, "b");
        await kinesis.RefusedAsync(
            "ResourceInUseException", "RegisterStreamConsumer", $$"""{{{ByArn}},"ConsumerName":"c"}""");
        var described = await kinesis.OkAsync("DescribeStreamConsumer", $$"""{"ConsumerARN":"{{arn}}"}""");
        Assert.Equal("ACTIVE", described.GetProperty("ConsumerDescription").GetProperty("ConsumerStatus").GetString());
        var page = await kinesis.OkAsync("ListStreamConsumers", $$"""{{{ByArn}},"MaxResults":1}""");
        Assert.Equal("b", page.GetProperty("Consumers")[0].GetProperty("ConsumerName").GetString());
        var rest = await kinesis.OkAsync(
            "ListStreamConsumers", $$"""{{{ByArn}},"NextToken":"{{page.GetProperty("NextToken").GetString()}}"}""");
        Assert.Equal("c", rest.GetProperty("Consumers")[0].GetProperty("ConsumerName").GetString());
        await kinesis.OkAsync("TagResource", $$"""{"ResourceARN":"{{arn}}","Tags":{"a":"1"} }""");
        Assert.Equal(
            """{"Tags":[{"Key":"a","Value":"1"}]}""",
            (await kinesis.OkAsync("ListTagsForResource", $$"""{"ResourceARN":"{{arn}}"}""")).GetRawText());
        await kinesis.RefusedAsync("ResourceInUseException", "DeleteStream", """{"StreamName":"s"}""");
        await kinesis.OkAsync("DeregisterStreamConsumer", $$"""{{{ByArn}},"ConsumerName":"c"}""");
        await kinesis.RefusedAsync("ResourceNotFoundException", "DescribeStreamConsumer",
            $$"""{"ConsumerARN":"{{arn}}"}""");
        await kinesis.RefusedAsync("InvalidArgumentException", "DescribeStreamConsumer", $$"""{{{ByArn}}}""");
        await kinesis.OkAsync("DeleteStream", """{"StreamName":"s","EnforceConsumerDeletion":true}""");
    }

    [Fact]
    public async Task There_are_at_most_twenty()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        for (var i = 0; i < 20; i++)
        {
            await RegisterAsync(kinesis, $"c{i}");
        }

        await kinesis.RefusedAsync(
            "LimitExceededException", "RegisterStreamConsumer", $$"""{{{ByArn}},"ConsumerName":"more"}""");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Records_are_pushed_to_a_subscriber_until_the_shard_is_closed(string version)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.PutAsync("k", "1");
        var arn = await RegisterAsync(kinesis, "c");
        using var response = await SubscribeAsync(kinesis, arn, Horizon, Version.Parse(version));
        Assert.Equal("application/vnd.amazon.eventstream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Version.Parse(version), response.Version);
        var events = new EventReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("initial-response", (await events.NextAsync())?.Type);
        Assert.Equal(["1"], Texts(await events.NextAsync()));
        var second = await kinesis.PutAsync("k", "2");
        var pushed = await events.NextAsync();
        Assert.Equal(["2"], Texts(pushed));
        Assert.Equal(second, pushed?.Body.GetProperty("ContinuationSequenceNumber").GetString());
        Assert.Equal(0, pushed?.Body.GetProperty("MillisBehindLatest").GetInt64());
        await kinesis.OkAsync(
            "SplitShard", """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"9"}""");
        var last = await events.NextAsync();
        Assert.Equal(2, last?.Body.GetProperty("ChildShards").GetArrayLength());
        Assert.Null(await events.NextAsync());
    }

    [Fact]
    public async Task A_subscription_is_refused_for_five_seconds_then_taken_over()
    {
        var time = new ManualTimeProvider();
        await using var kinesis = await KinesisUnderTest.StartAsync(time);
        await kinesis.MakeStreamAsync();
        var arn = await RegisterAsync(kinesis, "c");
        using var first = await SubscribeAsync(kinesis, arn, """{"Type":"LATEST"}""", HttpVersion.Version11);
        var events = new EventReader(await first.Content.ReadAsStreamAsync());
        Assert.Equal("initial-response", (await events.NextAsync())?.Type);
        Assert.Empty(Texts(await events.NextAsync()));
        using (var early = await SubscribeAsync(kinesis, arn, Horizon, HttpVersion.Version11))
        {
            Assert.Equal("ResourceInUseException", (await Answer.OfAsync(early)).Type);
        }

        await time.WhenTimerIsSetAsync(firesWithin: TimeSpan.FromSeconds(6));
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Empty(Texts(await events.NextAsync()));
        using var second = await SubscribeAsync(kinesis, arn, Horizon, HttpVersion.Version11);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("ResourceInUseException", (await events.NextAsync())?.Type);
        Assert.Null(await events.NextAsync());
    }

    [Fact]
    public async Task A_subscriber_that_is_deregistered_is_told_so()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        var arn = await RegisterAsync(kinesis, "c");
        using var response = await SubscribeAsync(kinesis, arn, Horizon, HttpVersion.Version11);
        var events = new EventReader(await response.Content.ReadAsStreamAsync());
        await events.NextAsync();
        await events.NextAsync();
        await kinesis.OkAsync("DeregisterStreamConsumer", $$"""{"ConsumerARN":"{{arn}}"}""");
        Assert.Equal("ResourceNotFoundException", (await events.NextAsync())?.Type);
        Assert.Null(await events.NextAsync());
    }

    [Fact]
    public async Task A_subscriber_is_told_that_its_stream_was_deleted_and_of_no_children()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.PutAsync("k", "1");
        var arn = await RegisterAsync(kinesis, "c");
        using var response = await SubscribeAsync(kinesis, arn, Horizon, HttpVersion.Version20);
        var events = new EventReader(await response.Content.ReadAsStreamAsync());
        await events.NextAsync();
        Assert.Equal(["1"], Texts(await events.NextAsync()));
        await kinesis.OkAsync("DeleteStream", """{"StreamName":"s","EnforceConsumerDeletion":true}""");
        var last = await events.NextAsync();
        Assert.Equal("ResourceNotFoundException", last?.Type);
        Assert.Equal(
            "Stream s under account 000000000000 not found.", last?.Body.GetProperty("message").GetString());
        Assert.Null(await events.NextAsync());
    }

    [Fact]
    public async Task A_subscription_ends_after_five_minutes()
    {
        var time = new ManualTimeProvider();
        await using var kinesis = await KinesisUnderTest.StartAsync(time);
        await kinesis.MakeStreamAsync();
        var arn = await RegisterAsync(kinesis, "c");
        using var response = await SubscribeAsync(kinesis, arn, Horizon, HttpVersion.Version20);
        var events = new EventReader(await response.Content.ReadAsStreamAsync());
        await events.NextAsync();
        await events.NextAsync();
        time.Advance(TimeSpan.FromMinutes(5));
        while (await events.NextAsync() is { } message)
        {
            Assert.Equal("SubscribeToShardEvent", message.Type);
        }

        await Poll.UntilAsync(() => kinesis.Service.SubscriptionCount == 0);
    }

    [Theory]
    [InlineData("arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/none:1", Horizon,
        "ResourceNotFoundException")]
    [InlineData(null, """{"Type":"AT_SEQUENCE_NUMBER"}""", "InvalidArgumentException")]
    [InlineData(null, "{}", "ValidationException")]
    public async Task A_subscription_to_nothing_is_refused(string? consumer, string position, string type)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        var arn = await RegisterAsync(kinesis, "c");
        using var response = await SubscribeAsync(kinesis, consumer ?? arn, position, HttpVersion.Version11);
        Assert.Equal(type, (await Answer.OfAsync(response)).Type);
        Assert.Equal(0, kinesis.Service.SubscriptionCount);
    }

    private static async Task<string> RegisterAsync(KinesisUnderTest kinesis, string name)
    {
        var answer = await kinesis.OkAsync("RegisterStreamConsumer", $$"""{{{ByArn}},"ConsumerName":"{{name}}"}""");
        return answer.GetProperty("Consumer").GetProperty("ConsumerARN").GetString()!;
    }

    private static Task<HttpResponseMessage> SubscribeAsync(
        KinesisUnderTest kinesis, string arn, string position, Version version)
    {
        var body = $$"""{"ConsumerARN":"{{arn}}","ShardId":"shardId-000000000000","StartingPosition":{{position}}}""";
        var request = KinesisUnderTest.Request("SubscribeToShard", Encoding.UTF8.GetBytes(body));
        request.Version = version;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return kinesis.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static string[] Texts((string Type, JsonElement Body)? message)
    {
        Assert.Equal("SubscribeToShardEvent", message?.Type);
        return
        [
            .. message!.Value.Body.GetProperty("Records").EnumerateArray()
                .Select(record => Encoding.UTF8.GetString(record.GetProperty("Data").GetBytesFromBase64())),
        ];
    }
}
