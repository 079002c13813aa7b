using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

/// <summary>Queries on what a gateway has stored, with the rules that watch what they give.</summary>
public sealed class QueryBacktestTests
{
    private const string Yaml = """
        sensors: {board: {enabled: false}}
        deliveries: []
        streams: [{name: doubled, segmentSize: 64KiB}]
        queries:
          - name: twice
            sql: SELECT STREAM PARTITION_KEY AS "device", t * 2 AS "twice" FROM readings
            outputs: [{stream: doubled, key: device}]
        rules: [{name: high, stream: doubled, field: twice, above: 50}]
        """;

    private const string Draft = """
        CREATE STREAM "doubled" ("device" VARCHAR(16), "twice" DOUBLE);
        CREATE PUMP p AS INSERT INTO "doubled" SELECT STREAM PARTITION_KEY, t * 2.5 FROM readings;
        """;

    [Fact]
    public async Task A_query_that_ran_would_have_given_its_rows_and_raised_what_was_raised()
    {
        await using var gateway = await StartAsync();
        var (code, output, error) = await RunAsync(gateway, "twice", "--from", "1h", "--json", "--check");
        Assert.Equal((0, ""), (code, error));
        using var report = JsonDocument.Parse(output);
        var result = Assert.Single(report.RootElement.GetProperty("results").EnumerateArray());
        Assert.Equal(("doubled", 5, 5), (
            result.GetProperty("stream").GetString(), result.GetProperty("rows").GetInt32(),
            result.GetProperty("records").GetInt32()));
        Assert.Equal("""["ROWTIME","device","twice"]""", result.GetProperty("columns").GetRawText());
        Assert.EndsWith("\"k\",40]", result.GetProperty("shown")[0].GetRawText());
        var rule = Assert.Single(result.GetProperty("rules").EnumerateArray());
        Assert.Equal((1, 1, 1), (
            rule.GetProperty("wouldBeRaised").GetInt32(), rule.GetProperty("wereRaised").GetInt32(),
            rule.GetProperty("both").GetInt32()));
    }

    [Fact]
    public async Task A_draft_shows_other_rows_and_other_alerts()
    {
        await using var gateway = await StartAsync();
        using var folder = new TemporaryFolder();
        var draft = folder.Write("draft.sql", Draft);
        var (code, output, error) = await RunAsync(
            gateway, "--sql", draft, "--from", "1h", "--limit", "2", "--check");
        Assert.Equal(1, code);
        var lines = output.Split('\n');
        Assert.Equal("ROWTIME,device,twice", lines[0]);
        Assert.EndsWith(",k,50", lines[1]);
        Assert.StartsWith("yes\tdraft\t", lines[3]);
        Assert.Contains("draft into doubled: 5 rows of 5 records in", error);
        Assert.Contains("the first 2 are shown", error);
        Assert.Contains("It would have raised 2 alerts; 1 were raised", error);
    }

    [Fact]
    public async Task A_query_that_no_rule_watches_shows_its_rows()
    {
        await using var gateway = await StartAsync();
        using var folder = new TemporaryFolder();
        var draft = folder.Write("hot.sql", "SELECT STREAM t FROM readings WHERE t > 20");
        var (code, output, error) = await CommandLine.RunAsync(
            isTerminal: true, "", [.. Arguments(gateway), "--sql", draft, "--from", "1h"]);
        Assert.Equal((0, ""), (code, error));
        Assert.Matches("ROWTIME +t", output);
        Assert.Contains("hot: 3 rows of 5 records in ", output);
    }

    [Theory]
    [InlineData(64, "There is no rule 'thrice' (rules: high), and the gateway at http://", "thrice")]
    [InlineData(74, "no/such.sql", "--sql", "/no/such.sql")]
    public async Task What_cannot_be_done_is_said(int code, string problem, params string[] arguments)
    {
        await using var gateway = await StartAsync();
        var result = await RunAsync(gateway, arguments);
        Assert.Equal(code, result.ExitCode);
        Assert.Contains(problem, result.Error);
    }

    private static async Task<GatewayUnderTest> StartAsync()
    {
        var gateway = await GatewayUnderTest.StartAsync(Yaml);
        int[] values = [20, 26, 24, 18, 22];
        for (var index = 0; index < values.Length; index++)
        {
            await gateway.PostAsync("readings", $$$"""{"key":"k","data":{"t":{{{values[index]}}}}}""");

            // Alerts are paired by when they stood, and the query must not lag behind more than they last.
            await Poll.UntilAsync(async () => await CountAsync(gateway, "doubled") == index + 1);
        }

        await Poll.UntilAsync(async () => await CountAsync(gateway, "alerts") == 2);
        return gateway;
    }

    private static async Task<int> CountAsync(GatewayUnderTest gateway, string stream) =>
        (await gateway.GetAsync($"/api/streams/{stream}/records?from=trim-horizon"))
            .GetProperty("records").GetArrayLength();

    private static string[] Arguments(GatewayUnderTest gateway) =>
        ["backtest", "--config", gateway.ConfigFile, "--url", $"http://{gateway.Host.HttpEndpoint}"];

    private static Task<(int ExitCode, string Out, string Error)> RunAsync(
        GatewayUnderTest gateway, params string[] arguments) =>
        CommandLine.RunAsync([.. Arguments(gateway), .. arguments]);
}
