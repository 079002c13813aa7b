using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Firehose;

public sealed class DestinationUpdateTests
{
    private static string Update(string change, string version = "1", string kind = "ExtendedS3") =>
        $$$"""
        {"DeliveryStreamName":"d","CurrentDeliveryStreamVersionId":"{{{version}}}",
        "DestinationId":"destinationId-000000000001","{{{kind}}}DestinationUpdate":{ {{{change}}} }}
        """;

    [Fact]
    public async Task A_change_counts_for_what_is_not_delivered_yet()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync($"{FirehoseUnderTest.AtOnce},\"Prefix\":\"a/\"");
        await firehose.PutAsync("1");
        await firehose.DeliveredAsync("1");
        await firehose.OkAsync(
            "UpdateDestination", Update("\"BucketARN\":\"arn:aws:s3:::other\",\"CompressionFormat\":\"GZIP\""));
        await firehose.PutAsync("2");
        await firehose.DeliveredAsync("2", "other/a/");
        Assert.Equal("1", firehose.Buckets.Text("plant/"));
        Assert.Contains(
            "/d-2-", firehose.Buckets.Names.Single(name => name.StartsWith("other", StringComparison.Ordinal)));
        var description = await firehose.DescribeAsync();
        Assert.Equal("2", description.GetProperty("VersionId").GetString());
        Assert.True(description.TryGetProperty("LastUpdateTimestamp", out _));
        var s3 = description.GetProperty("Destinations")[0].GetProperty("S3DestinationDescription");
        Assert.Equal("a/", s3.GetProperty("Prefix").GetString());
        Assert.Equal(FirehoseUnderTest.RoleArn, s3.GetProperty("RoleARN").GetString());
        Assert.Equal(0, s3.GetProperty("BufferingHints").GetProperty("IntervalInSeconds").GetInt32());
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_over_changes_while_records_come()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        var sent = new List<string>();
        var putting = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                await firehose.PutAsync($"[{i}]");
                sent.Add($"[{i}]");
            }
        });
        for (var version = 1; version <= 5; version++)
        {
            await firehose.OkAsync("UpdateDestination", Update($"\"Prefix\":\"v{version}/\"", $"{version}", "S3"));
        }

        await putting;
        await Poll.UntilAsync(() => firehose.Buckets.Text().Length >= string.Concat(sent).Length);
        Assert.Equal(sent, Split(firehose.Buckets.Text()).OrderBy(item => int.Parse(item[1..^1])));
    }

    [Fact]
    public async Task Encryption_by_a_key_is_told_and_given_up_again()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync(
            $"{FirehoseUnderTest.AtOnce},"
            + "\"EncryptionConfiguration\":{\"KMSEncryptionConfig\":{\"AWSKMSKeyARN\":\"arn:aws:kms:::key/k\"}}");
        await firehose.OkAsync("UpdateDestination", Update("\"Prefix\":\"p/\""));
        Assert.Equal(
            """{"KMSEncryptionConfig":{"AWSKMSKeyARN":"arn:aws:kms:::key/k"}}""", await EncryptionAsync(firehose));
        await firehose.OkAsync(
            "UpdateDestination", Update("\"EncryptionConfiguration\":{\"NoEncryptionConfig\":\"NoEncryption\"}", "2"));
        Assert.Equal("""{"NoEncryptionConfig":"NoEncryption"}""", await EncryptionAsync(firehose));
    }

    [Fact]
    public async Task A_change_of_another_version_is_refused()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        Assert.Contains(
            "current version id: 1 and specified version id: 2 do not match",
            await firehose.RefusedAsync(
                "ConcurrentModificationException", "UpdateDestination", Update("\"Prefix\":\"x\"", "2")));
        Assert.Equal(
            "Destination Id destinationId-2 not found",
            await firehose.RefusedAsync(
                "InvalidArgumentException",
                "UpdateDestination",
                Update("\"Prefix\":\"x\"").Replace("destinationId-000000000001", "destinationId-2")));
        await firehose.RefusedAsync(
            "InvalidArgumentException", "UpdateDestination", Update("\"CustomTimeZone\":\"Asia/Tokyo\""));
        await firehose.RefusedAsync(
            "InvalidArgumentException", "UpdateDestination", Update("", kind: "Splunk"));
        await firehose.RefusedAsync("ValidationException", "UpdateDestination", """{"DeliveryStreamName":"d"}""");
        Assert.Equal("1", (await firehose.DescribeAsync()).GetProperty("VersionId").GetString());
    }

    private static async Task<string> EncryptionAsync(FirehoseUnderTest firehose) =>
        (await firehose.DescribeAsync()).GetProperty("Destinations")[0].GetProperty("S3DestinationDescription")
            .GetProperty("EncryptionConfiguration").GetRawText();

    private static IEnumerable<string> Split(string text) =>
        text.Split(']', StringSplitOptions.RemoveEmptyEntries).Select(item => item + "]");
}
