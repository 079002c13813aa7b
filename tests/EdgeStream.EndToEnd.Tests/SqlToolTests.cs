using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary><c>edgestream sql</c> beside a running gateway: one question, and at a terminal.</summary>
public sealed class SqlToolTests
{
    private const string Hot = "SELECT STREAM PARTITION_KEY AS \"who\", t FROM readings WHERE t > 30";
    private const string Clear = "\u001b[K";

    /// <summary>What begins a line: what is typed before it is the terminal's to handle.</summary>
    private const string LineBegins = "\u001b[?2004h";

    [Fact]
    public async Task A_question_about_what_is_stored_is_answered_at_once()
    {
        await using var world = await StartAsync("sql-stored");
        var asked = (await AskAsync(world, Hot, "--from", "1h")).OrThrow();
        Assert.Equal("who,t\nkiln,31\nkiln,42\n", asked.Output);
        var json = (await AskAsync(world, Hot, "--from", "1h", "--format", "json", "--limit", "1")).OrThrow();
        Assert.Equal("{\"who\":\"kiln\",\"t\":31}\n", json.Output);
    }

    [Fact]
    public async Task A_question_about_what_comes_is_answered_as_it_comes()
    {
        await using var world = await StartAsync("sql-live");
        await using var asking = BackgroundCommand.Start(
            NativeBinary.Path, "sql", Hot, "--url", world.Api.Address.ToString());
        await asking.WaitForAsync("who,t");
        await PublishAsync(world, 50);
        await asking.WaitForAsync("kiln,50");
        Assert.DoesNotContain("kiln,31", asking.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_question_ends_with_64_and_its_place()
    {
        await using var world = await StartAsync("sql-wrong");
        var asked = await AskAsync(world, "SELECT STREAM UPER(who) FROM readings", "--from", "1h");
        Assert.Equal((64, ""), (asked.ExitCode, asked.Output));
        Assert.Contains("\n  SELECT STREAM UPER(who) FROM readings\n                ^^^^\n", asked.Error);
        Assert.Contains("Hint: Did you mean UPPER?", asked.Error);
    }

    [Fact]
    public async Task At_a_terminal_statements_are_written_completed_and_answered()
    {
        await using var world = await StartAsync("sql-terminal");
        await using var terminal = Terminal(world);
        await terminal.WaitForAsync("sql> ");
        terminal.Type("\\from 1h\rsel\tSTREAM t\r");
        await terminal.WaitForAsync("...> ");
        terminal.Type("FROM rea\tWHERE t > 35;\r");
        await AnswersAsync(terminal, "(1 row of 3 records");
        var screen = terminal.Screen.ToString();
        Assert.Contains("sql> select STREAM t" + Clear, screen, StringComparison.Ordinal);
        Assert.Contains("...> FROM readings WHERE t > 35;" + Clear, screen, StringComparison.Ordinal);
        Assert.Contains(" t\r\n--\r\n42\r\n", screen, StringComparison.Ordinal);
        terminal.Type("\\d readings\r");
        await AnswersAsync(terminal, "Found in the newest 3 records.");
        terminal.Type("\\q\r");
        Assert.Equal(0, await terminal.WaitForExitAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("trap '' INT; ")]
    public async Task Ctrl_C_stops_a_question_that_runs_and_the_tool_goes_on(string before)
    {
        await using var world = await StartAsync("sql-stop");
        await using var terminal = Terminal(world, before);
        await terminal.WaitForAsync("sql> ");
        terminal.Type("SELECT STREAM t FROM readings;\r");
        await terminal.WaitForAsync(";" + Clear);
        await Poll.UntilAsync(async () =>
        {
            await PublishAsync(world, 77);
            return terminal.Screen.Contains("\r\n77\r\n");
        });
        terminal.Type("\u0003");
        await AnswersAsync(terminal, "stopped)");
        terminal.Type("given up\u0003");
        await AnswersAsync(terminal, "\u001b[13C^C\r\n");
        terminal.Type("SELECT STREAM t FROM nowhere;\r");
        await AnswersAsync(terminal, "There is no stream NOWHERE (line 1, column 22)");
        terminal.Type("\u0004");
        Assert.Equal(0, await terminal.WaitForExitAsync());
    }

    [Fact]
    public async Task Declarations_count_for_the_session_and_a_question_can_be_kept()
    {
        await using var world = await StartAsync("sql-keep");
        await using var terminal = Terminal(world);
        await terminal.WaitForAsync("sql> ");
        terminal.Type("CREATE STREAM big (t DOUBLE); ");
        terminal.Type("CREATE PUMP p AS INSERT INTO big SELECT STREAM t FROM readings;\r");
        await AnswersAsync(terminal, "Declared for this session.\r\nDeclared for this session.");
        terminal.Type("\\from 1h\rSELECT STREAM t * 2 AS \"twice\" FROM big;\r");
        await AnswersAsync(terminal, "(3 rows of 3 records");
        terminal.Type("\\keep doubled\r");
        await AnswersAsync(terminal, "doubled is running.");
        terminal.Type("\\d\r");
        await AnswersAsync(terminal, "doubled  running  api");
        terminal.Type("\\drop doubled\r");
        await terminal.WaitForAsync("doubled is gone.");
    }

    [Fact]
    public async Task Lines_are_remembered_for_the_next_session()
    {
        await using var world = await StartAsync("sql-history");
        await using (var first = Terminal(world))
        {
            await first.WaitForAsync("sql> ");
            first.Type("\\limit 7\r\\q\r");
            Assert.Equal(0, await first.WaitForExitAsync());
        }

        await using var second = Terminal(world);
        await second.WaitForAsync("sql> ");
        second.Type("\u001b[A\u001b[A");
        await second.WaitForAsync("sql> \\limit 7");
        second.Type("\r\\q\r");
        Assert.Equal(0, await second.WaitForExitAsync());
    }

    private static async Task<GatewayWorld> StartAsync(string purpose)
    {
        var world = await GatewayWorld.StartAsync(purpose);
        foreach (var value in (int[])[12, 31, 42])
        {
            await PublishAsync(world, value);
        }

        await world.RecordsAsync("readings", 3);
        return world;
    }

    private static async Task PublishAsync(GatewayWorld world, int value) =>
        (await world.PublishAsync("kiln", $$"""{"t":{{value}}}""")).OrThrow();

    private static Task<CommandResult> AskAsync(GatewayWorld world, params string[] arguments) =>
        Command.RunAsync(NativeBinary.Path, ["sql", .. arguments, "--url", world.Api.Address.ToString()]);

    /// <summary>Waits until the tool has answered and asks for the next line.</summary>
    private static async Task AnswersAsync(PseudoTerminal terminal, string text)
    {
        await terminal.WaitForAsync(text);
        await Poll.UntilAsync(
            () =>
            {
                var screen = terminal.Screen.ToString();
                return screen.LastIndexOf(LineBegins, StringComparison.Ordinal)
                    > screen.LastIndexOf(text, StringComparison.Ordinal);
            },
            state: () => $"no line begins behind '{text}' in:\n{terminal.Screen}");
    }

    private static PseudoTerminal Terminal(GatewayWorld world, string before = "") => PseudoTerminal.Start(
        "/bin/sh",
        ["-c", before + "exec \"$@\"", "sh", NativeBinary.Path, "sql", "--url", world.Api.Address.ToString()],
        new Dictionary<string, string> { ["EDGESTREAM_SQL_HISTORY"] = world.Path("history"), ["TERM"] = "xterm" });
}
