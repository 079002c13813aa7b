using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>An HTTP endpoint that is away, busy, broken, or set up wrongly.</summary>
public sealed class HttpFaultTests
{
    [Theory]
    [InlineData(408, null)]
    [InlineData(429, 17)]
    [InlineData(500, null)]
    [InlineData(503, 4)]
    public async Task A_busy_server_is_asked_again_when_it_says(int status, int? seconds)
    {
        string[] headers = seconds is null ? [] : [$"Retry-After: {seconds}"];
        await using var server = new HttpStandIn(_ => new StandInAnswer(status, "busy", headers));
        using var item = new RecordObject(HttpDestinationTests.Options(server), RecordObject.Numbers(2));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Equal(seconds, result.RetryAfter?.TotalSeconds);
        Assert.Contains($"{status}: busy", result.Reason);
    }

    [Fact]
    public async Task A_date_to_ask_again_counts_from_the_servers_own_clock()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(
            503, "", "Date: Tue, 15 Nov 1994 08:12:31 GMT", "Retry-After: Tue, 15 Nov 1994 08:13:01 GMT"));
        using var item = new RecordObject(HttpDestinationTests.Options(server), RecordObject.Numbers(1));
        Assert.Equal(TimeSpan.FromSeconds(30), (await item.SendAsync()).RetryAfter);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(407)]
    [InlineData(415)]
    [InlineData(501, SendOutcome.Retryable)]
    public async Task A_server_that_takes_nothing_holds_up_and_no_record_is_put_aside(
        int status, SendOutcome outcome = SendOutcome.Rejected)
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(status, "no"));
        using var item = new RecordObject(HttpDestinationTests.Options(server), RecordObject.Numbers(20));
        var result = await item.SendAsync();
        Assert.Equal(outcome, result.Outcome);
        Assert.Contains($"answered {status}", result.Reason);
        Assert.Empty(item.Rejected);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task A_server_that_refuses_every_record_holds_up_too(int status)
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(status, "no"));
        using var item = new RecordObject(HttpDestinationTests.Options(server), RecordObject.Numbers(20));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var result = await item.SendAsync();
            Assert.True(result.IsUnproven);
            Assert.Contains("sequence 1 of shardId-000000000000, key 'key-0'", result.Reason);
            Assert.Contains("takes no other", result.Reason);
            Assert.False(result.IsTooLarge);
        }

        Assert.Empty(item.Rejected);
    }

    [Fact]
    public async Task A_wrong_record_among_others_is_found_and_put_aside_alone()
    {
        await using var server = new HttpStandIn(request =>
            request.Text.Contains("\"n\":13}", StringComparison.Ordinal)
                ? new StandInAnswer(400, "13 is no number here") : new StandInAnswer(200));
        using var item = new RecordObject(
            HttpDestinationTests.Options(server) with { Body = HttpBody.JsonLines }, RecordObject.Numbers(40));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal("400", Assert.Single(item.Rejected, rejected => rejected.Key == 13).Value);
        Assert.Contains("13 is no number here", Assert.Single(item.Records.Rejections).Cause.Message);
        Assert.Equal(
            Enumerable.Range(1, 40).Where(number => number != 13).Select(number => $$"""{"n":{{number}}}"""),
            server.Requests.Where(request => !request.Text.Contains("\"n\":13}", StringComparison.Ordinal))
                .SelectMany(request => request.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task A_wrong_record_at_the_end_is_put_aside_when_the_server_has_just_taken_others()
    {
        await using var server = new HttpStandIn(request =>
            request.Text.Contains("\"n\":3}", StringComparison.Ordinal)
                ? new StandInAnswer(422, "no") : new StandInAnswer(200));
        using var item = new RecordObject(
            HttpDestinationTests.Options(server) with { Body = HttpBody.JsonLines, RequestRecords = 1 },
            RecordObject.Numbers(3));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal([3L], item.Rejected.Keys);
    }

    [Fact]
    public async Task A_run_of_wrong_records_is_put_aside_where_another_is_taken_behind_it()
    {
        var wrong = Enumerable.Range(0, 100).Select(_ => ("a", "\"wrong\""));
        await using var server = new HttpStandIn(request =>
            new StandInAnswer(request.Text.Contains("wrong", StringComparison.Ordinal) ? 400 : 200, "no"));
        using var item = new RecordObject(
            HttpDestinationTests.Options(server) with { Body = HttpBody.JsonLines }, [.. wrong, ("a", "1")]);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(Enumerable.Range(1, 100).Select(number => (long)number), item.Rejected.Keys.Order());
    }

    [Fact]
    public async Task Wrong_records_alone_are_left_of_an_object_and_put_aside_as_others_of_it_were_taken_before()
    {
        var isBusy = true;
        await using var server = new HttpStandIn(request => new StandInAnswer(
            !request.Text.Contains("wrong", StringComparison.Ordinal) ? 200 : isBusy ? 503 : 400));
        var wrong = Enumerable.Range(0, 40).Select(_ => ("a", "\"wrong\""));
        using var item = new RecordObject(
            HttpDestinationTests.Options(server) with { Body = HttpBody.JsonLines, RequestRecords = 1 },
            [("a", "1"), .. wrong]);
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Empty(item.Rejected);
        isBusy = false;
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(40, item.Rejected.Count);
    }

    [Fact]
    public async Task More_wrong_records_than_one_batch_may_have_hold_up_nothing_behind_one_that_was_taken()
    {
        await using var server = new HttpStandIn(request =>
            new StandInAnswer(request.Text.Contains("wrong", StringComparison.Ordinal) ? 400 : 200));
        var wrong = Enumerable.Range(0, RecordProgress.RejectionsMax + 40).Select(_ => ("a", "\"wrong\""));
        using var item = new RecordObject(
            HttpDestinationTests.Options(server) with { Body = HttpBody.JsonLines, RequestRecords = 1 },
            [("a", "1"), .. wrong]);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(RecordProgress.RejectionsMax + 1, item.Rejected.Count);
    }

    [Fact]
    public async Task A_server_that_refuses_all_for_a_while_has_none_put_aside_and_all_delivered_later()
    {
        var isBad = false;
        await using var server = new HttpStandIn(_ => new StandInAnswer(isBad ? 400 : 200, "no"));
        var options = HttpDestinationTests.Options(server) with { Body = HttpBody.JsonLines };
        using var item = new RecordObject(
            options with { RequestRecords = 10 }, RecordObject.Numbers(50));
        isBad = true;
        Assert.True((await item.SendAsync()).IsUnproven);
        Assert.Empty(item.Rejected);
        isBad = false;
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Empty(item.Rejected);
    }

    [Fact]
    public async Task A_server_that_takes_small_requests_gets_small_ones_and_a_record_that_is_too_large_is_put_aside()
    {
        await using var server = new HttpStandIn(request =>
            request.Raw.Length > 100 ? new StandInAnswer(413) : new StandInAnswer(200));
        using var item = new RecordObject(
            HttpDestinationTests.Options(server) with { Body = HttpBody.JsonLines },
            [.. RecordObject.Numbers(50), ("a", $"\"{new string('x', 200)}\"")]);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(RejectionReason.TooLarge, Assert.Single(item.Records.Rejections).Cause.Reason);
        Assert.Equal([51L], item.Rejected.Keys);
    }

    [Fact]
    public async Task Without_an_error_stream_a_wrong_record_holds_up_what_is_behind_it()
    {
        await using var server = new HttpStandIn(request =>
            request.Text.Contains("\"n\":2}", StringComparison.Ordinal)
                ? new StandInAnswer(400, "no") : new StandInAnswer(200));
        using var item = new RecordObject(
            HttpDestinationTests.Options(server) with { Body = HttpBody.JsonLines }, canReject: false,
            RecordObject.Numbers(4));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Rejected, result.Outcome);
        Assert.Contains("sequence 2", result.Reason);
        Assert.True(item.Records.IsSettled(0));
        Assert.False(item.Records.IsSettled(1));
        Assert.DoesNotContain(
            server.Requests, request => request.Text.StartsWith("{\"n\":3}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Accepted_and_the_connection_lost_is_sent_again_under_the_same_name()
    {
        var count = 0;
        await using var server = new HttpStandIn(_ =>
            count++ == 0 ? new StandInAnswer(200) { CutAfter = 0 } : new StandInAnswer(200));
        using var item = new RecordObject(
            HttpDestinationTests.Options(server) with { Body = HttpBody.JsonLines }, RecordObject.Numbers(3));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Single(server.Requests.Select(request => request["Idempotency-Key"]).Distinct());
    }

    [Fact]
    public async Task A_truncated_answer_is_none()
    {
        await using var server = new HttpStandIn(_ =>
            new StandInAnswer(200, new string(' ', 1000)) { CutAfter = 300 });
        using var item = new RecordObject(
            HttpDestinationTests.Options(server) with { Body = HttpBody.JsonLines }, RecordObject.Numbers(3));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("cannot be reached", result.Reason);
    }

    [Fact]
    public async Task An_answer_that_drips_within_the_timeout_counts()
    {
        await using var server = new HttpStandIn(request => FirehoseEndpoint.Take(request) with { IsDripped = true });
        using var item = new RecordObject(HttpDestinationTests.Options(server), RecordObject.Numbers(3));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        await using var server = new HttpStandIn(_ => StandInAnswer.Silence);
        var options = HttpDestinationTests.Options(server);
        using var item = new RecordObject(
            options with { Link = options.Link with { TimeoutSeconds = 1 } }, RecordObject.Numbers(3));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("did not answer within 1 s", result.Reason);
    }

    [Fact]
    public async Task Nobody_listens()
    {
        using var item = new RecordObject(
            new HttpDestinationOptions { Link = new ServerLink { Url = $"http://127.0.0.1:{FreePort.Next()}/" } },
            RecordObject.Numbers(3));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("cannot be reached", result.Reason);
    }
}
