using System.Globalization;
using EdgeStream.Analytics.Detection;
using EdgeStream.Sql;

namespace EdgeStream.Analytics.Tests;

/// <summary>RANDOM_CUT_FOREST in a query gives what the forest gives, and goes on after a restart.</summary>
public sealed class QueryForestTests
{
    private const int RowCount = 120;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_query_has_every_digit_of_the_forests_scores(bool restarts)
    {
        var forest = new RandomCutForest(
            2, new RandomCutForestOptions { NumberOfTrees = 20, SubSampleSize = 16, TimeDecay = 50, ShingleSize = 2 });
        var steps = new List<(string? Stream, long Time, string Json)>();
        var expected = new List<string>();
        for (var index = 0; index < RowCount; index++)
        {
            var (x, y) = (index % 7, index == 100 ? 500 : index * index % 11);
            var time = QueryScript.TimeOf("10:00:00") + (index * 1_000_000L);
            steps.Add(("S", time, string.Create(CultureInfo.InvariantCulture, $$"""{"X":{{x}},"Y":{{y}}}""")));
            expected.Add(forest.Score([x, y]).ToString("R", CultureInfo.InvariantCulture));
        }

        var run = new ScriptRun(QueryScript.Of(
            "SELECT STREAM anomaly_score FROM TABLE(RANDOM_CUT_FOREST("
                + "CURSOR(SELECT STREAM x, y FROM s), 20, 16, 50, 2));",
            [new QueryInput { Stream = "S", Columns = [Column("X"), Column("Y")] }],
            steps));
        run.Run(before: _ =>
        {
            if (restarts)
            {
                run.Restart();
            }
        });

        Assert.Equal(expected, run.Output["RESULT"].Select(row => row.Split(" | ")[1]));
        Assert.True(expected.Distinct().Count() > RowCount / 2);
    }

    private static QueryInputColumn Column(string name) => new(name, SqlDataType.Of(SqlType.Double));
}
