using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>What goes to databases and indexes, by stand-ins that follow the public
/// documentation of their APIs.</summary>
public sealed class StoreDestinationTests
{
    [Fact]
    public async Task Influx_gets_points_with_escapes_and_times_of_their_own()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(204));
        using var item = new RecordObject(
            new InfluxDestinationOptions
            {
                Link = new ServerLink { Url = server.Url, UserName = "u", Password = "p" },
                Database = "tele metry",
                RetentionPolicy = "autogen",
                Measurement = "{stream} a,b",
                Tags = new NamedValues(new("key", "{key}"), new("site", "place.site"), new("gone", "nowhere")),
            },
            ("a b=c", """{"place":{"site":"p,7"},"t":1.5,"ok":true,"text":"say \"hi\"","list":[1],"no":null}"""),
            ("d\\", "-2e3"));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/write?db=tele%20metry&rp=autogen&precision=ns", request.Target);
        Assert.Equal("Basic dTpw", request["Authorization"]);
        Assert.Equal(
            @"readings\ a\,b,key=a\ b\=c,site=p\,7 place.site=""p,7"",t=1.5,ok=true,text=""say \""hi\"""" "
            + "1767225600500000001\n" + @"readings\ a\,b,key=d/ value=-2e3 1767225600500000002" + "\n", request.Text);
    }

    [Fact]
    public async Task Influx_2_is_asked_with_bucket_organization_and_token()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(204));
        using var item = new RecordObject(
            new InfluxDestinationOptions
            {
                Link = new ServerLink { Url = server.Url, Token = "abc" },
                Organization = "my org",
                Bucket = "b",
                HasDistinctTimes = false,
                Fields = new NamedValues(new("x", "n"), new("y", "nowhere")),
            },
            RecordObject.Numbers(1));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/api/v2/write?org=my%20org&bucket=b&precision=ns", request.Target);
        Assert.Equal("Token abc", request["Authorization"]);
        Assert.Equal("readings,key=key-0 x=1 1767225600500000000\n", request.Text);
    }

    [Fact]
    public async Task Influx_names_no_dropped_point_so_it_is_searched_and_data_without_a_field_is_put_aside()
    {
        await using var server = new HttpStandIn(request =>
            request.Text.Contains("n=5 ", StringComparison.Ordinal)
                ? new StandInAnswer(400, """{"error":"partial write: field type conflict dropped=1"}""")
                : new StandInAnswer(204));
        using var item = new RecordObject(
            new InfluxDestinationOptions { Link = new ServerLink { Url = server.Url }, Database = "db" },
            [.. RecordObject.Numbers(9), ("a", "not json"), ("a", "{}")]);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(
            new Dictionary<long, string> { [5] = "400", [10] = "no-point", [11] = "no-point" }, item.Rejected);
    }

    [Fact]
    public async Task Influx_that_has_reached_a_limit_of_its_own_holds_up()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(
            400, """{"error":"partial write: max-values-per-tag limit exceeded (100000/100000) dropped=1"}"""));
        using var item = new RecordObject(
            new InfluxDestinationOptions { Link = new ServerLink { Url = server.Url }, Database = "db" },
            RecordObject.Numbers(3));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Rejected, result.Outcome);
        Assert.Contains("limit", result.Reason);
        Assert.Empty(item.Rejected);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_is_the_fault_of_its_record_alone()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(204));
        using var item = new RecordObject(
            new InfluxDestinationOptions { Link = new ServerLink { Url = server.Url }, Database = "db" },
            ("a", """{"t":"\ud800"}"""), ("b", """{"t":1}"""), ("c", """{"n":1,"\udc00":2}"""));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(new Dictionary<long, string> { [1] = "no-point", [3] = "no-point" }, item.Rejected);
        Assert.Equal("readings,key=b t=1 1767225600500000002\n", Assert.Single(server.Requests).Text);
    }

    [Theory]
    [InlineData("#a", null, "_a t=1 1767225600500000007")]
    [InlineData("a\\", null, "a/ t=1 1767225600500000007")]
    [InlineData("a", 0, "a t=1 1767225600500028693")]
    [InlineData("a", 3, "a t=1 1767225600500028696")]
    public void Influx_points_are_told_apart_and_none_is_a_comment(string key, int? place, string point)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(new
        {
            stream = "s", sequence = 7, key, eventTime = "2026-01-01T00:00:00.500Z", data = new { t = 1 },
        });
        var text = Encoding.UTF8.GetString(line);
        text = place is null
            ? text : text.Replace("\"key\"", $"\"subSequence\":{place},\"key\"", StringComparison.Ordinal);
        var options = new InfluxDestinationOptions
        {
            Link = new ServerLink { Url = "http://localhost" }, Measurement = "{key}", Tags = NamedValues.None,
        };
        var points = new StringBuilder();
        var record = DeliveredRecord.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)));
        Assert.Null(new InfluxLineEncoder(options, "up").Append(points, record));
        Assert.Equal(point + "\n", points.ToString());
    }

    [Theory]
    [InlineData("validation_exception")]
    [InlineData("index_closed_exception")]
    [InlineData("invalid_index_name_exception")]
    public async Task Elasticsearch_that_cannot_take_documents_now_is_no_fault_of_a_record(string type)
    {
        await using var server = new HttpStandIn(request => Bulk(request, i => i == 1
            ? $$$"""{"status":400,"error":{"type":"{{{type}}}","reason":"because"}}""" : """{"status":201}"""));
        using var item = new RecordObject(Elasticsearch(server), RecordObject.Numbers(3));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Empty(item.Rejected);
    }

    [Fact]
    public async Task Elasticsearch_creates_documents_under_ids_of_their_own()
    {
        await using var server = new HttpStandIn(request => Bulk(request, _ => """{"status":201}"""));
        using var item = new RecordObject(
            Elasticsearch(server) with { Index = "x-{stream}-{date}" }, ("a", """{"n":1}"""), ("b", "not json"));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/_bulk", request.Target);
        Assert.Equal("application/x-ndjson", request["Content-Type"]);
        Assert.Equal("ApiKey key", request["Authorization"]);
        var lines = request.Text.Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Equal(
            $$$"""{"create":{"_index":"x-readings-2026.01.01","_id":"{{{RecordObject.IdOf(1)}}}"}}""", lines[0]);
        Assert.StartsWith("""{"@timestamp":"2026-01-01T00:00:00.500Z","stream":"readings",""", lines[1]);
        Assert.EndsWith("""
            "data":{"n":1}}
            """, lines[1]);
    }

    [Fact]
    public async Task Elasticsearch_that_has_a_document_which_was_never_sent_has_anothers()
    {
        await using var server = new HttpStandIn(request => Bulk(request, i => i == 1
            ? """{"status":409,"error":{"type":"version_conflict_engine_exception","reason":"exists"}}"""
            : """{"status":201}"""));
        using var item = new RecordObject(Elasticsearch(server), RecordObject.Numbers(3));
        Assert.True((await item.SendAsync()).IsSetBack);
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(item.Records.IsSettled));

        // Sent again under the same id it would be taken for the same: whoever sends it makes it another one.
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
    }

    [Fact]
    public async Task Elasticsearch_answers_for_each_document()
    {
        var isFirst = true;
        await using var server = new HttpStandIn(request =>
        {
            var answer = Bulk(request, i => !isFirst ? """{"status":201}""" : i switch
            {
                1 => """{"status":409,"error":{"type":"version_conflict_engine_exception","reason":"exists"}}""",
                2 => """{"status":429,"error":{"type":"es_rejected_execution_exception","reason":"queue"}}""",
                3 => """{"status":400,"error":{"type":"document_parsing_exception","reason":"no date"}}""",
                _ => """{"status":201}""",
            });
            isFirst = false;
            return answer;
        });
        using var item = new RecordObject(Elasticsearch(server), RecordObject.Numbers(5));
        item.Records.MayBeThere = true;
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("1 of 5 records, the first of them sequence 3", result.Reason);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(new Dictionary<long, string> { [4] = "400" }, item.Rejected);
        Assert.Equal(2, server.Requests[1].Text.Count(character => character == '\n'));
    }

    [Theory]
    [InlineData(400, SendOutcome.Retryable)]
    [InlineData(403, SendOutcome.Retryable)]
    [InlineData(404, SendOutcome.Retryable)]
    public async Task Elasticsearch_that_takes_no_document_holds_up(int status, SendOutcome outcome)
    {
        await using var server = new HttpStandIn(request => Bulk(request, _ =>
            $$$"""{"status":{{{status}}},"error":{"type":"some_exception","reason":"because"}}"""));
        using var item = new RecordObject(Elasticsearch(server), RecordObject.Numbers(5));
        var result = await item.SendAsync();
        Assert.Equal(outcome, result.Outcome);
        Assert.Contains("some_exception: because", result.Reason);
        Assert.Empty(item.Rejected);
    }

    [Fact]
    public async Task Data_alone_is_a_document_with_a_time_of_its_own_or_the_events()
    {
        await using var server = new HttpStandIn(request => Bulk(request, _ => """{"status":200}"""));
        using var item = new RecordObject(
            Elasticsearch(server) with { IsLinePayload = false, IsCreate = false },
            ("a", """{"n":1}"""), ("a", """{"@timestamp":5}"""), ("a", "{ }"), ("a", "7"),
            ("a", """{"\ud800abcdefghij":1}"""));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var lines = Assert.Single(server.Requests).Text.Split('\n');
        Assert.StartsWith("""{"index":{""", lines[0]);
        Assert.Equal("""{"@timestamp":"2026-01-01T00:00:00.500Z","n":1}""", lines[1]);
        Assert.Equal("""{"@timestamp":5}""", lines[3]);
        Assert.Equal("""{"@timestamp":"2026-01-01T00:00:00.500Z"}""", lines[5]);
        Assert.Equal(new Dictionary<long, string> { [4] = "no-document" }, item.Rejected);
    }

    [Fact]
    public async Task Splunk_counts_when_the_indexer_has_acknowledged()
    {
        var asked = 0;
        await using var server = new HttpStandIn(request => request.Target.EndsWith("/ack", StringComparison.Ordinal)
            ? new StandInAnswer(200, request.Text.Contains('0', StringComparison.Ordinal) ? """{"acks":{"0":false}}"""
                : """{"acks":{"7":""" + (++asked > 1 ? "true" : "false") + "}}")
            : new StandInAnswer(200, """{"text":"Success","code":0,"ackId":7}"""));
        using var item = new RecordObject(
            Splunk(server) with { Index = "main", SourceType = "_json" }, ("a", """{"n":1}"""), ("b", "not json"));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal("""{"acks":[0]}""", server.Requests[0].Text);
        var request = server.Requests[1];
        Assert.Equal("/services/collector/event", request.Target);
        Assert.Equal("Splunk top-secret", request["Authorization"]);
        Assert.True(Guid.TryParse(request["X-Splunk-Request-Channel"], out _));
        Assert.Equal(
            """{"time":"1767225600.500","host":"a","source":"readings","sourcetype":"_json","index":"main","""
            + """
            "event":{"n":1},
            """ + $$$"""
            "fields":{"edgestream_id":"{{{RecordObject.IdOf(1)}}}"}}{"time":"1767225600.500","host":"b",
            """ + """
            "source":"readings","sourcetype":"_json","index":"main","event":"bm90IGpzb24=",
            """ + $$$"""
            "fields":{"edgestream_id":"{{{RecordObject.IdOf(2)}}}"}}
            """,
            request.Text);
        Assert.Equal("""{"acks":[7]}""", server.Requests[2].Text);
        Assert.Equal(request["X-Splunk-Request-Channel"], server.Requests[0]["X-Splunk-Request-Channel"]);
        Assert.Equal(request["X-Splunk-Request-Channel"], server.Requests[2]["X-Splunk-Request-Channel"]);
        Assert.Equal(4, server.Requests.Count);
    }

    [Theory]
    [InlineData(403, """{"text":"Invalid token","code":4}""", SendOutcome.Rejected, "Invalid token")]
    [InlineData(400, """{"text":"Incorrect index","code":7,"invalid-event-number":0}""", SendOutcome.Rejected, "Mend")]
    [InlineData(503, """{"text":"Server is busy","code":9}""", SendOutcome.Retryable, "busy")]
    [InlineData(200, """{"text":"Success","code":0}""", SendOutcome.Rejected, "without an acknowledgement")]
    [InlineData(200, "<html/>", SendOutcome.Retryable, "no answer of a collector")]
    [InlineData(400, """{"text":"Invalid data format","code":6}""", SendOutcome.Retryable, "takes no other")]
    public async Task Splunk_that_takes_nothing_holds_up(int status, string body, SendOutcome outcome, string reason)
    {
        await using var server = new HttpStandIn(request =>
            request.Target.EndsWith("/ack", StringComparison.Ordinal)
                ? new StandInAnswer(200, """{"acks":{"0":false}}""") : new StandInAnswer(status, body));
        using var item = new RecordObject(Splunk(server), RecordObject.Numbers(4));
        var result = await item.SendAsync();
        Assert.Equal(outcome, result.Outcome);
        Assert.Contains(reason, result.Reason);
        Assert.Empty(item.Rejected);
    }

    [Fact]
    public async Task Splunk_gets_no_event_for_a_token_that_acknowledges_none()
    {
        await using var server = new HttpStandIn(_ =>
            new StandInAnswer(400, """{"text":"ACK is disabled","code":14}"""));
        using var item = new RecordObject(Splunk(server), RecordObject.Numbers(4));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var result = await item.SendAsync();
            Assert.Equal(SendOutcome.Rejected, result.Outcome);
            Assert.Contains("enable acknowledgement", result.Reason);
        }

        Assert.Equal(["/services/collector/ack", "/services/collector/ack"],
            server.Requests.Select(request => request.Target));
    }

    private static ElasticsearchDestinationOptions Elasticsearch(HttpStandIn server) =>
        new() { Link = new ServerLink { Url = server.Url, Token = "key" } };

    private static SplunkDestinationOptions Splunk(HttpStandIn server) =>
        new() { Link = new ServerLink { Url = server.Url, Token = "top-secret" } };

    /// <summary>An answer to a bulk request, which must have a line for each action and each document.</summary>
    private static StandInAnswer Bulk(StandInRequest request, Func<int, string> result)
    {
        Assert.EndsWith("\n", request.Text);
        var lines = request.Text.Split('\n')[..^1];
        var items = lines.Where((_, i) => i % 2 == 0).Select((line, i) =>
            $$"""{"{{line.Split('"')[1]}}":{{result(i)}}}""");
        return new StandInAnswer(200, $$"""{"took":1,"errors":true,"items":[{{string.Join(',', items)}}]}""");
    }
}
