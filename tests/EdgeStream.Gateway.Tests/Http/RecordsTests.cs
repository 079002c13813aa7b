using System.Text;
using System.Text.Json;

namespace EdgeStream.Gateway.Tests.Http;

public sealed class RecordsTests
{
    private const string Path = "/api/streams/readings/records";

    [Fact]
    public async Task A_posted_record_is_read_back_as_it_was()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (status, posted) = await gateway.PostAsync(
            "readings", """{"key":"north","data":{"t":21.50,"u":"°C"},"eventTime":"2026-01-31T12:00:00.5Z"}""");
        Assert.Equal(200, status);
        var place = Assert.Single(posted.GetProperty("records").EnumerateArray());
        Assert.Equal(1, place.GetProperty("sequence").GetInt64());
        Assert.Equal("shardId-000000000000", place.GetProperty("shard").GetString());

        var read = await gateway.GetAsync(Path);
        var record = Assert.Single(read.GetProperty("records").EnumerateArray());
        Assert.Equal("north", record.GetProperty("key").GetString());
        Assert.Equal("2026-01-31T12:00:00.500Z", record.GetProperty("eventTime").GetString());
        Assert.Equal("""{"t":21.50,"u":"°C"}""", record.GetProperty("data").GetRawText());
        Assert.Equal("readings", read.GetProperty("stream").GetString());
    }

    [Fact]
    public async Task Several_records_keep_their_order_and_the_next_token_continues_after_them()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var list = string.Join(',', Enumerable.Range(0, 5).Select(n => $$"""{"key":"k","data":{{n}}}"""));
        Assert.Equal(200, (await gateway.PostAsync("readings", $$"""{"records":[{{list}}]}""")).Status);

        var first = await gateway.GetAsync($"{Path}?limit=3");
        Assert.Equal([0, 1, 2], Values(first));
        var second = await gateway.GetAsync($"{Path}?from={first.GetProperty("next").GetString()}");
        Assert.Equal([3, 4], Values(second));
        var third = await gateway.GetAsync($"{Path}?from={second.GetProperty("next").GetString()}");
        Assert.Empty(Values(third));
        var atThree = await gateway.GetAsync($"{Path}?from=3&limit=2");
        Assert.Equal([2, 3], Values(atThree));
        Assert.Empty(Values(await gateway.GetAsync($"{Path}?from=latest")));
        Assert.Equal(5, Values(await gateway.GetAsync($"{Path}?from=2020-01-01T00:00:00Z")).Length);
        Assert.Empty(Values(await gateway.GetAsync($"{Path}?from=2999-01-01T00:00:00Z")));
    }

    [Fact]
    public async Task A_damaged_record_is_a_gap_with_its_number_and_the_others_are_there()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var list = string.Join(
            ',', Enumerable.Range(0, 5).Select(n => $$$"""{"key":"k","data":{"text":"reading {{{n}}}"}}"""));
        Assert.Equal(200, (await gateway.PostAsync("readings", $$"""{"records":[{{list}}]}""")).Status);
        StoredText.Flip(gateway.DataFolder, "reading 2");

        var read = await gateway.GetAsync(Path);
        Assert.Equal([1, 2, 4, 5], SequencesOf(read));
        var gap = Assert.Single(read.GetProperty("gaps").EnumerateArray());
        Assert.Equal(
            """{"shard":"shardId-000000000000","first":3,"last":3,"reason":"damaged"}""", gap.GetRawText());
        var rest = await gateway.GetAsync($"{Path}?from={read.GetProperty("next").GetString()}");
        Assert.Empty(SequencesOf(rest));
        Assert.False(rest.TryGetProperty("gaps", out _));
    }

    [Fact]
    public async Task A_gap_that_a_page_of_records_ends_with_is_not_told_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var list = string.Join(
            ',', Enumerable.Range(0, 5).Select(n => $$$"""{"key":"k","data":{"text":"reading {{{n}}}"}}"""));
        await gateway.PostAsync("readings", $$"""{"records":[{{list}}]}""");
        StoredText.Flip(gateway.DataFolder, "reading 2");

        var from = "trim-horizon";
        var told = new List<long>();
        for (var page = 0; page < 5; page++)
        {
            var read = await gateway.GetAsync($"{Path}?limit=1&from={from}");
            told.AddRange(SequencesOf(read));
            if (read.TryGetProperty("gaps", out var gaps))
            {
                told.AddRange(gaps.EnumerateArray().Select(gap => gap.GetProperty("first").GetInt64()));
            }

            from = read.GetProperty("next").GetString()!;
        }

        Assert.Equal([1, 2, 3, 4, 5], told.Order());
    }

    [Fact]
    public async Task Several_shards_are_read_to_the_end_of_each()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            GatewayUnderTest.Quiet + "streams: [{name: wide, shards: 4, segmentSize: 64KiB}]\n");
        var list = string.Join(',', Enumerable.Range(0, 100).Select(n => $$"""{"key":"k{{n}}","data":{{n}}}"""));
        await gateway.PostAsync("wide", $$"""{"records":[{{list}}]}""");

        var values = new List<int>();
        var shards = new HashSet<string>();
        var from = "trim-horizon";
        for (var turn = 0; turn < 100 && values.Count < 100; turn++)
        {
            var answer = await gateway.GetAsync($"/api/streams/wide/records?limit=7&from={from}");
            values.AddRange(Values(answer));
            shards.UnionWith(answer.GetProperty("records").EnumerateArray()
                .Select(record => record.GetProperty("shard").GetString()!));
            from = answer.GetProperty("next").GetString()!;
        }

        Assert.Equal(Enumerable.Range(0, 100), values.Order());
        Assert.Equal(4, shards.Count);
        var one = await gateway.GetAsync("/api/streams/wide/records?shard=shardId-000000000002&from=1");
        Assert.All(one.GetProperty("records").EnumerateArray(),
            record => Assert.Equal("shardId-000000000002", record.GetProperty("shard").GetString()));
        Assert.Equal(400, (await gateway.SendAsync(HttpMethod.Get, "/api/streams/wide/records?from=1")).Status);
    }

    [Fact]
    public async Task A_reader_that_waits_gets_the_record_when_it_comes()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var waiting = gateway.GetAsync($"{Path}?from=latest&waitSeconds=30");
        await Testing.Poll.UntilAsync(async () =>
        {
            await gateway.PostAsync("readings", """{"key":"k","data":7}""");
            return waiting.IsCompleted;
        });
        Assert.Contains(7, Values(await waiting));
    }

    [Fact]
    public async Task Of_one_key_only_its_records_are_told_and_the_others_are_passed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var list = string.Join(
            ',', Enumerable.Range(0, 6).Select(n => $$"""{"key":"{{(n % 3 == 0 ? "a/b" : "c")}}","data":{{n}}}"""));
        Assert.Equal(200, (await gateway.PostAsync("readings", $$"""{"records":[{{list}}]}""")).Status);

        var first = await gateway.GetAsync($"{Path}?key=a%2Fb&limit=1");
        Assert.Equal([0], Values(first));
        var second = await gateway.GetAsync($"{Path}?key=a%2Fb&from={first.GetProperty("next").GetString()}");
        Assert.Equal([3], Values(second));
        var next = second.GetProperty("next").GetString();
        var end = await gateway.GetAsync($"{Path}?key=a%2Fb&from={next}");
        Assert.Empty(Values(end));
        Assert.Equal(next, end.GetProperty("next").GetString());
        Assert.Empty(Values(await gateway.GetAsync($"{Path}?key=a")));
    }

    [Fact]
    public async Task Who_waits_for_a_key_is_not_answered_for_the_records_of_others()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var waiting = gateway.GetAsync($"{Path}?key=mine&waitSeconds=30");
        for (var n = 0; n < 3; n++)
        {
            await gateway.PostAsync("readings", $$"""{"key":"other","data":{{n}}}""");
        }

        await gateway.PostAsync("readings", """{"key":"mine","data":7}""");
        var page = await waiting;
        Assert.Equal([7], Values(page));
    }

    [Fact]
    public async Task Data_over_several_lines_becomes_one_and_data_that_is_not_json_comes_as_base64()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.PostAsync("readings", "{\"key\":\"k\",\"data\":{\n \"a\": 1\n}}");
        var bytes = Convert.ToBase64String(Encoding.UTF8.GetBytes("not json"));
        await gateway.PostAsync("readings", $$"""{"key":"k","dataBase64":"{{bytes}}"}""");
        var records = (await gateway.GetAsync(Path)).GetProperty("records").EnumerateArray().ToArray();
        Assert.Equal("""{"a":1}""", records[0].GetProperty("data").GetRawText());
        Assert.False(records[1].TryGetProperty("data", out _));
        Assert.Equal(bytes, records[1].GetProperty("dataBase64").GetString());
    }

    [Theory]
    [InlineData("""{"key":"k"}""", "either 'data' or 'dataBase64'")]
    [InlineData("""{"key":"","data":1}""", "'key' must be a text")]
    [InlineData("""{"data":1}""", "'key' must be a text")]
    [InlineData("""{"key":"k","data":"text"}""", "'data' must be a JSON object or a number")]
    [InlineData("""{"key":"k","data":1,"dta":2}""", "Unknown member 'dta'")]
    [InlineData("""{"key":"k","data":1,"eventTime":"yesterday"}""", "'eventTime' is no ISO 8601 time")]
    [InlineData("""{"key":"k","dataBase64":"%"}""", "is not Base64")]
    [InlineData("""{"records":{"a":[1]}}""", "'records' must be a list of 1 to 500 records")]
    [InlineData("""{"records":[{"key":"a","data":{}}],"records":7}""", "'records' must be a list of 1 to 500 records")]
    [InlineData("""{"records":[{"key":"a","data":{}}]} x""", "The body is not JSON")]
    [InlineData("""{"records":[{"key":"a","data":{}},{"key":"a","data":{]}]}""", "The body is not JSON")]
    [InlineData("""["records",[{"key":"a","data":{}}]]""", "A record must be a JSON object")]
    [InlineData("""{"records":[]}""", "'records' must be a list of 1 to 500 records")]
    [InlineData("[1]", "A record must be a JSON object")]
    [InlineData("{", "The body is not JSON")]
    public async Task A_body_that_is_not_allowed_is_refused_with_what_is(string body, string message)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (status, answer) = await gateway.PostAsync("readings", body);
        Assert.Equal(400, status);
        Assert.Contains(message, answer.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal("invalid_argument", answer.GetProperty("error").GetProperty("code").GetString());
        Assert.Empty((await gateway.GetAsync(Path)).GetProperty("records").EnumerateArray());
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=10001")]
    [InlineData("waitSeconds=31")]
    [InlineData("from=somewhere")]
    [InlineData("from=~9-1")]
    [InlineData("from=~x")]
    public async Task A_query_that_is_not_allowed_is_refused(string query)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        Assert.Equal(400, (await gateway.SendAsync(HttpMethod.Get, $"{Path}?{query}")).Status);
    }

    [Fact]
    public async Task Streams_and_shards_that_do_not_exist_are_told_with_those_that_do()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (status, answer) = await gateway.SendAsync(HttpMethod.Get, "/api/streams/nothing/records");
        Assert.Equal(404, status);
        Assert.Contains("alerts, dead-letter, delivery-errors, readings",
            answer.GetProperty("error").GetProperty("hint").GetString());
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, $"{Path}?shard=shardId-9")).Status);
        Assert.Equal(404, (await gateway.PostAsync("nothing", """{"key":"k","data":1}""")).Status);
    }

    [Fact]
    public async Task Another_sites_page_and_other_content_types_may_not_post()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        const string Record = """{"key":"k","data":1}""";
        Assert.Equal(403, (await gateway.SendAsync(
            HttpMethod.Post, Path, Record, ("Origin", "http://evil.example"))).Status);
        Assert.Equal(200, (await gateway.SendAsync(
            HttpMethod.Post, Path, Record, ("Origin", $"http://{gateway.Host.HttpEndpoint}"))).Status);
        Assert.Equal(400, (await gateway.PostAsync("readings", """{"key":"\ud800","data":1}""")).Status);
        using var plain = await gateway.Client.PostAsync(Path, new StringContent(Record, Encoding.UTF8, "text/plain"));
        Assert.Equal(415, (int)plain.StatusCode);
    }

    [Fact]
    public async Task A_body_larger_than_its_bound_is_refused()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var body = $$$"""{"key":"k","data":{"a":"{{{new string('x', 9 << 20)}}}"}}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"), Headers = { ExpectContinue = true },
        };
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Empty((await gateway.GetAsync(Path)).GetProperty("records").EnumerateArray());
    }

    private static int[] Values(JsonElement answer) =>
        [.. answer.GetProperty("records").EnumerateArray()
            .Select(record => record.GetProperty("data").GetProperty("value").GetInt32())];

    private static long[] SequencesOf(JsonElement answer) =>
        [.. answer.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("sequence").GetInt64())];
}
