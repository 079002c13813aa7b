using System.Text;
using EdgeStream.Delivery;
using EdgeStream.Storage;

namespace EdgeStream.Kinesis.Tests.Firehose;

public sealed class DeliveryStreamStateTests
{
    /// <summary>Version 1 with every member.</summary>
    private const string Full =
        """
        {"version":1,"name":"orders","id":"0a1b2c3d","createdAt":1700000000000000,"updatedAt":1700000001000000,
        "source":"s","sourceRole":"arn:r","status":"deleting","destinationVersion":7,"throughputHint":3,
        "keyType":"CUSTOMER_MANAGED_CMK","keyArn":"arn:k","tags":{"a":"b"},"s3":{"role":"arn:r",
        "bucket":"arn:aws:s3:::plant","prefix":"p/","errorPrefix":"e/","sizeMiB":5,"intervalSeconds":60,
        "compression":"gzip","extension":".x","timeZone":"UTC","processing":true,"processors":[{
        "type":"AppendDelimiterToRecord","parameters":[{"name":"Delimiter","value":"|"}]}]}}
        """;

    private const string Least =
        """
        {"version":1,"name":"orders","id":"0a1b2c3d","createdAt":1,"status":"active","destinationVersion":1,
        "s3":{"role":"arn:r","bucket":"arn:aws:s3:::plant","sizeMiB":5,"intervalSeconds":300,"compression":"none"}}
        """;

    private const string Partitioned =
        """
        {"version":1,"name":"orders","id":"0a1b2c3d","createdAt":1,"status":"active","destinationVersion":1,
        "s3":{"role":"arn:r","bucket":"arn:aws:s3:::plant","prefix":"!{partitionKeyFromQuery:a}/","errorPrefix":"e/",
        "sizeMiB":64,"intervalSeconds":300,"compression":"none","kmsKey":"arn:k","processing":true,"processors":[{
        "type":"MetadataExtraction","parameters":[{"name":"MetadataExtractionQuery","value":"{a: .b}"}]}],
        "partitioning":true,"partitionRetrySeconds":60}}
        """;

    [Theory]
    [InlineData(Full)]
    [InlineData(Least)]
    [InlineData(Partitioned)]
    public void Version_1_is_this_text_and_is_read_for_ever(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ReplaceLineEndings(""));
        Assert.Equal(
            Encoding.UTF8.GetString(bytes),
            Encoding.UTF8.GetString(DeliveryStreamFormat.ToBytes(DeliveryStreamFormat.Read(bytes))));
    }

    [Fact]
    public void Every_member_of_version_1_is_understood()
    {
        var record = DeliveryStreamFormat.Read(Encoding.UTF8.GetBytes(Full));
        Assert.Equal(("orders", "0a1b2c3d", "s", 7), (record.Name, record.Id, record.Source, record.Version));
        Assert.True(record.IsDeleting);
        Assert.Equal("b", record.Tags["a"]);
        var s3 = Assert.IsType<S3Settings>(record.Destination);
        Assert.Equal(("plant", "|", 5, 60), (s3.Bucket, s3.Delimiter, s3.SizeInMiB, s3.IntervalInSeconds));
    }

    [Fact]
    public void A_key_of_the_key_management_service_is_asked_for_at_the_server()
    {
        var record = DeliveryStreamFormat.Read(Encoding.UTF8.GetBytes(Partitioned));
        var options = new FirehoseOptions
        {
            DestinationOf = bucket => new S3DestinationOptions { Bucket = bucket }, DeliveryStreamsMax = 1,
            IsOfHost = static _ => false,
        };
        var s3 = Assert.IsType<S3DestinationOptions>(record.Destination.OptionsOf(record, options));
        Assert.Equal(("plant", S3Encryption.Kms, "arn:k"), (s3.Bucket, s3.Encryption, s3.KmsKeyId));
        record = DeliveryStreamFormat.Read(Encoding.UTF8.GetBytes(Least));
        s3 = Assert.IsType<S3DestinationOptions>(record.Destination.OptionsOf(record, options));
        Assert.Equal((S3Encryption.Bucket, null), (s3.Encryption, s3.KmsKeyId));
    }

    [Theory]
    [InlineData("""{"version":2}""")]
    [InlineData("""{"version":1}""")]
    [InlineData("{")]
    public void Anything_else_is_refused(string text) => Assert.Throws<InvalidDataException>(
        () => DeliveryStreamFormat.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task Delivery_streams_and_their_records_outlive_a_restart_and_a_kill()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync(more: ""","Tags":[{"Key":"a","Value":"b"}]""");
        await firehose.PutAsync("1");
        await firehose.DeliveredAsync("1");
        firehose.Buckets.IsAway = true;
        await firehose.PutAsync("2");
        await firehose.RestartAsync();
        await firehose.PutAsync("3");
        await firehose.KillAsync();
        await firehose.PutAsync("4");
        await firehose.DeliveredAsync("1234");
        Assert.Equal("ACTIVE", (await firehose.DescribeAsync()).GetProperty("DeliveryStreamStatus").GetString());
        Assert.Equal(
            """{"Tags":[{"Key":"a","Value":"b"}],"HasMoreTags":false}""",
            (await firehose.CallAsync("ListTagsForDeliveryStream", """{"DeliveryStreamName":"d"}""")).Text);
    }

    [Fact]
    public async Task A_creation_cut_off_before_its_stream_was_made_is_finished()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        await firehose.RestartAsync(async store => await store.DeleteAsync("firehose-d"));
        await firehose.PutAsync("1");
        await firehose.DeliveredAsync("1");
    }

    [Fact]
    public async Task A_deletion_cut_off_after_its_stream_went_is_finished()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        await firehose.RestartAsync(async store =>
        {
            Assert.True(store.State.TryGet("firehose/d", out var bytes));
            var record = DeliveryStreamFormat.Read(bytes) with { IsDeleting = true };
            await store.State.CommitAsync(DeliveryStreamFormat.Put(new StateBatch(), record));
            await store.DeleteAsync("firehose-d");
        });
        await firehose.GoneAsync();
    }

    [Fact]
    public async Task What_cannot_be_read_or_run_is_told_and_left_alone()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        await firehose.RestartAsync(async store =>
        {
            var lost = DeliveryStreamFormat.Read(Encoding.UTF8.GetBytes(Full)) with { IsDeleting = false };
            await store.State.CommitAsync(
                DeliveryStreamFormat.Put(new StateBatch(), lost).Put("firehose/later", """{"version":9}"""u8));
        });
        Assert.Contains("left alone", await firehose.RefusedAsync(
            "ResourceInUseException", "CreateDeliveryStream", FirehoseUnderTest.Create(name: "later")));
        Assert.True(firehose.Store.State.TryGet("firehose/later", out var kept));
        Assert.Equal("""{"version":9}""", Encoding.UTF8.GetString(kept.Span));
        Assert.Contains("The delivery stream orders does not deliver", firehose.Failure);
        var description = await firehose.DescribeAsync("orders");
        Assert.Equal("CREATING_FAILED", description.GetProperty("DeliveryStreamStatus").GetString());
        Assert.Contains("'s'", description.GetProperty("FailureDescription").GetProperty("Details").GetString());
        await firehose.PutAsync("1");
        await firehose.DeliveredAsync("1");
        await firehose.OkAsync("DeleteDeliveryStream", """{"DeliveryStreamName":"orders","AllowForceDelete":true}""");
        Assert.Null(firehose.Failure);
    }
}
