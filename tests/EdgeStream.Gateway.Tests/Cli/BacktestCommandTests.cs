using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

/// <summary>Rules on what a gateway has stored, beside it and without it.</summary>
public sealed class BacktestCommandTests
{
    private const string Yaml = """
        sensors: {board: {enabled: false}}
        deliveries: []
        streams: [{name: machines, shards: 2}]
        rules: [{name: hot, stream: machines, field: t, above: 30}]
        """;

    private const string Draft = """
        rules:
          - name: hotter
            stream: machines
            field: t
            above: 40
        """;

    [Fact]
    public async Task The_rule_that_ran_would_have_raised_what_it_raised()
    {
        await using var gateway = await StartAsync();
        var (code, output, error) = await RunAsync(gateway, "hot", "--json", "--check");
        Assert.Equal((0, ""), (code, error));
        using var report = JsonDocument.Parse(output);
        var root = report.RootElement;
        Assert.Equal((3, 3, 3, 20), (Count(root, "wouldBeRaised"), Count(root, "wereRaised"), Count(root, "both"),
            Count(root, "records")));
        Assert.All(root.GetProperty("alerts").EnumerateArray(), pair =>
        {
            Assert.True(pair.GetProperty("same").GetBoolean());
            Assert.Equal(pair.GetProperty("was").GetRawText(), pair.GetProperty("would").GetRawText());
        });
    }

    [Fact]
    public async Task A_draft_is_tried_and_what_differs_is_listed_and_can_end_with_1()
    {
        await using var gateway = await StartAsync();
        using var folder = new TemporaryFolder();
        var draft = folder.Write("draft.yaml", Draft);
        var (code, output, error) = await RunAsync(gateway, "--rule", draft, "--check");
        Assert.Equal(1, code);
        var row = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("yes\tk1\t", row);
        Assert.Contains("\t45\tno\tt of k1 is 45, above 40", row);
        Assert.Contains("It would have raised 1 alerts; 0 were raised; 0 are in both.", error);
        Assert.Equal(0, (await RunAsync(gateway, "--rule", draft)).ExitCode);
    }

    [Fact]
    public async Task A_time_leaves_out_what_stood_before_and_behind_it()
    {
        await using var gateway = await StartAsync();
        var (_, output, _) = await RunAsync(gateway, "hot", "--json", "--to", "2001-01-01T00:00:00Z");
        Assert.Contains("\"wouldBeRaised\":0,\"wereRaised\":0", output);
        (_, output, _) = await RunAsync(gateway, "hot", "--json", "--from", "1h");
        Assert.Contains("\"wouldBeRaised\":3,\"wereRaised\":3,\"both\":3", output);
    }

    [Fact]
    public async Task A_person_sees_a_table_and_how_fast_it_went()
    {
        await using var gateway = await StartAsync();
        var (code, output, _) = await CommandLine.RunAsync(
            isTerminal: true, "", [.. Arguments(gateway), "hot"]);
        Assert.Equal(0, code);
        Assert.Matches("fires +key +FROM +TO +VALUE +was raised +message", output);
        Assert.Contains("hot: 20 records in ", output);
    }

    [Theory]
    [InlineData(64, "There is no rule 'warm' (rules: hot)", "warm")]
    [InlineData(64, "Name the rule: hot.")]
    [InlineData(64, "--from cannot be 'soon'", "hot", "--from", "soon")]
    [InlineData(64, "--warm-up cannot be 'x'", "hot", "--warm-up", "x")]
    [InlineData(78, "cannot be read", "--rule", "/no/such/draft.yaml")]
    public async Task What_cannot_be_done_is_said(int code, string problem, params string[] arguments)
    {
        await using var gateway = await StartAsync();
        var result = await RunAsync(gateway, arguments);
        Assert.Equal(code, result.ExitCode);
        Assert.Contains(problem, result.Error);
    }

    [Fact]
    public async Task A_draft_that_is_wrong_is_told_with_its_place()
    {
        await using var gateway = await StartAsync();
        using var folder = new TemporaryFolder();
        var draft = folder.Write("draft.yaml", Draft.Replace("above: 40", "above: forty"));
        var (code, _, error) = await RunAsync(gateway, "--rule", draft);
        Assert.Equal(78, code);
        Assert.Contains("draft.yaml:5:12: 'above' cannot be 'forty'", error);
    }

    private static int Count(JsonElement report, string name) => report.GetProperty(name).GetInt32();

    /// <summary>Ten readings of two devices, of which one goes over 30 three times, and once over 40.</summary>
    private static async Task<GatewayUnderTest> StartAsync()
    {
        var gateway = await GatewayUnderTest.StartAsync(Yaml);
        foreach (var value in new[] { 20, 31, 32, 20, 21, 35, 20, 45, 20, 20 })
        {
            await gateway.PostAsync("machines", $$$"""{"key":"k1","data":{"t":{{{value}}}}}""");
            await gateway.PostAsync("machines", $$$"""{"key":"k2","data":{"t":{{{Math.Min(value, 30)}}}}}""");
        }

        await Poll.UntilAsync(async () => (await gateway.GetAsync("/api/streams/alerts/records?limit=100"))
            .GetProperty("records").GetArrayLength() == 6);
        return gateway;
    }

    private static string[] Arguments(GatewayUnderTest gateway) =>
        ["backtest", "--config", gateway.ConfigFile, "--data", gateway.DataFolder];

    private static Task<(int ExitCode, string Out, string Error)> RunAsync(
        GatewayUnderTest gateway, params string[] arguments) =>
        CommandLine.RunAsync([.. Arguments(gateway), .. arguments]);
}
