using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>What goes to Kinesis Data Streams and to Firehose, and what their answers mean.</summary>
public sealed class KinesisDestinationTests
{
    [Fact]
    public async Task Records_keep_their_keys_and_their_order_and_the_request_is_signed()
    {
        await using var server = new HttpStandIn(request => KinesisEndpoint.Take(request));
        using var item = new RecordObject(
            KinesisEndpoint.Options(server) with { ExplicitHashKey = "17", IsKeyOrdered = false },
            ("a", """{"n":1}"""), ("b", "not json"), ("a", "3"));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var request = Assert.Single(server.Requests);
        Assert.Equal("Kinesis_20131202.PutRecords", request["X-Amz-Target"]);
        Assert.Equal("application/x-amz-json-1.1", request["Content-Type"]);
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/", request["Authorization"]);
        Assert.Contains("/eu-west-1/kinesis/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=",
            request["Authorization"]);
        Assert.Equal("up", request.Json.GetProperty("StreamName").GetString());
        Assert.Equal(
            ["""a 17 {"n":1}""", "b 17 not json", "a 17 3"],
            request.Json.GetProperty("Records").EnumerateArray().Select(record =>
                $"{record.GetProperty("PartitionKey")} {record.GetProperty("ExplicitHashKey")} "
                + Encoding.UTF8.GetString(record.GetProperty("Data").GetBytesFromBase64())));
    }

    [Fact]
    public async Task A_key_is_in_a_request_once_so_that_its_order_holds()
    {
        await using var server = new HttpStandIn(request => KinesisEndpoint.Take(request));
        using var item = new RecordObject(KinesisEndpoint.Options(server), RecordObject.Numbers(7, keys: 3));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal([3, 3, 1], server.Requests.Select(KinesisEndpoint.CountOf));
    }

    [Fact]
    public async Task Only_the_records_that_were_not_taken_are_sent_again_in_their_order()
    {
        var isFirst = true;
        await using var server = new HttpStandIn(request =>
        {
            var count = KinesisEndpoint.CountOf(request);
            var answer = isFirst ? KinesisEndpoint.Take(count, 1, 3) : KinesisEndpoint.Take(count);
            isFirst = false;
            return answer;
        });
        using var item = new RecordObject(KinesisEndpoint.Options(server), RecordObject.Numbers(5, keys: 5));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("2 of 5 records, the first of them sequence 2", result.Reason);
        Assert.Contains("ProvisionedThroughputExceededException Rate exceeded", result.Reason);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(
            ["""{"n":2}""", """{"n":4}"""],
            server.Requests[1].Json.GetProperty("Records").EnumerateArray().Select(
                record => Encoding.UTF8.GetString(record.GetProperty("Data").GetBytesFromBase64())));
    }

    [Theory]
    [InlineData(400, "ProvisionedThroughputExceededException", SendOutcome.Retryable)]
    [InlineData(400, "LimitExceededException", SendOutcome.Retryable)]
    [InlineData(500, "InternalFailure", SendOutcome.Retryable)]
    [InlineData(400, "ResourceNotFoundException", SendOutcome.Rejected)]
    [InlineData(400, "AccessDeniedException", SendOutcome.Rejected)]
    [InlineData(403, "InvalidSignatureException", SendOutcome.Rejected)]
    [InlineData(400, "UnrecognizedClientException", SendOutcome.Rejected)]
    [InlineData(400, "ValidationException", SendOutcome.Retryable)]
    public async Task An_error_holds_up_and_says_whether_it_passes(int status, string code, SendOutcome outcome)
    {
        await using var server = new HttpStandIn(_ =>
            new StandInAnswer(status, $$"""{"__type":"com.amazon#{{code}}","message":"because"}"""));
        using var item = new RecordObject(KinesisEndpoint.Options(server), RecordObject.Numbers(4, keys: 4));
        var result = await item.SendAsync();
        Assert.Equal(outcome, result.Outcome);
        Assert.Contains(code, result.Reason);
        Assert.Empty(item.Rejected);
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_corrected_by_the_servers()
    {
        await using var server = new HttpStandIn(request =>
            request["X-Amz-Date"].StartsWith("19941115T08", StringComparison.Ordinal)
                ? KinesisEndpoint.Take(1)
                : new StandInAnswer(
                    400, """{"__type":"InvalidSignatureException","message":"Signature expired"}""",
                    "Date: Tue, 15 Nov 1994 08:12:31 GMT"));
        using var item = new RecordObject(KinesisEndpoint.Options(server), RecordObject.Numbers(2));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Servers_of_one_name_whose_clocks_differ_are_asked_again()
    {
        var asked = 0;
        await using var server = new HttpStandIn(_ => new StandInAnswer(
            400, """{"__type":"InvalidSignatureException","message":"Signature expired"}""",
            $"Date: Tue, 15 Nov 1994 {8 + asked++:D2}:12:31 GMT"));
        using var item = new RecordObject(KinesisEndpoint.Options(server), RecordObject.Numbers(2));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("Its clock is another one", result.Reason);
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData("""{"FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"s"}]}""")]
    [InlineData("""{"FailedRecordCount":0,"Records":[{"SequenceNumber":"1"},{"SequenceNumber":"2"}]""")]
    [InlineData("<html/>")]
    public async Task An_answer_without_a_result_for_each_record_is_none(string body)
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(200, body));
        using var item = new RecordObject(KinesisEndpoint.Options(server), RecordObject.Numbers(2, keys: 2));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Empty(item.Rejected);
    }

    [Fact]
    public async Task Firehose_gets_lines()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(200, """
            {"FailedPutCount":1,"RequestResponses":[{"RecordId":"a"},
            {"ErrorCode":"ServiceUnavailableException","ErrorMessage":"Slow down."}]}
            """));
        using var item = new RecordObject(
            new FirehoseDestinationOptions { Link = KinesisEndpoint.Options(server).Link, StreamName = "up" },
            ("a", """{"n":1}"""), ("a", "not json"));
        var result = await item.SendAsync();
        Assert.Contains("1 of 2 records, the first of them sequence 2", result.Reason);
        Assert.Contains("Slow down.", result.Reason);
        Assert.True(item.Records.IsSettled(0));
        var request = Assert.Single(server.Requests);
        Assert.Equal("Firehose_20150804.PutRecordBatch", request["X-Amz-Target"]);
        Assert.Equal("up", request.Json.GetProperty("DeliveryStreamName").GetString());
        Assert.Equal(["{\"n\":1}\n", "not json\n"], FirehoseEndpoint.RecordsOf(request));
    }
}
