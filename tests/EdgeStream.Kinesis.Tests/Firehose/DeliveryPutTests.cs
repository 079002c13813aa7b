namespace EdgeStream.Kinesis.Tests.Firehose;

public sealed class DeliveryPutTests
{
    [Fact]
    public async Task Records_are_delivered_as_they_are_one_after_another()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync($"{FirehoseUnderTest.AtOnce},\"Prefix\":\"in/\",\"CompressionFormat\":\"GZIP\"");
        await firehose.PutAsync("one");
        var answer = await firehose.OkAsync(
            "PutRecordBatch",
            $$"""
            {"DeliveryStreamName":"d","Records":[
            {"Data":"{{FirehoseUnderTest.Base64("two")}}"},{"Data":""},{"Data":"{{FirehoseUnderTest.Base64("3\n")}}"}]}
            """);
        Assert.Equal(0, answer.GetProperty("FailedPutCount").GetInt32());
        Assert.False(answer.GetProperty("Encrypted").GetBoolean());
        Assert.Equal(
            3,
            answer.GetProperty("RequestResponses").EnumerateArray()
                .Select(entry => entry.GetProperty("RecordId").GetString()).Distinct().Count());
        await firehose.DeliveredAsync("onetwo3\n");
        Assert.All(
            firehose.Buckets.Names,
            name => Assert.Matches(
                @"^plant/in/\d{4}/\d\d/\d\d/\d\d/d-1-\d{4}(-\d\d){5}-[0-9a-f]{8}-[0-9a-f]{8}-shardId-0{12}-\d{20}"
                    + @"-\d{20}\.gz$",
                name));
    }

    [Theory]
    [InlineData("", "a\nb\n")]
    [InlineData("""{"ParameterName":"Delimiter","ParameterValue":"\\n"}""", "a\nb\n")]
    [InlineData("""{"ParameterName":"Delimiter","ParameterValue":"\\r\\n"}""", "a\r\nb\r\n")]
    [InlineData("""{"ParameterName":"Delimiter","ParameterValue":"|"}""", "a|b|")]
    public async Task A_delimiter_follows_each_record_where_it_is_asked_for(string parameter, string text)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync(
            FirehoseUnderTest.AtOnce
            + $$"""
                ,"ProcessingConfiguration":{"Enabled":true,"Processors":[
                {"Type":"AppendDelimiterToRecord","Parameters":[{{parameter}}]}]}
                """);
        await firehose.PutAsync("a");
        await firehose.PutAsync("b");
        await firehose.DeliveredAsync(text);
    }

    [Fact]
    public async Task Prefixes_are_evaluated_with_the_time_of_arrival()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync(
            FirehoseUnderTest.AtOnce
            + """
                ,"Prefix":"y=!{timestamp:yyyy}/!{timestamp:'h='HH}/!{firehose:random-string}/","FileExtension":".txt",
                "ErrorOutputPrefix":"e/!{firehose:error-output-type}/"
                """);
        await firehose.PutAsync("a");
        await firehose.DeliveredAsync("a");
        Assert.Matches(@"^plant/y=\d{4}/h=\d\d/[a-zA-Z0-9]{11}/d-1-.*\.txt$", firehose.Buckets.Names[0]);
    }

    [Fact]
    public async Task A_stream_is_delivered_from_its_newest_record_on()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.OkAsync("CreateStream", """{"StreamName":"s","ShardCount":2}""", "Kinesis_20131202");
        async Task Put(string text) => await firehose.OkAsync(
            "PutRecord",
            $$"""{"StreamName":"s","PartitionKey":"k","Data":"{{FirehoseUnderTest.Base64(text)}}"}""",
            "Kinesis_20131202");
        await Put("before");
        await firehose.MakeAsync(
            more: $$"""
                ,"DeliveryStreamType":"KinesisStreamAsSource","KinesisStreamSourceConfiguration":{"KinesisStreamARN":
                "{{KinesisUnderTest.StreamArn}}","RoleARN":"{{FirehoseUnderTest.RoleArn}}"}
                """);
        await Put("after");
        await firehose.DeliveredAsync("after");
        Assert.Equal(
            KinesisUnderTest.StreamArn,
            (await firehose.DescribeAsync()).GetProperty("Source").GetProperty("KinesisStreamSourceDescription")
                .GetProperty("KinesisStreamARN").GetString());
        Assert.Equal(
            "This operation is not permitted on KinesisStreamAsSource delivery stream type.",
            await firehose.RefusedAsync(
                "InvalidArgumentException", "PutRecord", """{"DeliveryStreamName":"d","Record":{"Data":""}}"""));
        await firehose.OkAsync("DeleteDeliveryStream", """{"DeliveryStreamName":"d"}""");
        await firehose.GoneAsync();
        Assert.True(firehose.Store.TryGet("s", out _));
        Assert.Empty(firehose.Store.State.List("consumers/s/"));
        Assert.Empty(firehose.Store.State.List("firehose"));
    }

    [Fact]
    public async Task Records_have_the_limits_of_the_service()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        await firehose.PutAsync(new string('x', 1_024_000));
        await firehose.RefusedAsync(
            "ValidationException",
            "PutRecord",
            $$$"""
            {"DeliveryStreamName":"d","Record":{"Data":"{{{FirehoseUnderTest.Base64(new string('x', 1_024_001))}}}"}}
            """);
        var large = $$"""{"Data":"{{FirehoseUnderTest.Base64(new string('x', 1_000_000))}}"}""";
        Assert.Equal(
            "Records size exceeds 4 MB limit",
            await firehose.RefusedAsync(
                "InvalidArgumentException",
                "PutRecordBatch",
                $$"""{"DeliveryStreamName":"d","Records":[{{large}},{{large}},{{large}},{{large}},{{large}}]}"""));
        var many = string.Join(',', Enumerable.Repeat("""{"Data":""}""", 501));
        await firehose.RefusedAsync(
            "ValidationException", "PutRecordBatch", $$"""{"DeliveryStreamName":"d","Records":[{{many}}]}""");
    }

    [Fact]
    public async Task What_is_deleted_is_delivered_first()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        firehose.Buckets.IsAway = true;
        await firehose.PutAsync("late");
        await firehose.OkAsync("DeleteDeliveryStream", """{"DeliveryStreamName":"d"}""");
        Assert.Equal("DELETING", (await firehose.DescribeAsync()).GetProperty("DeliveryStreamStatus").GetString());
        await firehose.RefusedAsync(
            "ResourceNotFoundException", "PutRecord", """{"DeliveryStreamName":"d","Record":{"Data":""}}""");
        await firehose.RefusedAsync("ResourceInUseException", "CreateDeliveryStream", FirehoseUnderTest.Create());
        await firehose.RefusedAsync(
            "ResourceInUseException", "TagDeliveryStream", """{"DeliveryStreamName":"d","Tags":[{"Key":"k"}]}""");
        await firehose.RestartAsync();
        Assert.Equal("DELETING", (await firehose.DescribeAsync()).GetProperty("DeliveryStreamStatus").GetString());
        firehose.Buckets.IsAway = false;
        await firehose.GoneAsync();
        Assert.Equal("late", firehose.Buckets.Text());
        Assert.False(firehose.Store.TryGet("firehose-d", out _));
    }

    [Fact]
    public async Task What_is_deleted_by_force_goes_at_once()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        firehose.Buckets.IsAway = true;
        await firehose.PutAsync("lost");
        await firehose.OkAsync("DeleteDeliveryStream", """{"DeliveryStreamName":"d"}""");
        await firehose.OkAsync("DeleteDeliveryStream", """{"DeliveryStreamName":"d","AllowForceDelete":true}""");
        await firehose.RefusedAsync(
            "ResourceNotFoundException", "DescribeDeliveryStream", """{"DeliveryStreamName":"d"}""");
        firehose.Buckets.IsAway = false;
        await firehose.MakeAsync();
        await firehose.PutAsync("new");
        await firehose.DeliveredAsync("new");
    }

    [Fact]
    public async Task A_delivery_stream_made_again_replaces_no_object_of_the_old_one()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        foreach (var text in new[] { "1", "2", "3" })
        {
            await firehose.MakeAsync();
            await firehose.PutAsync(text);
            await firehose.OkAsync("DeleteDeliveryStream", """{"DeliveryStreamName":"d"}""");
            await firehose.GoneAsync();
        }

        Assert.Equal(["1", "2", "3"], firehose.Buckets.Text().Select(letter => letter.ToString()).Order());
        Assert.Equal(3, firehose.Buckets.Names.Count);
    }
}
