using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Sql.Tests;

/// <summary>Evaluates random expressions over random rows here and in SQLite (Debian's libsqlite3-0).</summary>
public sealed class SqliteComparisonTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void An_expression_has_the_value_that_SQLite_gives_it()
    {
        var seed = TestSeed.Take(1).First();
        TestSeed.Run(seed, random =>
        {
            using var database = new SqliteDatabase();
            var nulls = 0;
            for (var round = 0; round < 4000; round++)
            {
                var expression = SqliteExpression.Any(random, random.Next(1, 5));
                var (record, row) = Row(random);
                var expected = database.Evaluate($"SELECT {expression.Sqlite} FROM (SELECT {row})");
                Assert.True(
                    Agrees(expression.Own, record, expected, out var actual),
                    $"{expression.Own}\n over {record}: {actual}\n SQLite: {expression.Sqlite}: {expected ?? "NULL"}");
                nulls += expected is null ? 1 : 0;
            }

            Assert.InRange(nulls, 100, 3000);
        });
    }

    private static bool Agrees(string text, string record, object? expected, out string actual)
    {
        var columns = new ColumnSet();
        var expression = SqlExpression.Parse(text, columns);
        var row = new JsonColumns(columns);
        var json = Encoding.UTF8.GetBytes(record);
        Assert.True(row.TryRead(json));
        var value = expression.Evaluate(row, json, default, 0);
        actual = Evaluation.Write(value);
        return (value.Type, expected) switch
        {
            (SqlType.Null, null) => true,
            (SqlType.Boolean, long truth) => value.Boolean == (truth != 0),
            (SqlType.Text, string other) => Encoding.UTF8.GetString(value.Text) == other,
            (SqlType.Integer, long other) => value.Integer == other,
            (SqlType.Double or SqlType.Integer, _) when expected is long or double =>
                Math.Abs(value.Number - Convert.ToDouble(expected, CultureInfo.InvariantCulture))
                    <= Tolerance * Math.Max(1, Math.Abs(value.Number)),
            _ => false,
        };
    }

    private static (string Record, string Row) Row(Random random)
    {
        var (i, j) = (random.Next(-4, 5), random.Next(0, 3));
        var (d, e) = (random.Next(-8, 9) / 4.0, random.Next(2) == 0 ? 0.5 : -1);
        var (t, u) = (new[] { "abc", "B", " a" }[random.Next(3)], new[] { "", "ab" }[random.Next(2)]);
        var numbers = string.Create(CultureInfo.InvariantCulture, $"\"i\":{i},\"j\":{j},\"d\":{d},\"e\":{e}");
        var columns = string.Create(
            CultureInfo.InvariantCulture, $"{i} AS i, {j} AS j, {d:0.0##} AS d, {e:0.0##} AS e");
        return ($"{{{numbers},\"t\":\"{t}\",\"u\":\"{u}\",\"m\":null}}",
            $"{columns}, '{t}' AS t, '{u}' AS u, NULL AS m");
    }
}
