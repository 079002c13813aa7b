using System.Text;
using System.Text.Json;
using EdgeStream.Kinesis.Tests.Firehose;

namespace EdgeStream.Kinesis.Tests.Channels;

public sealed class ChannelActionTests
{
    private const string Kinesis = "Kinesis_20131202";
    private const string Arn = "arn:aws:kinesis:us-east-1:000000000000:channel/c";
    private const string ByArn = "{\"ChannelARN\":\"" + Arn + "\"}";
    private const string Storage =
        "\"BucketARN\":\"arn:aws:s3:::plant\",\"ExpectedBucketOwner\":\"000000000000\",\"CompressionType\":\"NONE\"";

    [Fact]
    public async Task A_channel_delivers_what_is_put_after_it_was_made_until_it_is_deleted()
    {
        await using var firehose = await StartAsync();
        await PutAsync(firehose, "before");
        var made = await firehose.OkAsync("CreateChannel", Create(), Kinesis);
        var description = made.GetProperty("ChannelDescription");
        Assert.Equal(("c", Arn, "ACTIVE"), (Text(description, "ChannelName"), Text(description, "ChannelARN"),
            Text(description, "ChannelStatus")));
        await PutAsync(firehose, "one");
        await PutAsync(firehose, "two");
        await FlushAsync(firehose, description);
        Assert.Equal("one\ntwo\n", firehose.Buckets.Text());
        var id = Text(description, "ChannelId");
        Assert.All(firehose.Buckets.Names, name => Assert.StartsWith($"plant/kinesis-channel/c/{id}/20", name));
        Assert.Equal(
            made.GetRawText(), (await firehose.OkAsync("DescribeChannel", ByArn, Kinesis)).GetRawText());
        Assert.Contains("is read by the channel c", await firehose.RefusedAsync(
            "ResourceInUseException", "DeleteStream", """{"StreamName":"s"}""", Kinesis));
        await firehose.OkAsync("DeleteChannel", ByArn, Kinesis);
        Assert.Equal(
            "Channel c under account 000000000000 not found.",
            await firehose.RefusedAsync("ResourceNotFoundException", "DescribeChannel", ByArn, Kinesis));
        await firehose.OkAsync("DeleteStream", """{"StreamName":"s"}""", Kinesis);
    }

    [Fact]
    public async Task Its_freshness_can_be_changed_and_outlives_a_restart()
    {
        await using var firehose = await StartAsync();
        await firehose.OkAsync("CreateChannel", Create(), Kinesis);
        Assert.Contains("must be between 300 and 900", await firehose.RefusedAsync(
            "InvalidArgumentException", "UpdateChannel", Update("\"DataFreshnessInSeconds\":299"), Kinesis));
        await firehose.OkAsync("UpdateChannel", Update("\"DataFreshnessInSeconds\":900"), Kinesis);
        await firehose.RestartAsync();
        var described = await firehose.OkAsync("DescribeChannel", ByArn, Kinesis);
        Assert.Equal(900, described.GetProperty("ChannelDescription").GetProperty("S3DestinationConfiguration")
            .GetProperty("DataFreshnessInSeconds").GetInt32());
    }

    [Fact]
    public async Task Channels_are_listed_by_pages_and_streams_and_no_action_of_firehose_knows_them()
    {
        await using var firehose = await StartAsync();
        await firehose.OkAsync(
            "CreateStream", """{"StreamName":"t","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}""", Kinesis);
        foreach (var (channel, stream) in new[] { ("b", "s"), ("c", "t"), ("a", "s") })
        {
            await firehose.OkAsync("CreateChannel", Create(name: channel, stream: stream), Kinesis);
        }

        var page = await firehose.OkAsync("ListChannels", """{"MaxResults":2}""", Kinesis);
        Assert.Equal(["a", "b"], NamesOf(page));
        var rest = await firehose.OkAsync(
            "ListChannels", $$"""{"NextToken":"{{Text(page, "NextToken")}}"}""", Kinesis);
        Assert.Equal(["c"], NamesOf(rest));
        Assert.False(rest.TryGetProperty("NextToken", out _));
        var filtered = await firehose.OkAsync(
            "ListChannels",
            """{"StreamFilter":[{"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/t"}]}""",
            Kinesis);
        Assert.Equal(["c"], NamesOf(filtered));
        var summary = await firehose.OkAsync("DescribeStreamSummary", """{"StreamName":"s"}""", Kinesis);
        Assert.Equal(2, summary.GetProperty("StreamDescriptionSummary").GetProperty("ChannelCount").GetInt32());
        Assert.Empty(
            (await firehose.OkAsync("ListDeliveryStreams", "{}")).GetProperty("DeliveryStreamNames").EnumerateArray());
        var own = $"channel-{Text(filtered.GetProperty("ChannelSummaries")[0], "ChannelId")}";
        await firehose.RefusedAsync(
            "ResourceNotFoundException", "DescribeDeliveryStream", $$"""{"DeliveryStreamName":"{{own}}"}""");
    }

    [Fact]
    public async Task What_cannot_be_is_refused_and_said()
    {
        await using var firehose = await StartAsync();
        await firehose.OkAsync("CreateStream", """{"StreamName":"p","ShardCount":1}""", Kinesis);
        await RefusedAsync("ValidationException", "is in Provisioned mode", Create(stream: "p"));
        await RefusedAsync("ResourceNotFoundException", "Stream none under", Create(stream: "none"));
        await RefusedAsync("InvalidArgumentException", "GSR_JSON is for", Create(format: "GSR_JSON"));
        await RefusedAsync(
            "KMSNotFoundException", "Key k is not there",
            Create(more: ""","EncryptionConfiguration":{"EncryptionType":"KMS","KeyId":"k"}"""));
        await RefusedAsync(
            "InvalidArgumentException", "CloudWatchLogs is not",
            Create(more: ""","LoggingConfiguration":{"CloudWatchLogs":{"Enabled":true}}"""));
        await RefusedAsync(
            "InvalidArgumentException", "S3TablesDestinationConfiguration is not",
            Create(more: ""","S3TablesDestinationConfiguration":{"S3TablesConfigurationList":[]}"""));
        await RefusedAsync(
            "InvalidArgumentException", "StorageClass GLACIER_IR", Create(storage: ",\"StorageClass\":\"GLACIER_IR\""));
        await RefusedAsync(
            "InvalidArgumentException", "!{minute}, which is unknown",
            Create(storage: ",\"OutputKeyTemplate\":\"a/!{minute}\""));
        await RefusedAsync(
            "InvalidArgumentException", "must end with", Create(storage: ",\"OutputKeyTemplate\":\"!{extension}/a\""));
        await RefusedAsync("ValidationException", "expectedBucketOwner", Create().Replace("\"000000000000\"", "\"1\""));
        await firehose.OkAsync("CreateChannel", Create(), Kinesis);
        await RefusedAsync("ResourceInUseException", "Channel c under account", Create());
        firehose.DeliveryStreamsMax = 1;
        await firehose.UseAsync();
        await RefusedAsync("LimitExceededException", "quota of 1", Create(name: "d"));

        async Task RefusedAsync(string type, string text, string request) => Assert.Contains(
            text, await firehose.RefusedAsync(type, "CreateChannel", request, Kinesis), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x/!{stream-name}/!{yy}!{MM}!{dd}-!{HH}!{mm}!{extension:.json}", "x/s/!{timestamp:yy}"
        + "!{timestamp:MM}!{timestamp:dd}-!{timestamp:HH}!{timestamp:mm}", ".json")]
    [InlineData("!{channel-name}-!{channel-id}!{extension}", "c-0a", null)]
    [InlineData("plain", "plain", "")]
    public void A_template_becomes_a_prefix_and_an_extension(string template, string prefix, string? extension)
    {
        var read = ChannelKeyTemplate.Read(
            (ChannelSettings)DeliveryStreamFormat.Read(Encoding.UTF8.GetBytes(Stored)).Destination with
            {
                KeyTemplate = template,
            },
            "s");
        Assert.Equal((prefix, extension), (read.Prefix, read.Extension));
    }

    private const string Stored =
        "{\"version\":1,\"name\":\"channel-0a\",\"id\":\"0a1b2c3d\",\"createdAt\":1,\"source\":\"s\","
        + "\"status\":\"active\",\"destinationVersion\":1,\"channel\":{\"name\":\"c\",\"id\":\"0a\","
        + "\"streamCreatedAt\":1,\"format\":\"JSON\",\"role\":\"arn:r\",\"bucket\":\"arn:aws:s3:::plant\","
        + "\"owner\":\"000000000000\",\"compression\":\"gzip\",\"keyTemplate\":\"t\",\"storageClass\":\"STANDARD\","
        + "\"errorOwner\":\"000000000000\",\"errorPrefix\":\"e\",\"sizeMiB\":16,\"intervalSeconds\":300}}";

    [Fact]
    public void A_channel_stands_in_version_1_like_this_and_is_read_for_ever() => Assert.Equal(
        Stored,
        Encoding.UTF8.GetString(
            DeliveryStreamFormat.ToBytes(DeliveryStreamFormat.Read(Encoding.UTF8.GetBytes(Stored)))));

    private static async Task<FirehoseUnderTest> StartAsync()
    {
        var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.OkAsync(
            "CreateStream", """{"StreamName":"s","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}""", Kinesis);
        return firehose;
    }

    private static Task PutAsync(FirehoseUnderTest firehose, string text) => firehose.OkAsync(
        "PutRecord",
        $$"""{"StreamName":"s","PartitionKey":"k","Data":"{{FirehoseUnderTest.Base64(text)}}"}""",
        Kinesis);

    /// <summary>Freshness is five minutes at least: what waits goes out when somebody asks for it.</summary>
    private static Task FlushAsync(FirehoseUnderTest firehose, JsonElement description) => firehose.Runner.FlushAsync(
        $"firehose:channel-{Text(description, "ChannelId")}", default);

    private static string Create(
        string name = "c", string stream = "s", string format = "JSON", string storage = "", string more = "") =>
        $$$"""
        {"ChannelName":"{{{name}}}","ServiceExecutionRoleARN":"{{{FirehoseUnderTest.RoleArn}}}",
        "StreamConfigurationList":[{"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/{{{stream}}}",
        "RecordConfiguration":{"RecordFormatType":"{{{format}}}"} }],
        "S3DestinationConfiguration":{"StorageConfiguration":{ {{{Storage}}}{{{storage}}} } }{{{more}}} }
        """;

    private static string Update(string members) =>
        $$$"""{"ChannelARN":"{{{Arn}}}","S3DestinationConfiguration":{ {{{members}}} } }""";

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string[] NamesOf(JsonElement page) =>
        [.. page.GetProperty("ChannelSummaries").EnumerateArray().Select(channel => Text(channel, "ChannelName"))];
}
