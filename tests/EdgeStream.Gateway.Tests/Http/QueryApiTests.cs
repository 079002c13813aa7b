using System.Text;
using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Http;

/// <summary>Queries over the API: kept ones, checks, runs, and what a stream holds.</summary>
public sealed class QueryApiTests
{
    private const string Yaml = GatewayUnderTest.Quiet + """
        streams: [{name: hot, segmentSize: 64KiB}, {name: averages, segmentSize: 64KiB}]
        queries: [{name: ours, sql: "SELECT STREAM * FROM readings"}]
        """;

    private const string Hot = """SELECT STREAM PARTITION_KEY AS "who", t FROM readings WHERE t > 30""";

    [Fact]
    public async Task A_query_that_is_put_runs_and_goes_on_after_a_restart()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        var body = Json(("sql", Hot), ("outputs", new[] { new { stream = "hot", key = "who" } }));
        var (status, query) = await gateway.SendAsync(HttpMethod.Put, "/api/queries/hot-ones", body);
        Assert.Equal((201, "api", "running"), (status, Text(query, "source"), Text(query, "state")));
        Assert.Equal(Hot, Text(query, "sql"));
        await gateway.PostAsync("readings", """{"key":"a","data":{"t":31}}""");
        Assert.Equal("""{"who":"a","t":31}""", (await RowAsync(gateway, "hot", 0)).GetRawText());
        await gateway.RestartAsync();
        await gateway.PostAsync("readings", """{"key":"b","data":{"t":32}}""");
        Assert.Equal("""{"who":"b","t":32}""", (await RowAsync(gateway, "hot", 1)).GetRawText());
        Assert.Equal(["hot-ones api", "ours configuration"], await ListAsync(gateway));
        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Put, "/api/queries/hot-ones", body)).Status);
        using var gone = await gateway.Client.DeleteAsync("/api/queries/hot-ones");
        Assert.Equal((204, 0), ((int)gone.StatusCode, (await gone.Content.ReadAsByteArrayAsync()).Length));
        Assert.Equal(["ours configuration"], await ListAsync(gateway));
    }

    [Fact]
    public async Task A_pump_into_a_declared_stream_of_the_gateway_fills_that_stream()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        var sql = """
            CREATE OR REPLACE STREAM "readings" ("t" DOUBLE, "deep" VARCHAR(8) DESCRIPTION '$.a.b');
            CREATE OR REPLACE STREAM "averages" ("twice" DOUBLE, "deep" VARCHAR(8));
            CREATE OR REPLACE PUMP "p" AS INSERT INTO "averages" SELECT STREAM "t" * 2, "deep" FROM "readings";
            """;
        Assert.Equal(201, (await gateway.SendAsync(HttpMethod.Put, "/api/queries/twice", Json(("sql", sql)))).Status);
        await gateway.PostAsync("readings", """{"key":"a","data":{"t":4,"a":{"b":"x"}}}""");
        Assert.Equal("""{"twice":8,"deep":"x"}""", (await RowAsync(gateway, "averages", 0)).GetRawText());
    }

    [Fact]
    public async Task A_query_that_is_switched_off_is_kept_and_does_not_run()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        var (status, query) = await gateway.SendAsync(
            HttpMethod.Put, "/api/queries/off", Json(("sql", Hot), ("enabled", false)));
        Assert.Equal((201, "stopped"), (status, Text(query, "state")));
        Assert.False(query.GetProperty("enabled").GetBoolean());
        Assert.DoesNotContain("query off", await gateway.Client.GetStringAsync("/health"));
        (_, query) = await gateway.SendAsync(
            HttpMethod.Put, "/api/queries/off", Json(("sql", Hot), ("enabled", true)));
        Assert.Equal("running", Text(query, "state"));
        (_, query) = await gateway.SendAsync(
            HttpMethod.Put, "/api/queries/off", Json(("sql", Hot), ("enabled", false)));
        Assert.Equal("stopped", Text(query, "state"));
    }

    [Fact]
    public async Task A_reload_leaves_kept_queries_and_takes_over_their_names()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GatewayUnderTest.Quiet);
        await gateway.SendAsync(HttpMethod.Put, "/api/queries/ours", Json(("sql", Hot)));
        await gateway.SendAsync(HttpMethod.Put, "/api/queries/other", Json(("sql", Hot)));
        await gateway.ReloadAsync(Yaml);
        Assert.Equal(["other api", "ours configuration"], await ListAsync(gateway));
        await gateway.ReloadAsync(GatewayUnderTest.Quiet);
        Assert.Equal(["other api", "ours api"], await ListAsync(gateway));
    }

    [Theory]
    [InlineData("PUT", "/api/queries/ours", "SELECT STREAM 1 FROM readings", 409, "configured_query")]
    [InlineData("DELETE", "/api/queries/ours", null, 409, "configured_query")]
    [InlineData("DELETE", "/api/queries/none", null, 404, "query_not_found")]
    [InlineData("PUT", "/api/queries/a%20b", "SELECT STREAM 1 FROM readings", 400, "invalid_query")]
    [InlineData("PUT", "/api/queries/q", "SELECT STREAM 1 FROM none", 400, "sql_error")]
    [InlineData("POST", "/api/queries/check", "SELECT STREAM 1 FROM", 400, "sql_error")]
    [InlineData("POST", "/api/queries/run", "SELECT STREAM FROM readings", 400, "sql_error")]
    public async Task What_cannot_be_is_refused(string method, string path, string? sql, int status, string code)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        var body = sql is null ? null : Json(("sql", sql));
        var (answered, error) = await gateway.SendAsync(new HttpMethod(method), path, body);
        Assert.Equal((status, code), (answered, Text(error.GetProperty("error"), "code")));
        Assert.Equal(["ours configuration"], await ListAsync(gateway));
    }

    [Fact]
    public async Task A_wrong_text_is_told_with_its_place()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        var (_, answer) = await gateway.SendAsync(
            HttpMethod.Post, "/api/queries/check", Json(("sql", "SELECT STREAM t\nFROM readings WHERE UPER(t) = 'A'")));
        var error = answer.GetProperty("error");
        Assert.Equal(
            (2, 21, 4), (Number(error, "line"), Number(error, "column"), Number(error, "length")));
        Assert.Contains("UPER", Text(error, "message"));
        Assert.NotEqual("", Text(error, "hint"));
    }

    [Fact]
    public async Task A_check_tells_the_columns_and_makes_nothing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        var (status, answer) = await gateway.SendAsync(
            HttpMethod.Post, "/api/queries/check",
            Json(("sql", "SELECT STREAM PARTITION_KEY, COUNT(*) AS n FROM readings GROUP BY PARTITION_KEY, "
                + "STEP(readings.ROWTIME BY INTERVAL '1' MINUTE)")));
        Assert.Equal(200, status);
        Assert.Equal(
            """
            {"statements":1,"columns":[{"name":"PARTITION_KEY","type":"VARCHAR"},{"name":"N","type":"BIGINT"}]}
            """,
            answer.GetRawText());
        Assert.Equal(["ours configuration"], await ListAsync(gateway));
    }

    [Fact]
    public async Task A_run_over_what_is_stored_gives_the_rows_and_ends_by_itself()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        for (var value = 29; value < 33; value++)
        {
            await gateway.PostAsync("readings", $$$"""{"key":"k{{{value}}}","data":{"t":{{{value}}}}}""");
        }

        var lines = await RunAsync(gateway, Json(("sql", Hot), ("from", "1h")));
        Assert.Equal("""{"columns":[{"name":"who","type":"VARCHAR"},{"name":"t","type":null}]}""", lines[0]);
        Assert.Equal(["""["k31",31]""", """["k32",32]"""], lines[1..^1]);
        using var end = JsonDocument.Parse(lines[^1]);
        Assert.Equal((2, 4, 0), (
            Number(end.RootElement, "rows"), Number(end.RootElement, "records"), Number(end.RootElement, "errors")));
        var between = "SELECT STREAM t FROM readings BETWEEN TIMESTAMP '2020-01-01 00:00:00' AND "
            + "TIMESTAMP '2021-01-01 00:00:00'";
        Assert.Equal(2, (await RunAsync(gateway, Json(("sql", between)))).Count);
        Assert.Equal(3, (await RunAsync(gateway, Json(("sql", Hot), ("from", "1h"), ("limit", 1)))).Count);
    }

    [Fact]
    public async Task A_live_run_gives_what_comes_until_it_has_enough_or_nobody_reads_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        await gateway.PostAsync("readings", """{"key":"old","data":{"t":50}}""");
        using var run = await OpenAsync(gateway, Json(("sql", Hot), ("limit", 2)));
        using var lines = new StreamReader(await run.Content.ReadAsStreamAsync());
        Assert.StartsWith("{\"columns\"", await lines.ReadLineAsync());
        await gateway.PostAsync("readings", """{"key":"a","data":{"t":40}}""");
        Assert.Equal("""["a",40]""", await lines.ReadLineAsync());
        await gateway.PostAsync("readings", """{"key":"b","data":{"t":41}}""");
        Assert.Equal("""["b",41]""", await lines.ReadLineAsync());
        Assert.StartsWith("{\"rows\":2,", await lines.ReadLineAsync());
        Assert.Null(await lines.ReadLineAsync());
    }

    [Fact]
    public async Task A_window_of_a_live_run_closes_by_the_clock()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        using var run = await OpenAsync(gateway, Json(
            ("sql", "SELECT STREAM COUNT(*) FROM readings GROUP BY STEP(readings.ROWTIME BY INTERVAL '1' SECOND)"),
            ("limit", 1)));
        using var lines = new StreamReader(await run.Content.ReadAsStreamAsync());
        await lines.ReadLineAsync();
        await gateway.PostAsync("readings", """{"key":"a","data":{"t":40}}""");
        Assert.Equal("[1]", await lines.ReadLineAsync());
    }

    [Fact]
    public async Task More_runs_than_there_may_be_are_refused_and_room_comes_back()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        var body = Json(("sql", Hot));
        var runs = new List<HttpResponseMessage>();
        for (var index = 0; index < QueryRuns.CountMax; index++)
        {
            runs.Add(await OpenAsync(gateway, body));
        }

        var (status, error) = await gateway.SendAsync(HttpMethod.Post, "/api/queries/run", body);
        Assert.Equal((503, "too_many_runs"), (status, Text(error.GetProperty("error"), "code")));
        runs.ForEach(run => run.Dispose());
        await Poll.UntilAsync(async () =>
        {
            using var run = await OpenAsync(gateway, body);
            return run.IsSuccessStatusCode;
        });
    }

    [Fact]
    public async Task The_columns_of_a_stream_are_found_and_their_statement_can_be_used()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        await gateway.PostAsync("readings", """{"key":"k","data":{"t":1,"motor":{"rpm":2.5},"ok":true,"who":"x"}}""");
        var answer = await gateway.GetAsync("/api/queries/discover?stream=readings");
        Assert.Equal(1, Number(answer, "sampled"));
        var sql = Text(answer, "sql")!;
        Assert.Equal(
            """
            CREATE OR REPLACE STREAM "readings" (
                "t"         BIGINT,
                "motor_rpm" DOUBLE DESCRIPTION '$.motor.rpm',
                "ok"        BOOLEAN,
                "who"       VARCHAR
            );
            """,
            sql);
        var lines = await RunAsync(
            gateway, Json(("sql", sql + "\nSELECT STREAM \"motor_rpm\", \"who\" FROM \"readings\""), ("from", "1h")));
        Assert.Equal("""[2.5,"x"]""", lines[1]);
    }

    [Fact]
    public async Task What_is_kept_of_a_query_is_frozen()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        await gateway.SendAsync(HttpMethod.Put, "/api/queries/hot-ones", Json(
            ("sql", Hot), ("outputs", new[] { new { from = "RESULT", stream = "hot", key = "who" } })));
        Assert.True(gateway.Host.Parts.Store.State.TryGet("query-texts/hot-ones", out var bytes));
        var text = """SELECT STREAM PARTITION_KEY AS \u0022who\u0022, t FROM readings WHERE t \u003E 30""";
        var outputs = """[{"from":"RESULT","stream":"hot","key":"who"}]""";
        Assert.Equal(
            $$"""{"version":1,"sql":"{{text}}","enabled":true,"outputs":{{outputs}}}""",
            Encoding.UTF8.GetString(bytes.Span));
    }

    [Fact]
    public async Task What_is_kept_and_cannot_be_read_is_seen_and_can_be_removed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml);
        await gateway.Host.Parts.Store.State.CommitAsync(
            new StateBatch().Put("query-texts/later", """{"version":2}"""u8));
        await gateway.RestartAsync();
        var query = (await gateway.GetAsync("/api/queries")).GetProperty("queries")[0];
        Assert.Equal(("later", "failed"), (Text(query, "name"), Text(query, "state")));
        using var gone = await gateway.Client.DeleteAsync("/api/queries/later");
        Assert.Equal(["ours configuration"], await ListAsync(gateway));
    }

    private static string Json(params (string Name, object Value)[] members) =>
        JsonSerializer.Serialize(members.ToDictionary(member => member.Name, member => member.Value));

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static async Task<string[]> ListAsync(GatewayUnderTest gateway) =>
    [
        .. (await gateway.GetAsync("/api/queries")).GetProperty("queries").EnumerateArray()
            .Select(query => $"{Text(query, "name")} {Text(query, "source")}"),
    ];

    private static async Task<HttpResponseMessage> OpenAsync(GatewayUnderTest gateway, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/queries/run");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<List<string>> RunAsync(GatewayUnderTest gateway, string body)
    {
        using var run = await OpenAsync(gateway, body);
        Assert.Equal("application/x-ndjson", run.Content.Headers.ContentType?.MediaType);
        return [.. (await run.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static async Task<JsonElement> RowAsync(GatewayUnderTest gateway, string stream, int index)
    {
        JsonElement rows = default;
        await Poll.UntilAsync(async () =>
        {
            rows = (await gateway.GetAsync($"/api/streams/{stream}/records?from=trim-horizon")).GetProperty("records");
            return rows.GetArrayLength() > index;
        });
        return rows[index].GetProperty("data").Clone();
    }
}
