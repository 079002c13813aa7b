using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>Random rows through windows, beside a model that keeps all rows and counts each window from the
/// beginning.</summary>
public sealed class WindowModelTests
{
    private const int Rows = 300;

    [Fact]
    public void Tumbling_windows_are_those_of_the_model() => Compare(
        "SELECT STREAM k, SUM(v) AS s, MIN(v) AS a, MAX(v) AS z, COUNT(*) AS n FROM s "
        + "GROUP BY k, STEP(s.ROWTIME BY INTERVAL '7' SECOND);",
        rows => Windows(rows, row => [row.Time / 7_000 * 7_000], _ => 7_000));

    [Fact]
    public void Tumbling_windows_by_two_times_end_with_the_one_that_changes_first() => Compare(
        "SELECT STREAM k, SUM(v) AS s, MIN(v) AS a, MAX(v) AS z, COUNT(*) AS n FROM s "
        + "GROUP BY k, STEP(s.ROWTIME BY INTERVAL '7' SECOND), EXTRACT(MINUTE FROM s.ROWTIME);",
        rows => Windows(
            rows,
            row => [Math.Max(row.Time / 7_000 * 7_000, row.Time / 60_000 * 60_000)],
            start => Math.Min(((start / 7_000) + 1) * 7_000, ((start / 60_000) + 1) * 60_000) - start));

    [Fact]
    public void Hopping_windows_are_those_of_the_model() => Compare(
        "SELECT STREAM k, SUM(v) AS s, MIN(v) AS a, MAX(v) AS z, COUNT(*) AS n "
        + "FROM TABLE(HOP(TABLE s, DESCRIPTOR(ROWTIME), INTERVAL '3' SECOND, INTERVAL '10' SECOND)) "
        + "GROUP BY k, window_end;",
        rows => Windows(
            rows,
            row => [.. Enumerable.Range(0, 4).Select(back => (row.Time / 3_000 * 3_000) - (back * 3_000L))
                .Where(start => row.Time - start < 10_000)],
            _ => 10_000));

    [Fact]
    public void Session_windows_are_those_of_the_model() => Compare(
        "SELECT STREAM k, SUM(v) AS s, MIN(v) AS a, MAX(v) AS z, COUNT(*) AS n "
        + "FROM TABLE(SESSION(TABLE s, DESCRIPTOR(ROWTIME), INTERVAL '4' SECOND)) GROUP BY k, window_end;",
        Sessions);

    [Fact]
    public void Stagger_windows_are_those_of_the_model() => Compare(
        "SELECT STREAM k, SUM(v) AS s, MIN(v) AS a, MAX(v) AS z, COUNT(*) AS n FROM s "
        + "WINDOWED BY STAGGER (PARTITION BY k RANGE INTERVAL '5' SECOND);",
        Staggers);

    [Fact]
    public void Sliding_windows_are_those_of_the_model() => Compare(
        "SELECT STREAM k, SUM(v) OVER w AS s, MIN(v) OVER w AS a, MAX(v) OVER w AS z, COUNT(*) OVER r AS n FROM s "
        + "WINDOW w AS (PARTITION BY k RANGE INTERVAL '6' SECOND PRECEDING), r AS (PARTITION BY k ROWS 4 PRECEDING);",
        rows => rows.Select((row, index) =>
        {
            var before = rows.Take(index + 1).Where(other => other.Key == row.Key).ToList();
            var time = before.Where(other => other.Time >= row.Time - 6_000).ToList();
            return Text(row.Time, row.Key, time) + $" | {Math.Min(5, before.Count)}";
        }),
        isOrdered: true);

    private static void Compare(
        string sql, Func<List<Reading>, IEnumerable<string>> model, bool isOrdered = false)
    {
        foreach (var seed in TestSeed.Take(5))
        {
            var random = new Random(seed);
            var rows = Generate(random);
            var run = Run(sql, rows, random);
            var expected = model(rows).ToList();
            if (!isOrdered)
            {
                run.Sort(StringComparer.Ordinal);
                expected.Sort(StringComparer.Ordinal);
            }

            Assert.True(expected.Count > 20, $"seed {seed}");
            Assert.True(
                expected.SequenceEqual(run),
                TestSeed.Describe(seed, $"\n{string.Join('\n', expected.Except(run).Take(5))}\nbut\n"
                    + string.Join('\n', run.Except(expected).Take(5))));
        }
    }

    private static List<Reading> Generate(Random random)
    {
        var rows = new List<Reading>();
        long time = 1_000_000;
        for (var count = 0; count < Rows; count++)
        {
            time += random.Next(4) == 0 ? 0 : random.Next(10) == 0 ? random.Next(9_000) : random.Next(900);
            rows.Add(new Reading(time, "abc"[random.Next(3)].ToString(), random.Next(-50, 50)));
        }

        return rows;
    }

    private static List<string> Run(string sql, List<Reading> rows, Random random)
    {
        var script = QueryScript.Of(
            sql,
            [new QueryInput
            {
                Stream = "S",
                Columns =
                [
                    new QueryInputColumn("K", new Sql.SqlDataType(Sql.SqlTypeName.VarChar, 4)),
                    new QueryInputColumn("V", new Sql.SqlDataType(Sql.SqlTypeName.Integer)),
                ],
            }],
            rows.Select(row => ((string?)"S", row.Time * 1000, $$"""{"K":"{{row.Key}}","V":{{row.Value}}}"""))
                .Append((null, long.MaxValue - 1, "")));
        var run = new ScriptRun(script);
        run.Run(_ =>
        {
            if (random.Next(20) == 0)
            {
                run.Restart();
            }
        });
        return run.Output["RESULT"];
    }

    private static IEnumerable<string> Windows(
        List<Reading> rows, Func<Reading, long[]> starts, Func<long, long> size) =>
        rows.SelectMany(row => starts(row).Select(start => (Start: start, Row: row)))
            .GroupBy(pair => (pair.Start, pair.Row.Key))
            .Select(group => Full(
                group.Key.Start + size(group.Key.Start), group.Key.Key, [.. group.Select(pair => pair.Row)]));

    private static IEnumerable<string> Sessions(List<Reading> rows)
    {
        foreach (var key in rows.GroupBy(row => row.Key))
        {
            var open = new List<Reading>();
            foreach (var row in key)
            {
                if (open.Count > 0 && row.Time - open[^1].Time >= 4_000)
                {
                    yield return Full(open[^1].Time + 4_000, key.Key, open);
                    open = [];
                }

                open.Add(row);
            }

            yield return Full(open[^1].Time + 4_000, key.Key, open);
        }
    }

    private static IEnumerable<string> Staggers(List<Reading> rows)
    {
        foreach (var key in rows.GroupBy(row => row.Key))
        {
            var open = new List<Reading>();
            foreach (var row in key)
            {
                if (open.Count > 0 && row.Time - open[0].Time >= 5_000)
                {
                    yield return Full(open[0].Time + 5_000, key.Key, open);
                    open = [];
                }

                open.Add(row);
            }

            yield return Full(open[0].Time + 5_000, key.Key, open);
        }
    }

    private static string Full(long time, string key, List<Reading> rows) => $"{Text(time, key, rows)} | {rows.Count}";

    private static string Text(long time, string key, List<Reading> rows) => string.Create(
        CultureInfo.InvariantCulture,
        $"{QueryScript.TimeText(new Storage.Timestamp(time * 1000))} | {key} | {rows.Sum(row => row.Value)} | "
        + $"{rows.Min(row => row.Value)} | {rows.Max(row => row.Value)}");

    /// <summary>A row; the time is in milliseconds.</summary>
    private sealed record Reading(long Time, string Key, int Value);
}
