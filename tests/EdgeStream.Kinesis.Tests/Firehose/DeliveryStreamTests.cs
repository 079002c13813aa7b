using EdgeStream.Delivery;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Firehose;

public sealed class DeliveryStreamTests
{
    private const string Named = """{"DeliveryStreamName":"d"}""";

    [Fact]
    public async Task A_new_delivery_stream_is_active_and_described()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        var made = await firehose.OkAsync("CreateDeliveryStream", FirehoseUnderTest.Create(
            $$"""
            "RoleARN":"{{FirehoseUnderTest.RoleArn}}","BucketARN":"{{FirehoseUnderTest.BucketArn}}","Prefix":"in/",
            "CompressionFormat":"GZIP","FileExtension":".log.gz","CustomTimeZone":"UTC"
            """,
            ""","Tags":[{"Key":"site","Value":"7"}],"DirectPutSourceConfiguration":{"ThroughputHintInMBs":2}"""));
        const string Arn = "arn:aws:firehose:us-east-1:000000000000:deliverystream/d";
        Assert.Equal(Arn, made.GetProperty("DeliveryStreamARN").GetString());
        var description = await firehose.DescribeAsync();
        Assert.Equal(Arn, description.GetProperty("DeliveryStreamARN").GetString());
        Assert.Equal("ACTIVE", description.GetProperty("DeliveryStreamStatus").GetString());
        Assert.Equal("DirectPut", description.GetProperty("DeliveryStreamType").GetString());
        Assert.Equal("1", description.GetProperty("VersionId").GetString());
        Assert.False(description.GetProperty("HasMoreDestinations").GetBoolean());
        Assert.Equal(
            """{"Status":"DISABLED"}""", description.GetProperty("DeliveryStreamEncryptionConfiguration").GetRawText());
        Assert.Equal(
            """{"DirectPutSourceDescription":{"ThroughputHintInMBs":2}}""",
            description.GetProperty("Source").GetRawText());
        var destination = Assert.Single(description.GetProperty("Destinations").EnumerateArray());
        Assert.Equal("destinationId-000000000001", destination.GetProperty("DestinationId").GetString());
        Assert.Equal(
            $$"""
            {"RoleARN":"{{FirehoseUnderTest.RoleArn}}","BucketARN":"{{FirehoseUnderTest.BucketArn}}","Prefix":"in/",
            "BufferingHints":{"SizeInMBs":5,"IntervalInSeconds":300},"CompressionFormat":"GZIP",
            "EncryptionConfiguration":{"NoEncryptionConfig":"NoEncryption"},
            "CloudWatchLoggingOptions":{"Enabled":false},"S3BackupMode":"Disabled","FileExtension":".log.gz",
            "CustomTimeZone":"UTC"}
            """.ReplaceLineEndings(""),
            destination.GetProperty("ExtendedS3DestinationDescription").GetRawText());
        Assert.True(destination.TryGetProperty("S3DestinationDescription", out _));
    }

    [Fact]
    public async Task Destinations_after_the_only_one_are_none()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        var answer = await firehose.OkAsync(
            "DescribeDeliveryStream",
            """
            {"DeliveryStreamName":"d","Limit":1,"ExclusiveStartDestinationId":"destinationId-000000000001"}
            """);
        Assert.Empty(
            answer.GetProperty("DeliveryStreamDescription").GetProperty("Destinations").EnumerateArray());
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task A_delivery_stream_needs_more_than_dots_for_a_name(string name)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        Assert.Contains(
            "dots only",
            await firehose.RefusedAsync(
                "InvalidArgumentException", "CreateDeliveryStream", FirehoseUnderTest.Create(name: name)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_given_once()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        Assert.Equal(
            "Firehose d under accountId 000000000000 already exists",
            await firehose.RefusedAsync("ResourceInUseException", "CreateDeliveryStream", FirehoseUnderTest.Create()));
        await firehose.OkAsync(
            "CreateStream", """{"StreamName":"firehose-e","ShardCount":1}""", "Kinesis_20131202");
        await firehose.RefusedAsync(
            "ResourceInUseException", "CreateDeliveryStream", FirehoseUnderTest.Create(name: "e"));
    }

    [Fact]
    public async Task No_more_are_made_than_may_be()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        firehose.DeliveryStreamsMax = 1;
        await firehose.UseAsync();
        await firehose.MakeAsync();
        await firehose.RefusedAsync(
            "LimitExceededException", "CreateDeliveryStream", FirehoseUnderTest.Create(name: "e"));
        Assert.False(firehose.Store.TryGet("firehose-e", out _));
    }

    [Theory]
    [InlineData("DescribeDeliveryStream", Named)]
    [InlineData("DeleteDeliveryStream", Named)]
    [InlineData("PutRecord", """{"DeliveryStreamName":"d","Record":{"Data":""}}""")]
    [InlineData("PutRecordBatch", """{"DeliveryStreamName":"d","Records":[{"Data":""}]}""")]
    [InlineData("TagDeliveryStream", """{"DeliveryStreamName":"d","Tags":[{"Key":"k"}]}""")]
    [InlineData("UntagDeliveryStream", """{"DeliveryStreamName":"d","TagKeys":["k"]}""")]
    [InlineData("ListTagsForDeliveryStream", Named)]
    [InlineData("StartDeliveryStreamEncryption", Named)]
    [InlineData("StopDeliveryStreamEncryption", Named)]
    [InlineData("UpdateDestination", """
        {"DeliveryStreamName":"d","CurrentDeliveryStreamVersionId":"1","DestinationId":"x","S3DestinationUpdate":{}}
        """)]
    public async Task What_is_not_there_is_not_found(string action, string request)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        Assert.Equal(
            "Firehose d under account 000000000000 not found.",
            await firehose.RefusedAsync("ResourceNotFoundException", action, request));
    }

    [Fact]
    public async Task Lists_are_sorted_paged_and_filtered()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.OkAsync("CreateStream", """{"StreamName":"s","ShardCount":1}""", "Kinesis_20131202");
        await firehose.MakeAsync(name: "b");
        await firehose.MakeAsync(name: "c");
        await firehose.MakeAsync(
            more: ""","DeliveryStreamType":"KinesisStreamAsSource","KinesisStreamSourceConfiguration":{"""
                + $$"""
                    "KinesisStreamARN":"{{KinesisUnderTest.StreamArn}}","RoleARN":"{{FirehoseUnderTest.RoleArn}}"}
                    """,
            name: "a");
        Assert.Equal(
            """{"DeliveryStreamNames":["a","b"],"HasMoreDeliveryStreams":true}""",
            (await firehose.CallAsync("ListDeliveryStreams", """{"Limit":2}""")).Text);
        Assert.Equal(
            """{"DeliveryStreamNames":["c"],"HasMoreDeliveryStreams":false}""",
            (await firehose.CallAsync(
                "ListDeliveryStreams", """{"ExclusiveStartDeliveryStreamName":"b"}""")).Text);
        Assert.Equal(
            """{"DeliveryStreamNames":["a"],"HasMoreDeliveryStreams":false}""",
            (await firehose.CallAsync(
                "ListDeliveryStreams", """{"DeliveryStreamType":"KinesisStreamAsSource"}""")).Text);
    }

    [Fact]
    public async Task A_delivery_of_the_configuration_is_shown_and_not_changed()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        firehose.Runner.Configured =
        [
            new DeliveryDefinition
            {
                Name = "d",
                Stream = "readings",
                Prefix = "plant",
                Destination = new S3DestinationOptions { Bucket = "telemetry" },
            },
        ];
        var description = await firehose.DescribeAsync();
        Assert.Equal("KinesisStreamAsSource", description.GetProperty("DeliveryStreamType").GetString());
        var destination = description.GetProperty("Destinations")[0].GetProperty("S3DestinationDescription");
        Assert.Equal("arn:aws:s3:::telemetry", destination.GetProperty("BucketARN").GetString());
        Assert.Equal("plant/", destination.GetProperty("Prefix").GetString());
        Assert.Equal(
            "d",
            (await firehose.OkAsync("ListDeliveryStreams", "{}")).GetProperty("DeliveryStreamNames")[0].GetString());
        Assert.Contains(
            "made by the gateway's configuration",
            await firehose.RefusedAsync("ResourceInUseException", "DeleteDeliveryStream", Named));
        await firehose.RefusedAsync(
            "ResourceInUseException", "TagDeliveryStream", """{"DeliveryStreamName":"d","Tags":[{"Key":"k"}]}""");
        await firehose.RefusedAsync("ResourceInUseException", "CreateDeliveryStream", FirehoseUnderTest.Create());
        await firehose.RefusedAsync(
            "InvalidArgumentException", "PutRecord", """{"DeliveryStreamName":"d","Record":{"Data":""}}""");
    }

    [Fact]
    public async Task Tags_are_added_listed_and_removed()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync(more: ""","Tags":[{"Key":"b","Value":"1"}]""");
        await firehose.OkAsync(
            "TagDeliveryStream", """{"DeliveryStreamName":"d","Tags":[{"Key":"a"},{"Key":"b","Value":"2"}]}""");
        Assert.Equal(
            """{"Tags":[{"Key":"a","Value":""}],"HasMoreTags":true}""",
            (await firehose.CallAsync(
                "ListTagsForDeliveryStream", """{"DeliveryStreamName":"d","Limit":1}""")).Text);
        await firehose.OkAsync("UntagDeliveryStream", """{"DeliveryStreamName":"d","TagKeys":["a"]}""");
        Assert.Equal(
            """{"Tags":[{"Key":"b","Value":"2"}],"HasMoreTags":false}""",
            (await firehose.CallAsync("ListTagsForDeliveryStream", Named)).Text);
        var many = string.Join(',', Enumerable.Range(0, 50).Select(number => $$"""{"Key":"k{{number}}"}"""));
        await firehose.RefusedAsync(
            "LimitExceededException", "TagDeliveryStream", $$"""{"DeliveryStreamName":"d","Tags":[{{many}}]}""");
        await firehose.RefusedAsync(
            "ValidationException",
            "TagDeliveryStream",
            """{"DeliveryStreamName":"d","Tags":[{"Key":"aws:x"}]}""");
    }

    [Fact]
    public async Task A_stream_that_is_delivered_is_not_deleted()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        Assert.Contains(
            "is read by the delivery stream d",
            await firehose.RefusedAsync(
                "ResourceInUseException", "DeleteStream", """{"StreamName":"firehose-d"}""", "Kinesis_20131202"));
        await firehose.OkAsync("DeleteDeliveryStream", Named);
        await firehose.GoneAsync();
        await Poll.UntilAsync(() => !firehose.Store.TryGet("firehose-d", out _));
    }

    [Fact]
    public async Task A_stream_that_the_configuration_has_taken_since_stays()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        firehose.IsOfHost = static name => name == "firehose-d";
        await firehose.UseAsync();
        await firehose.OkAsync("DeleteDeliveryStream", Named);
        await firehose.GoneAsync();
        Assert.True(firehose.Store.TryGet("firehose-d", out _));
    }
}
