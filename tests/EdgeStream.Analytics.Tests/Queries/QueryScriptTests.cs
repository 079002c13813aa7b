using EdgeStream.Sql;

namespace EdgeStream.Analytics.Tests;

/// <summary>The queries in <c>tests/data/sql/queries</c>: their rows, and again with a restart before every
/// row.</summary>
public sealed class QueryScriptTests
{
    public static TheoryData<string> Scripts() => [.. QueryScript.All().Select(script => script.ToString())];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_query_gives_the_rows_that_its_script_says(string name)
    {
        var script = Find(name);
        if (script.Error is { } error)
        {
            var exception = Assert.Throws<SqlException>(() => new ScriptRun(script));
            Assert.Contains(error, exception.Message, StringComparison.Ordinal);
            return;
        }

        var run = new ScriptRun(script);
        run.Run();

        AssertOutput(script, run);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_restart_before_every_row_changes_nothing(string name)
    {
        var script = Find(name);
        if (script.Error is not null)
        {
            return;
        }

        var run = new ScriptRun(script);
        run.Run(before: _ => run.Restart());

        AssertOutput(script, run);
    }

    [Fact]
    public void Every_script_has_a_name_of_its_own()
    {
        var names = QueryScript.All().Select(script => script.ToString()).ToList();

        Assert.NotEmpty(names);
        Assert.Equal(names.Distinct().Count(), names.Count);
    }

    private static QueryScript Find(string name) => QueryScript.All().Single(script => script.ToString() == name);

    private static void AssertOutput(QueryScript script, ScriptRun run)
    {
        Assert.NotEmpty(script.Expected);
        foreach (var (stream, expected) in script.Expected)
        {
            Assert.Equal(
                string.Join('\n', expected),
                string.Join('\n', run.Output.TryGetValue(stream, out var rows) ? rows : []));
        }
    }
}
