using EdgeStream.Gateway.Cli.Sql;

namespace EdgeStream.Gateway.Tests.Cli.Sql;

/// <summary>What Tab offers; <c>|</c> is the cursor.</summary>
public sealed class ShellCompletionTests
{
    private static readonly Dictionary<string, string[]> Columns = new(StringComparer.Ordinal)
    {
        ["readings"] = ["temperature_celsius", "temperature_limit", "odd name"],
        ["dead-letter"] = ["reason"],
        ["alerts"] = ["rule"],
    };

    [Theory]
    [InlineData("sel|", "select")]
    [InlineData("SEL|", "SELECT")]
    [InlineData("SELECT STREAM coun|", "count", "count_distinct_items_tumbling")]
    [InlineData("SELECT STREAM REGEX_R|", "REGEX_REPLACE")]
    [InlineData("SELECT STREAM * FROM |", "\"dead-letter\"", "alerts", "readings")]
    [InlineData("SELECT STREAM * FROM r|", "readings")]
    [InlineData("SELECT STREAM * FROM \"d|", "\"dead-letter\"")]
    [InlineData("select stream * from readings join a|", "alerts")]
    [InlineData("SELECT STREAM * FROM readings WHERE temp|", "temperature_celsius", "temperature_limit")]
    [InlineData("SELECT STREAM temperature_l| FROM readings", "temperature_limit")]
    [InlineData("SELECT STREAM \"odd n| FROM readings", "\"odd name\"")]
    [InlineData("SELECT STREAM temperature_li|", "temperature_limit")]
    [InlineData("SELECT STREAM r.rowt|", "rowtime")]
    [InlineData("\\d al|", "alerts")]
    [InlineData("\\fo|", "\\forget", "\\format")]
    [InlineData("SELECT STREAM zzz|")]
    public void The_word_before_the_cursor_is_completed(string text, params string[] candidates)
    {
        var completion = new ShellCompletion(() => [.. Columns.Keys], stream => Columns[stream], () => "");
        var cursor = text.IndexOf('|', StringComparison.Ordinal);
        var found = completion.Complete(text.Remove(cursor, 1), cursor);
        Assert.Equal(candidates, found.Candidates);
        Assert.True(found.Start <= cursor);
    }

    [Fact]
    public void Streams_of_earlier_lines_give_their_columns()
    {
        var completion = new ShellCompletion(
            () => [.. Columns.Keys], stream => Columns[stream], () => "SELECT STREAM * FROM \"dead-letter\"\n");
        Assert.Equal(["reason"], completion.Complete("WHERE reas", 10).Candidates);
        Assert.Empty(completion.Complete("WHERE temperature_c", 19).Candidates);
    }
}
