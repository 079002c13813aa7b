using EdgeStream.Gateway.Cli.Sql;

namespace EdgeStream.Gateway.Tests.Cli.Sql;

public sealed class StatementScannerTests
{
    [Theory]
    [InlineData("SELECT 1;", "SELECT 1;")]
    [InlineData("SELECT 1; SELECT 2;", "SELECT 1;", "SELECT 2;")]
    [InlineData("SELECT ';' AS \"a;b\";", "SELECT ';' AS \"a;b\";")]
    [InlineData("SELECT 'it''s; so';", "SELECT 'it''s; so';")]
    [InlineData("SELECT 1 -- not; here\n;", "SELECT 1 -- not; here\n;")]
    [InlineData("SELECT /* nor; here */ 1;", "SELECT /* nor; here */ 1;")]
    [InlineData("SELECT 1")]
    [InlineData("SELECT 'open; and open")]
    public void A_statement_ends_at_a_semicolon_outside_quotes_and_comments(string text, params string[] statements)
    {
        var scanner = new StatementScanner();
        foreach (var line in text.Split('\n'))
        {
            scanner.Append(line);
        }

        var found = new List<string>();
        while (scanner.TryTake(out var statement))
        {
            found.Add(statement);
        }

        Assert.Equal(statements, found);
        Assert.Equal(statements.Length > 0, scanner.IsEmpty);
    }

    [Fact]
    public void A_statement_over_several_lines_keeps_them()
    {
        var scanner = new StatementScanner();
        scanner.Append("SELECT STREAM *");
        Assert.False(scanner.TryTake(out _));
        Assert.False(scanner.IsEmpty);
        scanner.Append("FROM readings; SELECT");
        Assert.True(scanner.TryTake(out var statement));
        Assert.Equal("SELECT STREAM *\nFROM readings;", statement);
        Assert.Equal(" SELECT\n", scanner.Pending);
        scanner.Clear();
        Assert.True(scanner.IsEmpty);
    }
}
