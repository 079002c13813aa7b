using System.Net;
using System.Text.Json;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Records in and out over HTTP.</summary>
public sealed class HttpRecordTests
{
    [Fact]
    public async Task A_posted_record_is_read_back_with_its_position_and_times()
    {
        await using var world = await GatewayWorld.StartAsync("http");

        var (status, body) = await world.Api.PostAsync(
            "/api/streams/readings/records",
            """{"key":"pump","data":{"bar":2.5},"eventTime":"2026-01-31T12:00:00.250Z"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        var receipt = Assert.Single(body.GetProperty("records").EnumerateArray());
        var record = Assert.Single(await world.Api.ReadAllAsync("readings"));
        Assert.Equal(receipt.GetProperty("shard").GetString(), record.Shard);
        Assert.Equal(receipt.GetProperty("sequence").GetInt64(), record.Sequence);
        Assert.Equal("pump", record.Key);
        Assert.Equal("""{"bar":2.5}""", record.Data.GetRawText());
        Assert.Equal("2026-01-31T12:00:00.250Z", record.Whole.GetProperty("eventTime").GetString());
    }

    [Fact]
    public async Task Five_hundred_records_go_in_one_request_and_keep_their_order()
    {
        await using var world = await GatewayWorld.StartAsync("batch");
        var (status, body) = await PostManyAsync(world, 500);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(500, body.GetProperty("records").GetArrayLength());
        var records = await world.Api.ReadAllAsync("readings");
        Assert.Equal(Enumerable.Range(0, 500), records.Select(record => record.Data.GetProperty("n").GetInt32()));
    }

    [Fact]
    public async Task More_than_five_hundred_records_are_refused_and_nothing_is_stored()
    {
        await using var world = await GatewayWorld.StartAsync("too-many");
        var (status, body) = await PostManyAsync(world, 501);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        AssertError(body);
        Assert.Empty(await world.Api.ReadAllAsync("readings"));
    }

    [Fact]
    public async Task A_reader_that_waits_is_answered_as_soon_as_a_record_comes()
    {
        await using var world = await GatewayWorld.StartAsync("wait");
        await world.Api.PublishAsync("readings", "pump", """{"n":1}""");
        var start = await world.Api.GetJsonAsync("/api/streams/readings/records?from=latest");
        Assert.Equal(0, start.GetProperty("records").GetArrayLength());
        var next = Uri.EscapeDataString(start.GetProperty("next").GetString()!);

        var waiting = world.Api.GetJsonAsync($"/api/streams/readings/records?from={next}&waitSeconds=30");
        await world.Api.PublishAsync("readings", "pump", """{"n":2}""");

        var page = await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        var record = Assert.Single(page.GetProperty("records").EnumerateArray());
        Assert.Equal(2, record.GetProperty("data").GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task A_stream_is_read_from_a_sequence_number_and_from_a_time()
    {
        await using var world = await GatewayWorld.StartAsync("positions");
        await PostManyAsync(world, 10);
        var all = await world.Api.ReadAllAsync("readings");

        var fromSequence = await world.Api.GetJsonAsync("/api/streams/readings/records?from=8");
        var fromPast = await world.Api.GetJsonAsync("/api/streams/readings/records?from=2020-01-01T00:00:00Z&limit=3");
        var fromFuture = await world.Api.GetJsonAsync("/api/streams/readings/records?from=2100-01-01T00:00:00Z");

        Assert.Equal([8, 9, 10], Sequences(fromSequence));
        Assert.Equal(all.Take(3).Select(record => record.Sequence), Sequences(fromPast));
        Assert.Empty(Sequences(fromFuture));
    }

    [Theory]
    [InlineData("/api/streams/no-such-stream/records", HttpStatusCode.NotFound)]
    [InlineData("/api/streams/readings/records?from=yesterday", HttpStatusCode.BadRequest)]
    [InlineData("/api/streams/readings/records?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/streams/readings/records?shard=shardId-000000000077", HttpStatusCode.NotFound)]
    [InlineData("/api/no-such-thing", HttpStatusCode.NotFound)]
    public async Task A_wrong_request_is_answered_with_what_is_wrong_and_what_to_do(
        string path, HttpStatusCode expected)
    {
        await using var world = await GatewayWorld.StartAsync("errors");

        using var response = await world.Api.GetAsync(path);

        Assert.Equal(expected, response.StatusCode);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        AssertError(body.RootElement);
    }

    [Theory]
    [InlineData("""{"key":"pump"}""")]
    [InlineData("""{"key":"","data":{}}""")]
    [InlineData("""{"key":"pump","data":{"a":1}""")]
    [InlineData("""{"key":"pump","data":{},"eventTime":"noon"}""")]
    [InlineData("""{"records":{}}""")]
    public async Task A_wrong_record_is_refused(string body)
    {
        await using var world = await GatewayWorld.StartAsync("wrong-record");

        var (status, answer) = await world.Api.PostAsync("/api/streams/readings/records", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        AssertError(answer);
    }

    private static Task<(HttpStatusCode Status, JsonElement Body)> PostManyAsync(GatewayWorld world, int count)
    {
        var records = string.Join(
            ',', Enumerable.Range(0, count).Select(number => $$$"""{"key":"pump","data":{"n":{{{number}}}}}"""));
        return world.Api.PostAsync("/api/streams/readings/records", $$"""{"records":[{{records}}]}""");
    }

    private static IEnumerable<long> Sequences(JsonElement page) =>
        page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("sequence").GetInt64());

    private static void AssertError(JsonElement body)
    {
        var error = body.GetProperty("error");
        Assert.NotEmpty(error.GetProperty("code").GetString()!);
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEmpty(error.GetProperty("hint").GetString()!);
    }
}
