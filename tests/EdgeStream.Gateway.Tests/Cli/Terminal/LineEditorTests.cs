using EdgeStream.Gateway.Cli.Terminal;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli.Terminal;

public sealed class LineEditorTests
{
    private const string Left = "\u001b[D";
    private const string Up = "\u001b[A";
    private const string Down = "\u001b[B";

    [Theory]
    [InlineData("abc\r", "abc")]
    [InlineData("ac" + Left + "b\r", "abc")]
    [InlineData("abc\u007f\r", "ab")]
    [InlineData("abc" + Left + "\u001b[3~\r", "ab")]
    [InlineData("bc\u0001a\u0005d\r", "abcd")]
    [InlineData("bc\u001b[Ha\u001b[Fd\r", "abcd")]
    [InlineData("one two\u0017three\r", "one three")]
    [InlineData("one two\u001bbX\r", "one Xtwo")]
    [InlineData("one two\u001b[1;5DX\r", "one Xtwo")]
    [InlineData("abc" + Left + "\u000b\r", "ab")]
    [InlineData("abc" + Left + "\u0015\r", "c")]
    [InlineData("Zürich 😀\u007f!\r", "Zürich !")]
    [InlineData("a\u001b[200~b\tc\u001b[201~d\r", "ab cd")]
    [InlineData("a\u001b[99;99Rb\r", "ab")]
    [InlineData("a" + Up + "b\r", "ab")]
    public void Keys_change_the_line(string typed, string line)
    {
        var terminal = new TypedTerminal(typed);
        Assert.Equal(line, Editor(terminal).Read("> "));
        Assert.False(terminal.IsRaw);
    }

    [Fact]
    public void Ctrl_C_gives_the_line_up_and_Ctrl_D_ends_the_input()
    {
        var editor = Editor(new TypedTerminal("abc\u0003x\u0001\u0004\r\u0004"));
        Assert.Null(editor.Read("> "));
        Assert.True(editor.WasInterrupted);
        Assert.Equal("", editor.Read("> "));
        Assert.Null(editor.Read("> "));
        Assert.False(editor.WasInterrupted);
    }

    [Fact]
    public void Lines_come_back_with_the_arrows_and_what_was_begun_is_not_lost()
    {
        var history = new LineHistory(null);
        var typed = $"one\rtwo\rdraft{Up}{Up}{Up}!\r{Up}{Down}{Down}\r";
        var editor = new LineEditor(new TypedTerminal(typed), history, None);
        Assert.Equal("one", editor.Read("> "));
        Assert.Equal("two", editor.Read("> "));
        Assert.Equal("one!", editor.Read("> "));
        Assert.Equal("", editor.Read("> "));
        Assert.Equal(["one", "two", "one!"], history.Lines);
    }

    [Fact]
    public void Tab_writes_what_is_certain_and_lists_what_is_not()
    {
        var terminal = new TypedTerminal("x r\t\t\tp\t\r");
        var editor = new LineEditor(terminal, new LineHistory(null), (line, cursor) =>
        {
            var word = line[2..cursor];
            return new LineCompletion(2, [.. new[] { "readings", "reply" }.Where(name => name.StartsWith(word))]);
        });
        Assert.Equal("x reply ", editor.Read("> "));
        Assert.Contains("\r\nreadings  reply\r\n", terminal.Shown.ToString());
    }

    [Fact]
    public void A_line_that_is_wider_than_the_terminal_is_shown_around_the_cursor()
    {
        var terminal = new TypedTerminal(new string('a', 30) + "END\r", width: 20);
        Assert.Equal(33, Editor(terminal).Read("> ")!.Length);
        var shown = terminal.Shown.ToString();
        Assert.All(
            shown.Split('\r').Select(part => part.Replace("\u001b[K", "", StringComparison.Ordinal))
                .Where(part => part.StartsWith("> ", StringComparison.Ordinal)),
            part => Assert.True(part.Length < 20, part));
        Assert.Contains("aaaEND", shown);
    }

    [Fact]
    public void History_is_a_file_of_the_newest_lines_that_its_user_alone_reads()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("state/edgestream/history");
        var history = new LineHistory(file);
        for (var number = 0; number <= LineHistory.LinesMax; number++)
        {
            history.Add($"line {number}");
            history.Add($"line {number}");
            history.Add("  ");
        }

        history.Trim();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);
        Assert.Equal(LineHistory.LinesMax, File.ReadLines(file).Count());
        Assert.Equal("line 1", new LineHistory(file).Lines[0]);
        Assert.Equal($"line {LineHistory.LinesMax}", new LineHistory(file).Move(-1, ""));
    }

    [Fact]
    public void A_history_that_cannot_be_kept_is_done_without()
    {
        var history = new LineHistory("/proc/no/such/file");
        history.Add("one");
        history.Trim();
        Assert.Equal("one", history.Move(-1, "draft"));
        Assert.Null(history.Move(-1, "one"));
        Assert.Equal("draft", history.Move(1, "one"));
    }

    private static LineCompletion None(string line, int cursor) => new(cursor, []);

    private static LineEditor Editor(TypedTerminal terminal) => new(terminal, new LineHistory(null), None);
}
