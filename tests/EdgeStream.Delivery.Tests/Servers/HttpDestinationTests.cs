using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>What goes to an HTTP endpoint, and what its answers mean.</summary>
public sealed class HttpDestinationTests
{
    [Fact]
    public async Task A_firehose_request_has_its_headers_and_records_and_is_taken_by_its_own_id()
    {
        await using var server = new HttpStandIn(FirehoseEndpoint.Take);
        using var item = new RecordObject(
            Options(server) with
            {
                AccessKey = "key-of-endpoint",
                CommonAttributes = new NamedValues(new("site", "plant 7"), new("line", "\"a\"")),
                SourceArn = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/up",
            },
            ("a", """{"n":1}"""), ("b", "not json"));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var request = Assert.Single(server.Requests);
        Assert.Equal("application/json", request["Content-Type"]);
        Assert.Equal("1.0", request["X-Amz-Firehose-Protocol-Version"]);
        Assert.Equal("key-of-endpoint", request["X-Amz-Firehose-Access-Key"]);
        Assert.Equal(
            "arn:aws:firehose:eu-west-1:123456789012:deliverystream/up", request["X-Amz-Firehose-Source-Arn"]);
        using var attributes = JsonDocument.Parse(request["X-Amz-Firehose-Common-Attributes"]);
        Assert.Equal("plant 7", attributes.RootElement.GetProperty("commonAttributes").GetProperty("site").GetString());
        Assert.Equal(request["X-Amz-Firehose-Request-Id"], request.Json.GetProperty("requestId").GetString());
        Assert.True(Guid.TryParse(request["X-Amz-Firehose-Request-Id"], out _));
        Assert.True(request.Json.GetProperty("timestamp").GetInt64() > 1_600_000_000_000);
        Assert.Equal(["""{"n":1}""", "not json"], FirehoseEndpoint.DataOf(request));
    }

    [Fact]
    public async Task A_request_that_is_sent_again_has_the_same_id_and_another_request_another()
    {
        var isLost = true;
        await using var server = new HttpStandIn(request =>
        {
            var answer = isLost ? StandInAnswer.Closed : FirehoseEndpoint.Take(request);
            isLost = false;
            return answer;
        });
        using var item = new RecordObject(Options(server) with { RequestRecords = 2 }, RecordObject.Numbers(4));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var ids = server.Requests.Select(request => request["X-Amz-Firehose-Request-Id"]).ToArray();
        Assert.Equal(3, ids.Length);
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[1], ids[2]);
    }

    [Theory]
    [InlineData(200, """{"requestId":"00000000-0000-0000-0000-000000000000","timestamp":1}""", "for the request")]
    [InlineData(200, """{"timestamp":1}""", "without 'requestId'")]
    [InlineData(200, "<html>Please log in</html>", "no JSON")]
    [InlineData(200, """{"requestId":"00000""", "no JSON")]
    [InlineData(204, "", "only 200")]
    public async Task An_answer_that_does_not_repeat_the_id_is_none(int status, string body, string reason)
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(status, body));
        using var item = new RecordObject(Options(server), RecordObject.Numbers(2));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains(reason, result.Reason);
        Assert.False(item.Records.IsSettled(0));
    }

    [Fact]
    public async Task A_body_is_compressed_and_credentials_go_along_and_stand_in_no_reason()
    {
        await using var server = new HttpStandIn(request =>
            new StandInAnswer(403, $"{request["Authorization"]} and {request["X-Secret"]} are wrong"));
        var options = Options(server);
        using var item = new RecordObject(
            options with
            {
                Body = HttpBody.JsonLines,
                Link = options.Link with
                {
                    Gzip = true,
                    Token = "top-secret",
                    Headers = new NamedValues(KeyValuePair.Create("X-Secret", "hidden-value")),
                },
            },
            RecordObject.Numbers(3));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Rejected, result.Outcome);
        Assert.Contains("403", result.Reason);
        Assert.Contains("credentials", result.Reason);
        Assert.DoesNotContain("top-secret", result.Reason);
        Assert.DoesNotContain("hidden-value", result.Reason);
        var request = Assert.Single(server.Requests);
        Assert.Equal("Bearer top-secret", request["Authorization"]);
        Assert.Equal("gzip", request["Content-Encoding"]);
        Assert.Equal("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n", request.Text);
        Assert.Empty(item.Rejected);
    }

    [Fact]
    public async Task A_plain_endpoint_gets_an_array_and_a_key_that_names_the_request()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(202));
        var options = Options(server);
        using var item = new RecordObject(
            options with
            {
                Body = HttpBody.JsonArray, Link = options.Link with { UserName = "me", Password = "pass:word" },
            },
            ("a", "1"), ("b", "not json"), ("c", """{"n":3}"""));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var request = Assert.Single(server.Requests);
        Assert.Equal("[1,\"bm90IGpzb24=\",{\"n\":3}]", request.Text);
        Assert.Equal(
            "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:pass:word")), request["Authorization"]);
        Assert.Equal(
            "up-0a1b2c3d-shardId-000000000000-00000000000000000001-00000000000000000003", request["Idempotency-Key"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_header_tells_what_is_history(bool isHistorical)
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(202));
        using var item = new RecordObject(
            Options(server) with { Body = HttpBody.JsonArray }, canReject: false, isHistorical, ("a", "1"));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(
            isHistorical ? "true" : null,
            Assert.Single(server.Requests).Headers.GetValueOrDefault("X-Edgestream-Historical"));
    }

    [Fact]
    public async Task Whole_lines_stand_with_their_keys_where_they_are_asked_for()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(200));
        using var item = new RecordObject(
            Options(server) with { Body = HttpBody.JsonArray, IsLinePayload = true }, ("a", "1"), ("b", "not json"));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var lines = Assert.Single(server.Requests).Json;
        Assert.Equal("a", lines[0].GetProperty("key").GetString());
        Assert.Equal("bm90IGpzb24=", lines[1].GetProperty("dataBase64").GetString());
    }

    [Fact]
    public async Task Requests_keep_to_records_and_bytes_but_for_one_record_that_is_larger()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(200));
        using var item = new RecordObject(
            Options(server) with { Body = HttpBody.JsonLines, RequestRecords = 3, RequestBytes = 1024 },
            [.. RecordObject.Numbers(7), ("a", $"\"{new string('x', 2000)}\""), ("a", "8"), ("a", "9")]);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal([3, 3, 1, 1, 2], server.Requests.Select(request => request.Text.Count(c => c == '\n')));
    }

    [Fact]
    public async Task Secrets_stand_in_no_reason_where_it_is_cut_nor_encoded_nor_in_the_url()
    {
        await using var server = new HttpStandIn(request =>
            new StandInAnswer(400, $"{new string('x', 290)} {request["Authorization"]} top-secret-password"));
        var options = Options(server);
        using var item = new RecordObject(
            options with { Link = options.Link with { UserName = "me", Password = "top-secret-password" } },
            RecordObject.Numbers(1));
        var result = await item.SendAsync();
        Assert.Contains("xxx Basic ***", result.Reason);
        Assert.DoesNotContain("top", result.Reason);
        Assert.DoesNotContain("a=b", result.Reason);
    }

    [Fact]
    public async Task Data_that_is_as_deep_as_data_may_be_is_sent()
    {
        const int DepthMax = 64;
        var data = new string('[', DepthMax) + new string(']', DepthMax);
        await using var server = new HttpStandIn(_ => new StandInAnswer(200));
        using var item = new RecordObject(Options(server) with { Body = HttpBody.JsonLines }, ("a", data));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(data + "\n", Assert.Single(server.Requests).Text);
    }

    internal static HttpDestinationOptions Options(HttpStandIn server) => new()
    {
        Link = new ServerLink { Url = server.Url + "in?a=b", TimeoutSeconds = 20 },
    };
}
