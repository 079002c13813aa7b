using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Actions;

/// <summary>Actions of a running gateway, from the reading to the server, stream or command.</summary>
public sealed class AlertActionTests
{
    private const string Rules = """
        sensors: {board: {enabled: false}}
        deliveries: []
        rules:
          - name: hot
            field: t
            above: 30
            severity: critical
            labels: {site: north}
            message: "{key} is {value}"

        """;

    [Fact]
    public async Task A_webhook_gets_what_alertmanager_would_send()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer());
        await using var gateway = await StartAsync($"webhook: {{url: '{server.Url}hook', token: abcdefgh}}");
        await gateway.PostAsync("readings", """{"key":"k1","data":{"t":31}}""");
        await Poll.UntilAsync(() => server.Requests.Count == 1);
        await gateway.PostAsync("readings", """{"key":"k1","data":{"t":20}}""");
        await Poll.UntilAsync(() => server.Requests.Count == 2);

        var fired = server.Requests[0];
        Assert.Equal("POST /hook", fired.Target.StartsWith("POST") ? fired.Target : $"POST {fired.Target}");
        Assert.Equal("Bearer abcdefgh", fired["Authorization"]);
        var root = fired.Json;
        Assert.Equal("4", root.GetProperty("version").GetString());
        Assert.Equal("firing", root.GetProperty("status").GetString());
        Assert.Equal("act", root.GetProperty("receiver").GetString());
        Assert.Equal("""{"rule":"hot"}""", root.GetProperty("groupLabels").GetRawText());
        Assert.Equal("https://pi.example.org", root.GetProperty("externalURL").GetString());
        Assert.Equal(0, root.GetProperty("truncatedAlerts").GetInt32());
        var alert = Assert.Single(root.GetProperty("alerts").EnumerateArray());
        Assert.Equal(
            """{"alertname":"hot","field":"t","instance":"board","key":"k1","severity":"critical","site":"north"}""",
            alert.GetProperty("labels").GetRawText());
        Assert.Equal("k1 is 31", alert.GetProperty("annotations").GetProperty("summary").GetString());
        Assert.Equal("0001-01-01T00:00:00Z", alert.GetProperty("endsAt").GetString());
        var over = Assert.Single(server.Requests[1].Json.GetProperty("alerts").EnumerateArray());
        Assert.Equal("resolved", over.GetProperty("status").GetString());
        Assert.Equal(
            alert.GetProperty("fingerprint").GetString(), over.GetProperty("fingerprint").GetString());
        Assert.Equal(alert.GetProperty("startsAt").GetString(), over.GetProperty("startsAt").GetString());
    }

    [Fact]
    public async Task A_webhook_that_fails_is_asked_again_and_shows_in_health_and_status()
    {
        var answers = new Queue<StandInAnswer>([new(500), StandInAnswer.Closed, StandInAnswer.Silence]);
        await using var server = new HttpStandIn(
            _ => answers.TryDequeue(out var answer) ? answer : new StandInAnswer());
        await using var gateway = await StartAsync($"webhook: {{url: '{server.Url}', timeout: 3s}}");
        await gateway.PostAsync("readings", """{"key":"k1","data":{"t":31}}""");
        await Poll.UntilAsync(async () => (await ActionAsync(gateway)).GetProperty("retried").GetInt32() > 0);
        var health = (await gateway.GetAsync("/health")).GetRawText();
        Assert.Contains("action act", health);
        await Poll.UntilAsync(async () => (await ActionAsync(gateway)).GetProperty("done").GetInt32() == 1);

        var action = await ActionAsync(gateway);
        Assert.Equal((3, 0, 0), (
            action.GetProperty("retried").GetInt32(), action.GetProperty("failed").GetInt32(),
            action.GetProperty("waiting").GetInt32()));
        Assert.Equal(JsonValueKind.Null, action.GetProperty("lastError").ValueKind);
        Assert.Equal(4, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.Equal(server.Requests[0].Text, request.Text));
    }

    [Fact]
    public async Task What_a_webhook_refuses_goes_to_the_error_stream_once()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(400, "no such receiver"));
        await using var gateway = await StartAsync($"webhook: {{url: '{server.Url}'}}");
        await gateway.PostAsync("readings", """{"key":"k1","data":{"t":31}}""");
        JsonElement[] errors = [];
        await Poll.UntilAsync(async () => (errors = await RecordsAsync(gateway, "delivery-errors")).Length == 1);

        Assert.Equal("action/act", errors[0].GetProperty("key").GetString());
        Assert.Contains("no such receiver", errors[0].GetProperty("data").GetProperty("reason").GetString());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_stream_gets_each_change_as_it_stands_in_alerts()
    {
        await using var gateway = await StartAsync("stream: {name: pages}");
        await gateway.PostAsync("readings", """{"key":"k1","data":{"t":31}}""");
        await gateway.PostAsync("readings", """{"key":"k1","data":{"t":20}}""");
        JsonElement[] pages = [];
        await Poll.UntilAsync(async () => (pages = await RecordsAsync(gateway, "pages")).Length == 2);
        Assert.Equal(
            (await RecordsAsync(gateway, "alerts")).Select(record => record.GetProperty("data").GetRawText()),
            pages.Select(record => record.GetProperty("data").GetRawText()));
    }

    [Fact]
    public async Task A_command_gets_the_notification_and_one_that_fails_is_run_again()
    {
        using var folder = new TemporaryFolder();
        var script = folder.Write("page.sh", $"""
            #!/bin/sh
            if [ ! -e {folder.Combine("tried")} ]; then touch {folder.Combine("tried")}; echo busy >&2; exit 75; fi
            cat > {folder.Combine("page.new")} && mv {folder.Combine("page.new")} {folder.Combine("page")}
            """);
        await using var gateway = await StartAsync(
            $"exec: {{command: /bin/sh, arguments: [{script}, --urgent], timeout: 30s}}");
        await gateway.PostAsync("readings", """{"key":"k1","data":{"t":31}}""");
        await Poll.UntilAsync(() => File.Exists(folder.Combine("page")));

        using var page = JsonDocument.Parse(File.ReadAllText(folder.Combine("page")));
        Assert.Equal("firing", page.RootElement.GetProperty("status").GetString());
        Assert.Contains("It said: busy", gateway.Log);
    }

    [Fact]
    public async Task Actions_change_with_a_reload_and_go_on_where_they_were()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer());
        await using var gateway = await StartAsync("stream: {name: pages}");
        await gateway.PostAsync("readings", """{"key":"k1","data":{"t":31}}""");
        await Poll.UntilAsync(async () => (await RecordsAsync(gateway, "pages")).Length == 1);
        await gateway.ReloadAsync(Yaml($"webhook: {{url: '{server.Url}'}}"));
        Assert.Contains("alerting", gateway.Log);
        await gateway.PostAsync("readings", """{"key":"k1","data":{"t":20}}""");
        await Poll.UntilAsync(() => server.Requests.Count == 1);

        // The action of that name has told that it fires: by the stream; now it tells that it is over, by the webhook.
        Assert.Equal("resolved", server.Requests[0].Json.GetProperty("status").GetString());
    }

    private static Task<GatewayUnderTest> StartAsync(string target) => GatewayUnderTest.StartAsync(Yaml(target));

    private static string Yaml(string target) => $$"""
        streams: [{name: pages}]
        {{Rules}}
        alerting:
          dashboardUrl: https://pi.example.org
          actions:
            - name: act
              {{target}}
        """;

    private static async Task<JsonElement> ActionAsync(GatewayUnderTest gateway) =>
        (await gateway.GetAsync("/api/alerting")).GetProperty("actions")[0];

    private static async Task<JsonElement[]> RecordsAsync(GatewayUnderTest gateway, string stream) =>
        [.. (await gateway.GetAsync($"/api/streams/{stream}/records")).GetProperty("records").EnumerateArray()];
}
