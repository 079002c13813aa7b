using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Http;

/// <summary>What people decide about alerts, over HTTP and by the command line.</summary>
public sealed class AlertingTests
{
    private const string Yaml = """
        sensors: {board: {enabled: false}}
        deliveries: []
        streams: [{name: pages}]
        rules:
          - {name: hot, field: t, above: 30, labels: {site: north}}
          - {name: long, field: x, above: 30, for: 1h}
        alerting:
          actions: [{name: act, stream: {name: pages}}]
        """;

    [Fact]
    public async Task An_alert_is_acknowledged_and_that_is_forgotten_when_it_is_over()
    {
        await using var gateway = await StartAsync();
        var id = await FireAsync(gateway);
        var path = $"/api/alerts/{id}/acknowledgement";
        var (status, body) = await gateway.SendAsync(HttpMethod.Post, path, """{"by":"ann","comment":"on my way"}""");
        Assert.Equal((200, "ann"), (status, body.GetProperty("acknowledged").GetProperty("by").GetString()));
        var alert = (await gateway.GetAsync("/api/alerts")).GetProperty("alerts")[0];
        Assert.Equal("on my way", alert.GetProperty("acknowledged").GetProperty("comment").GetString());
        Assert.Contains("\nedgestream_alert_acknowledged 1\n", await gateway.Client.GetStringAsync("/metrics"));

        await gateway.PostAsync("readings", """{"key":"k","data":{"t":20}}""");
        await Poll.UntilAsync(async () =>
            (await gateway.Client.GetStringAsync("/metrics")).Contains("\nedgestream_alert_acknowledged 0\n"));
        (status, body) = await gateway.SendAsync(HttpMethod.Post, path, "{}");
        Assert.Equal((409, "alert_over"), (status, body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Delete, "/api/alerts/x/acknowledgement")).Status);
    }

    [Fact]
    public async Task A_silenced_alert_shows_as_such_and_nothing_is_told_of_it()
    {
        await using var gateway = await StartAsync();
        var (status, silence) = await gateway.SendAsync(
            HttpMethod.Post, "/api/silences", """{"labels":{"site":"n*"},"for":"2h","by":"ann","comment":"repair"}""");
        Assert.Equal(200, status);
        var id = silence.GetProperty("id").GetString();
        await FireAsync(gateway);
        var alert = (await gateway.GetAsync("/api/alerts")).GetProperty("alerts")[0];
        Assert.Equal(id, alert.GetProperty("silence").GetString());
        var marks = (await gateway.GetAsync("/api/alerting")).GetProperty("marks");
        Assert.Equal(id, marks[0].GetProperty("silence").GetString());
        await Poll.UntilAsync(async () => (await gateway.GetAsync("/api/alerting")).GetProperty("actions")[0]
            .GetProperty("standing").GetInt32() == 1);
        Assert.Empty(await PagesAsync(gateway));

        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Delete, $"/api/silences/{id}")).Status);
        await Poll.UntilAsync(async () => (await PagesAsync(gateway)).Length == 1);
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Delete, $"/api/silences/{id}")).Status);
        Assert.Empty((await gateway.GetAsync("/api/silences")).GetProperty("silences").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"for":"2h"}""", "what it is about")]
    [InlineData("""{"rule":"a"}""", "either 'for' or 'until'")]
    [InlineData("""{"rule":"a","for":"2"}""", "'for' cannot be '2'")]
    [InlineData("""{"rule":"a","until":"soon"}""", "'until' cannot be 'soon'")]
    [InlineData("""{"rule":"a","until":"2001-01-01T00:00:00Z"}""", "over already")]
    [InlineData("""{"rule":1,"for":"1h"}""", "'rule' is no text")]
    [InlineData("""{"severity":"bad","for":"1h"}""", "'bad' is no severity")]
    [InlineData("""{"labels":{"a":1},"for":"1h"}""", "'a' is no text")]
    [InlineData("""{"rul":"a","for":"1h"}""", "There is no 'rul'")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{", "not JSON")]
    public async Task A_silence_that_says_nothing_right_is_refused(string json, string problem)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (status, body) = await gateway.SendAsync(HttpMethod.Post, "/api/silences", json);
        Assert.Equal(400, status);
        Assert.Contains(problem, body.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task Pages_of_other_sites_decide_nothing()
    {
        await using var gateway = await StartAsync();
        var id = await FireAsync(gateway);
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/api/silences"), (HttpMethod.Delete, "/api/silences/x"),
            (HttpMethod.Post, $"/api/alerts/{id}/acknowledgement"),
            (HttpMethod.Delete, $"/api/alerts/{id}/acknowledgement"),
        })
        {
            var (status, _) = await gateway.SendAsync(method, path, "{}", ("Origin", "http://elsewhere.example.org"));
            Assert.Equal(403, status);
        }
    }

    [Fact]
    public async Task What_is_pending_shows_with_how_long_it_has_held()
    {
        await using var gateway = await StartAsync();
        await gateway.PostAsync("readings", """{"key":"k","data":{"x":31}}""");
        JsonElement pending = default;
        await Poll.UntilAsync(async () => (pending = (await gateway.GetAsync("/api/alerts")).GetProperty("pending"))
            .GetArrayLength() == 1);
        Assert.Equal(("long", "pending", 3600), (
            pending[0].GetProperty("rule").GetString(), pending[0].GetProperty("state").GetString(),
            pending[0].GetProperty("forSeconds").GetInt32()));
        Assert.Contains(
            "\nedgestream_rule_pending{rule=\"long\"} 1\n", await gateway.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task The_history_shows_what_stood_in_a_time()
    {
        await using var gateway = await StartAsync();
        await FireAsync(gateway);
        await gateway.PostAsync("readings", """{"key":"k","data":{"t":20}}""");
        await Poll.UntilAsync(async () => StatesOf(await gateway.GetAsync("/api/alerts")).All(s => s != "firing"));
        await FireAsync(gateway);
        var all = await gateway.GetAsync("/api/alerts/history?rule=h*&key=k");
        Assert.Equal(["firing", "resolved"], StatesOf(all));
        Assert.True(all.GetProperty("complete").GetBoolean());
        Assert.Empty((await gateway.GetAsync("/api/alerts/history?rule=other")).GetProperty("alerts").EnumerateArray());
        Assert.Empty((await gateway.GetAsync("/api/alerts/history?to=2001-01-01T00:00:00Z")).GetProperty("alerts")
            .EnumerateArray());
        Assert.Equal(400, (await gateway.SendAsync(HttpMethod.Get, "/api/alerts/history?limit=0")).Status);
    }

    [Fact]
    public async Task The_command_line_lists_acknowledges_and_silences()
    {
        await using var gateway = await StartAsync();
        var id = await FireAsync(gateway);
        var url = gateway.Client.BaseAddress!.ToString();
        Assert.Contains("firing\twarning\thot\tk\t", await RunAsync("alerts", "--url", url));
        Assert.Contains("is acknowledged", await RunAsync("alerts", "ack", id[..8], "--by", "ann", "--url", url));
        var silence = await RunAsync(
            "alerts", "silence", "--rule", "hot", "--label", "site=north", "--for", "1h", "--url", url);
        Assert.Contains("firing,silenced,acknowledged\t", await RunAsync("alerts", "--url", url));
        Assert.Contains("\thot\t-\t-\tsite=north\t", await RunAsync("alerts", "silences", "--url", url));
        await RunAsync("alerts", "unsilence", silence.Split(' ')[0], "--url", url);
        await RunAsync("alerts", "unack", id, "--url", url);
        Assert.Contains(
            "firing\twarning\thot\tk\t", await RunAsync("alerts", "history", "--rule", "hot", "--url", url));
        var (code, _, error) = await Cli.CommandLine.RunAsync("alerts", "ack", "nothing", "--url", url);
        Assert.Equal(64, code);
        Assert.Contains("There is no alert 'nothing'", error);
    }

    private static Task<GatewayUnderTest> StartAsync() => GatewayUnderTest.StartAsync(Yaml);

    private static async Task<string> FireAsync(GatewayUnderTest gateway)
    {
        await gateway.PostAsync("readings", """{"key":"k","data":{"t":31}}""");
        var id = "";
        await Poll.UntilAsync(async () =>
        {
            var alerts = (await gateway.GetAsync("/api/alerts")).GetProperty("alerts");
            id = alerts.GetArrayLength() > 0 && alerts[0].GetProperty("state").GetString() == "firing"
                ? alerts[0].GetProperty("id").GetString()! : "";
            return id.Length > 0;
        });
        return id;
    }

    private static string[] StatesOf(JsonElement answer) =>
        [.. answer.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("state").GetString()!)];

    private static async Task<JsonElement[]> PagesAsync(GatewayUnderTest gateway) =>
        [.. (await gateway.GetAsync("/api/streams/pages/records")).GetProperty("records").EnumerateArray()];

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output, error) = await Cli.CommandLine.RunAsync(arguments);
        Assert.Equal((0, ""), (code, error));
        return output;
    }
}
