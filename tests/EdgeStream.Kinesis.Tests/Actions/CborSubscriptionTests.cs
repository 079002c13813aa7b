using System.Net;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Actions;

/// <summary>SubscribeToShard in CBOR, as the SDK for Java asks for it: its events' payloads are CBOR too.</summary>
public sealed class CborSubscriptionTests
{
    private const string ByArn = "\"StreamARN\":\"" + KinesisUnderTest.StreamArn + "\"";

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Every_event_up_to_the_end_of_the_shard_is_cbor(string version)
    {
        var time = new ManualTimeProvider();
        await using var kinesis = await KinesisUnderTest.StartAsync(time);
        await kinesis.MakeStreamAsync();
        var first = await kinesis.PutAsync("k\u00e9y", "one");
        var second = await kinesis.PutAsync("k", "two");
        var arn = await RegisterAsync(kinesis);
        using var response = await SubscribeAsync(kinesis, arn, version);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/vnd.amazon.eventstream", response.Content.Headers.ContentType?.MediaType);
        var events = new EventReader(await response.Content.ReadAsStreamAsync(), ContentType.Cbor);
        var initial = await events.NextAsync();
        Assert.Equal(("initial-response", "{}"), (initial?.Type, initial?.Body.GetRawText()));
        var pushed = await events.NextAsync();
        Assert.Equal("SubscribeToShardEvent", pushed?.Type);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(
            [(first, now, "one", "k\u00e9y"), (second, now, "two", "k")],
            pushed!.Value.Body.GetProperty("Records").EnumerateArray().Select(record => (
                record.GetProperty("SequenceNumber").GetString()!,
                record.GetProperty("ApproximateArrivalTimestamp").GetInt64(),
                Encoding.UTF8.GetString(record.GetProperty("Data").GetBytesFromBase64()),
                record.GetProperty("PartitionKey").GetString()!)));
        Assert.Equal(0, pushed.Value.Body.GetProperty("MillisBehindLatest").GetInt64());
        Assert.Equal(second, pushed.Value.Body.GetProperty("ContinuationSequenceNumber").GetString());
        await kinesis.OkAsync(
            "SplitShard", """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"9"}""");
        var last = await events.NextAsync();
        Assert.Equal(
            """{"ShardId":"shardId-000000000001","ParentShards":["shardId-000000000000"],"""
            + "\"HashKeyRange\":{\"StartingHashKey\":\"0\",\"EndingHashKey\":\"8\"}}",
            last?.Body.GetProperty("ChildShards")[0].GetRawText());
        Assert.Null(await events.NextAsync());
    }

    [Fact]
    public async Task The_error_that_ends_the_events_is_cbor()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        var arn = await RegisterAsync(kinesis);
        using var response = await SubscribeAsync(kinesis, arn, "2.0");
        var events = new EventReader(await response.Content.ReadAsStreamAsync(), ContentType.Cbor);
        await events.NextAsync();
        await events.NextAsync();
        await kinesis.OkAsync("DeregisterStreamConsumer", $$"""{"ConsumerARN":"{{arn}}"}""");
        var error = await events.NextAsync();
        Assert.Equal("ResourceNotFoundException", error?.Type);
        Assert.Equal("""{"message":"The consumer is not registered any more."}""", error?.Body.GetRawText());
        Assert.Null(await events.NextAsync());
    }

    [Fact]
    public async Task A_refusal_is_cbor_and_no_event_stream()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        using var response = await SubscribeAsync(
            kinesis, KinesisUnderTest.StreamArn + "/consumer/none:1", "2.0");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(ContentType.Cbor, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            "ResourceNotFoundException",
            CborJson.Read(await response.Content.ReadAsByteArrayAsync()).GetProperty("__type").GetString());
    }

    private static async Task<string> RegisterAsync(KinesisUnderTest kinesis) =>
        (await kinesis.OkAsync("RegisterStreamConsumer", $$"""{{{ByArn}},"ConsumerName":"c"}"""))
            .GetProperty("Consumer").GetProperty("ConsumerARN").GetString()!;

    private static Task<HttpResponseMessage> SubscribeAsync(KinesisUnderTest kinesis, string arn, string version)
    {
        var body = new CborText().Map(3, map => map
            .Text("ConsumerARN").Text(arn)
            .Text("ShardId").Text("shardId-000000000000")
            .Text("StartingPosition").Map(1, position => position.Text("Type").Text("TRIM_HORIZON")));
        var request = KinesisUnderTest.Request("SubscribeToShard", body.Bytes, ContentType.Cbor);
        request.Version = Version.Parse(version);
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return kinesis.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
