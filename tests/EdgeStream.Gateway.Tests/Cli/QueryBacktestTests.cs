using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

/// <summary>Queries on what a gateway has stored, with the rules that watch what they give.</summary>
public sealed class QueryBacktestTests
{
    private const string Yaml = """
        sensors: {board: {enabled: false}}
        deliveries: []
        streams: [{name: doubled, segmentSize: 64KiB}, {name: copies, segmentSize: 64KiB}]
        queries:
          - name: twice
            sql: SELECT STREAM PARTITION_KEY AS "device", t * 2 AS "twice" FROM readings
            outputs: [{stream: doubled, key: device}]
        rules:
          - {name: high, stream: doubled, field: twice, above: 50}
          - {name: high-copy, stream: copies, field: twice, above: 50}
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
        Assert.Matches("^yes\tk\t.*\tat 20", lines[3]);
        Assert.Matches("^yes\tk\t.*\tno\t", lines[4]);
        Assert.Contains("draft into doubled: 5 rows of 5 records in", error);
        Assert.Contains("the first 2 are shown", error);
        Assert.Contains("It would have raised 2 alerts; 1 were raised; 1 are in both.", error);
    }

    [Fact]
    public async Task A_draft_without_the_column_of_the_keys_is_told_so_and_can_name_another()
    {
        await using var gateway = await StartAsync();
        using var folder = new TemporaryFolder();
        var draft = folder.Write("draft.sql", Draft.Replace("device", "who", StringComparison.Ordinal));
        var (_, output, error) = await RunAsync(gateway, "--sql", draft, "--from", "1h", "--limit", "1");
        Assert.Contains("\nyes\ttwice\t", output);
        Assert.Contains("The rows have no column 'device', which is the key of doubled now: all have", error);

        (_, output, error) = await RunAsync(
            gateway, "--sql", draft, "--key", "who", "--from", "1h", "--limit", "1");
        Assert.StartsWith("yes\tk\t", output.Split('\n')[2]);
        Assert.Contains("; 1 are in both.", error);

        (var code, _, error) = await RunAsync(gateway, "--sql", draft, "--key", "what", "--from", "1h");
        Assert.Equal(64, code);
        Assert.Contains("no column 'what' to be their key; they have who, twice.", error);
    }

    [Fact]
    public async Task A_stream_that_no_query_fills_has_the_drafts_name_as_key()
    {
        await using var gateway = await StartAsync();
        using var folder = new TemporaryFolder();
        var draft = folder.Write("draft.sql", Draft.Replace("\"doubled\"", "\"copies\"", StringComparison.Ordinal));
        var (code, output, error) = await RunAsync(gateway, "--sql", draft, "--from", "1h", "--limit", "1", "--check");
        Assert.Equal(1, code);
        Assert.StartsWith("yes\tdraft\t", output.Split('\n')[2]);
        Assert.DoesNotContain("no column", error);
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
    [InlineData(64, "There is no rule 'thrice' (rules: high, high-copy), and the gateway at http://", "thrice")]
    [InlineData(74, "no/such.sql", "--sql", "/no/such.sql")]
    [InlineData(64, "--key names a column of a query's rows; 'high' is a rule.", "high", "--key", "device")]
    [InlineData(64, "--lag cannot be 'long'", "twice", "--lag", "long")]
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
        foreach (var value in values)
        {
            await gateway.PostAsync("readings", $$$"""{"key":"k","data":{"t":{{{value}}}}}""");
        }

        await Poll.UntilAsync(async () => await CountAsync(gateway, "alerts") == 2);
        await Poll.UntilAsync(async () => await CountAsync(gateway, "doubled") == values.Length);
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
