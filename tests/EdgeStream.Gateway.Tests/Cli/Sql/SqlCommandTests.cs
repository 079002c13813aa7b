using System.Text.Json;

namespace EdgeStream.Gateway.Tests.Cli.Sql;

/// <summary><c>edgestream sql</c> with a query, and <c>sql discover</c>.</summary>
public sealed class SqlCommandTests
{
    private const string Hot = "SELECT STREAM PARTITION_KEY AS \"who\", t, note FROM readings WHERE t > 30";

    [Fact]
    public async Task What_is_stored_comes_as_csv_to_a_program()
    {
        await using var gateway = await StartAsync();
        var (code, output, error) = await RunAsync(gateway, Hot, "--from", "1h");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal("who,t,note\na,31,\nb,32.5,\"say \"\"hi\"\", all\"\nc,40,\"\"\n", output);
    }

    [Fact]
    public async Task Json_is_an_object_a_line()
    {
        await using var gateway = await StartAsync();
        var (_, output, _) = await RunAsync(gateway, Hot, "--from", "1h", "--format", "json", "--limit", "2");
        Assert.Equal(
            """
            {"who":"a","t":31,"note":null}
            {"who":"b","t":32.5,"note":"say \"hi\", all"}

            """,
            output);
    }

    [Fact]
    public async Task A_person_sees_a_table_and_how_much_was_read()
    {
        await using var gateway = await StartAsync();
        var (code, output, _) = await CommandLine.RunAsync(
            isTerminal: true, "", ["sql", Hot, "--from", "1h", "--url", Url(gateway)]);
        Assert.Equal(0, code);
        var lines = output.Split('\n');
        Assert.Equal(
            [
                "who     t  note", "---  ----  -------------", "a      31  NULL", "b    32.5  say \"hi\", all",
                "c      40  ",
            ],
            lines[..5]);
        Assert.Matches(@"^\(3 rows of 4 records, \d+\.\d{3} s\)$", lines[5]);
    }

    [Fact]
    public async Task Statements_come_from_standard_input_where_none_are_named()
    {
        await using var gateway = await StartAsync();
        var script = """
            CREATE STREAM big (who VARCHAR(8), t DOUBLE);
            CREATE PUMP p AS INSERT INTO big SELECT STREAM PARTITION_KEY, t FROM readings WHERE t > 35;
            SELECT STREAM t * 2 AS "twice" FROM big;
            """;
        var (code, output, error) = await CommandLine.RunAsync(
            isTerminal: false, script, ["sql", "--from", "1h", "--url", Url(gateway)]);
        Assert.Equal((0, "twice\n80\n", ""), (code, output, error));
    }

    [Fact]
    public async Task What_comes_from_now_on_is_followed_up_to_a_limit()
    {
        await using var gateway = await StartAsync();
        var run = RunAsync(gateway, Hot, "--limit", "1", "--format", "json");
        var sent = 0;
        while (!run.IsCompleted)
        {
            await gateway.PostAsync("readings", $$$"""{"key":"now","data":{"t":{{{100 + sent++}}}}}""");
        }

        var (code, output, _) = await run;
        Assert.Equal(0, code);
        Assert.StartsWith("""{"who":"now","t":1""", output);
    }

    [Theory]
    [InlineData(64, "There is no stream NOWHERE (line 1, column 22)\n  SELECT STREAM 1 FROM nowhere\n"
        + "                       ^^^^^^^", "SELECT STREAM 1 FROM nowhere")]
    [InlineData(64, "'from' cannot be 'soon'", "SELECT STREAM 1 FROM readings", "--from", "soon")]
    [InlineData(64, "--limit is 1 or more", "SELECT STREAM 1 FROM readings", "--limit", "0")]
    [InlineData(64, "Say which in-application stream", "CREATE STREAM a (x INT); CREATE STREAM b (x INT); "
        + "CREATE PUMP p AS INSERT INTO a SELECT STREAM 1 FROM readings", "--from", "1h")]
    public async Task What_is_wrong_is_told_with_its_place(int code, string problem, params string[] arguments)
    {
        await using var gateway = await StartAsync();
        var result = await RunAsync(gateway, arguments);
        Assert.Equal((code, ""), (result.ExitCode, result.Out));
        Assert.Contains(problem, result.Error);
    }

    [Fact]
    public async Task Without_a_gateway_it_ends_with_69()
    {
        var (code, _, error) = await CommandLine.RunAsync(
            "sql", "SELECT STREAM 1 FROM readings", "--url", "http://127.0.0.1:1");
        Assert.Equal(69, code);
        Assert.Contains("No gateway answers at http://127.0.0.1:1/", error);
    }

    [Fact]
    public async Task A_value_cannot_move_the_cursor_of_a_terminal()
    {
        await using var gateway = await StartAsync();
        await gateway.PostAsync("readings", """{"key":"x","data":{"t":99,"note":"\u001b[2Jgone\u0007"}}""");
        var (_, output, _) = await CommandLine.RunAsync(
            isTerminal: true, "", ["sql", Hot, "--from", "1h", "--url", Url(gateway)]);
        Assert.DoesNotContain('\u001b', output);
        Assert.Contains("·[2Jgone·", output);
    }

    [Fact]
    public async Task Discover_prints_a_statement_that_can_be_used()
    {
        await using var gateway = await StartAsync();
        var (code, output, _) = await CommandLine.RunAsync("sql", "discover", "readings", "--url", Url(gateway));
        Assert.Equal(0, code);
        Assert.Equal(
            "CREATE OR REPLACE STREAM \"readings\" (\n    \"t\"    DOUBLE,\n    \"note\" VARCHAR\n);\n", output);
        var (_, rows, _) = await CommandLine.RunAsync(
            isTerminal: false, output + "SELECT STREAM \"t\" FROM \"readings\" WHERE \"t\" > 35",
            ["sql", "--from", "1h", "--url", Url(gateway)]);
        Assert.Equal("t\n40\n", rows);
        (_, output, _) = await CommandLine.RunAsync("sql", "discover", "readings", "--json", "--url", Url(gateway));
        using var json = JsonDocument.Parse(output);
        Assert.Equal(4, json.RootElement.GetProperty("sampled").GetInt32());
    }

    [Theory]
    [InlineData("alerts", 75, "holds no records yet")]
    [InlineData("none", 64, "There is no stream 'none'")]
    public async Task Discover_says_why_it_finds_nothing(string stream, int code, string problem)
    {
        await using var gateway = await StartAsync();
        var result = await CommandLine.RunAsync("sql", "discover", stream, "--url", Url(gateway));
        Assert.Equal(code, result.ExitCode);
        Assert.Contains(problem, result.Error);
    }

    private static async Task<GatewayUnderTest> StartAsync()
    {
        var gateway = await GatewayUnderTest.StartAsync();
        await gateway.PostAsync("readings", """{"key":"a","data":{"t":31}}""");
        await gateway.PostAsync("readings", """{"key":"b","data":{"t":32.5,"note":"say \"hi\", all"}}""");
        await gateway.PostAsync("readings", """{"key":"c","data":{"t":40,"note":""}}""");
        await gateway.PostAsync("readings", """{"key":"d","data":{"t":1}}""");
        return gateway;
    }

    private static string Url(GatewayUnderTest gateway) => $"http://{gateway.Host.HttpEndpoint}";

    private static Task<(int ExitCode, string Out, string Error)> RunAsync(
        GatewayUnderTest gateway, params string[] arguments) =>
        CommandLine.RunAsync(["sql", .. arguments, "--url", Url(gateway)]);
}
