using System.Globalization;
using EdgeStream.Sql.Tests;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>Random queries over random rows, here and in SQLite (Debian's libsqlite3-0): filters, groups by windows,
/// HAVING, DISTINCT, ORDER BY, joins with windows and with a table, functions over windows, UNION ALL.</summary>
public sealed class SqliteQueryTests
{
    private const int Rounds = 600;

    /// <summary>Moves what is generated, all of it short decimals and quarters, away from where rounding
    /// turns.</summary>
    private const double OffTies = 1.37e-7;


    [Fact]
    public void A_query_gives_the_rows_that_SQLite_gives()
    {
        var seed = TestSeed.Take(1).First();
        TestSeed.Run(seed, random =>
        {
            using var database = new SqliteDatabase();
            var found = 0;
            for (var round = 0; round < Rounds; round++)
            {
                var rows = new SqliteRows(random);
                rows.Insert(database);
                var query = SqliteQuery.Any(random);
                var expected = database.Query(query.Sqlite)
                    .Select(row => string.Join(
                        " | ", row.Select((value, column) => TextOf(value, query.IsTimed && column == 0))))
                    .ToList();
                var actual = Run(rows.Script(query.Own + ";"), random);
                if (!query.IsOrdered)
                {
                    expected.Sort(StringComparer.Ordinal);
                    actual.Sort(StringComparer.Ordinal);
                }

                Assert.True(expected.SequenceEqual(actual), Describe(query, expected, actual));
                found += expected.Count;
            }

            Assert.InRange(found, Rounds, Rounds * 100);
        });
    }

    /// <summary>The rows, with restarts in between.</summary>
    private static List<string> Run(QueryScript script, Random random)
    {
        var run = new ScriptRun(script);
        run.Run(_ =>
        {
            if (random.Next(15) == 0)
            {
                run.Restart();
            }
        });
        return run.Output.TryGetValue("RESULT", out var rows) ? [.. rows.Select(Plain)] : [];
    }

    /// <summary>A row without its ROWTIME.</summary>
    private static string Plain(string row) => string.Join(" | ", row.Split(" | ").Skip(1).Select(Plainly));

    /// <summary>Numbers with six decimals, since sums are added in another way; truth values are SQLite's
    /// numbers.</summary>
    private static string Plainly(string value) => value switch
    {
        "TRUE" => "1",
        "FALSE" => "0",
        _ when double.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint
            | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) =>
            (Math.Round(number + OffTies, 6) + 0.0).ToString("0.######", CultureInfo.InvariantCulture),
        _ => value,
    };

    private static string TextOf(object? value, bool isTime) => value switch
    {
        null => "NULL",
        long milliseconds when isTime => new Timestamp(milliseconds * 1000).ToDateTimeOffset()
            .ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
        double number => Plainly(number.ToString("R", CultureInfo.InvariantCulture)),
        _ => Plainly(Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };

    private static string Describe(SqliteQuery query, List<string> expected, List<string> actual)
    {
        var index = Enumerable.Range(0, Math.Max(expected.Count, actual.Count)).FirstOrDefault(
            place => expected.ElementAtOrDefault(place) != actual.ElementAtOrDefault(place));
        return $"{query.Own}\n row {index} of {actual.Count}: {actual.ElementAtOrDefault(index)}\n SQLite: "
            + $"{query.Sqlite}\n row {index} of {expected.Count}: {expected.ElementAtOrDefault(index)}";
    }
}
