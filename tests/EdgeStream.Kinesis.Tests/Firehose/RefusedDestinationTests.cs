namespace EdgeStream.Kinesis.Tests.Firehose;

public sealed class RefusedDestinationTests
{
    private const string Place =
        $$"""
        "RoleARN":"{{FirehoseUnderTest.RoleArn}}","BucketARN":"{{FirehoseUnderTest.BucketArn}}"
        """;

    [Theory]
    [InlineData("\"CloudWatchLoggingOptions\":{\"Enabled\":true}", "CloudWatchLoggingOptions is not supported")]
    [InlineData("\"S3BackupMode\":\"Enabled\"", "S3BackupMode Enabled is not supported")]
    [InlineData("\"S3BackupConfiguration\":{}", "S3BackupMode Enabled is not supported")]
    [InlineData("\"DataFormatConversionConfiguration\":{}", "DataFormatConversionConfiguration is not supported")]
    [InlineData("\"CustomTimeZone\":\"Asia/Tokyo\"", "CustomTimeZone Asia/Tokyo is not supported")]
    [InlineData(
        "\"ProcessingConfiguration\":{\"Enabled\":true,\"Processors\":[{\"Type\":\"Lambda\"}]}", "Lambda is not")]
    [InlineData("\"ProcessingConfiguration\":{\"Processors\":[{\"Type\":\"Decompression\"}]}", "Decompression is not")]
    [InlineData("\"BufferingHints\":{\"SizeInMBs\":5}", "BufferingHints needs both")]
    [InlineData("\"Prefix\":\"!{timestamp:yyyy\"", "Prefix has an expression that begins with")]
    [InlineData("\"Prefix\":\"!{timestamp:eee}/\"", "Prefix has 'eee' in a time's pattern")]
    [InlineData("\"Prefix\":\"!{partitionKeyFromQuery:a}/\"", "needs dynamic partitioning")]
    [InlineData("\"Prefix\":\"a/../b\"", "has a folder '..'")]
    [InlineData("\"Prefix\":\"!{firehose:error-output-type}/\"", "Prefix cannot contain")]
    [InlineData("\"Prefix\":\"!{timestamp:yyyy}/\"", "ErrorOutputPrefix cannot be null or empty")]
    [InlineData("\"Prefix\":\"!{timestamp:yyyy}/\",\"ErrorOutputPrefix\":\"e/\"", "at least one instance of")]
    [InlineData("\"BucketARN\":\"arn:aws:sns:::x\"", "names no bucket")]
    public async Task What_the_gateway_does_not_do_is_refused_and_said(string member, string text)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        var message = await firehose.RefusedAsync(
            "InvalidArgumentException", "CreateDeliveryStream", FirehoseUnderTest.Create($"{Place},{member}"));
        Assert.Contains(text, message, StringComparison.Ordinal);
        Assert.Empty(
            (await firehose.OkAsync("ListDeliveryStreams", "{}")).GetProperty("DeliveryStreamNames").EnumerateArray());
    }

    [Theory]
    [InlineData("RedshiftDestinationConfiguration")]
    [InlineData("AmazonOpenSearchServerlessDestinationConfiguration")]
    [InlineData("SnowflakeDestinationConfiguration")]
    [InlineData("IcebergDestinationConfiguration")]
    public async Task Other_destinations_are_refused_by_name(string name)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        var message = await firehose.RefusedAsync(
            "InvalidArgumentException",
            "CreateDeliveryStream",
            $$$"""{"DeliveryStreamName":"d","{{{name}}}":{"a":1}}""");
        Assert.StartsWith($"{name} is not supported by this gateway", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData($$"""
        ,"S3DestinationConfiguration":{ {{Place}} },"ExtendedS3DestinationConfiguration":{ {{Place}} }
        """)]
    public async Task There_is_exactly_one_destination(string members)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        Assert.Equal(
            "Exactly one destination configuration is supported for a Firehose",
            await firehose.RefusedAsync(
                "InvalidArgumentException", "CreateDeliveryStream", $$"""{"DeliveryStreamName":"d"{{members}}}"""));
    }

    [Theory]
    [InlineData(""","DeliveryStreamType":"MSKAsSource","MSKSourceConfiguration":{}""", "MSKAsSource and")]
    [InlineData(""","DeliveryStreamType":"DatabaseAsSource" """, "DatabaseAsSource are not supported")]
    [InlineData(""","DeliveryStreamType":"KinesisStreamAsSource" """, "needs KinesisStreamSourceConfiguration")]
    [InlineData(
        ""","KinesisStreamSourceConfiguration":{"KinesisStreamARN":"arn:x","RoleARN":"arn:y"}""", "only applicable")]
    [InlineData(
        ""","DeliveryStreamType":"KinesisStreamAsSource","KinesisStreamSourceConfiguration":{"KinesisStreamARN":"""
        + "\"arn:aws:kinesis:eu-west-1:000000000000:stream/s\",\"RoleARN\":\"arn:y\"}",
        "names no stream of this gateway")]
    [InlineData(
        ""","DeliveryStreamType":"KinesisStreamAsSource","KinesisStreamSourceConfiguration":{"KinesisStreamARN":"""
        + $"\"{KinesisUnderTest.StreamArn}\",\"RoleARN\":\"arn:y\"}}",
        "Stream s under account 000000000000 not found.")]
    public async Task A_source_that_cannot_be_is_refused(string more, string text)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        var message = await firehose.RefusedAsync(
            "InvalidArgumentException", "CreateDeliveryStream", FirehoseUnderTest.Create(more: more));
        Assert.Contains(text, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"DeliveryStreamName":"no name"}""", "failed to satisfy constraint: Member must satisfy regular")]
    [InlineData("""{"DeliveryStreamName":"d","S3DestinationConfiguration":{"RoleARN":"arn:r"}}""",
        "Value null at 's3DestinationConfiguration.bucketARN' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"DeliveryStreamName":"d","S3DestinationConfiguration":{"RoleARN":"r","BucketARN":"arn:b"}}""",
        "regular expression pattern: arn:.*")]
    public async Task Constraints_are_checked_as_the_service_does(string request, string text)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        Assert.Contains(
            text, await firehose.RefusedAsync("ValidationException", "CreateDeliveryStream", request));
    }
}
