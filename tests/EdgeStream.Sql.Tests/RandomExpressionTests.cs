using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Sql.Tests;

public sealed class RandomExpressionTests
{
    private static readonly int Seed = TestSeed.Take(1).First();

    private static readonly string[] Pieces =
    [
        "a", "b.c", "\"q\"", "'t'", "1", "2.5", "1e3", "AND", "OR", "NOT", "IS", "NULL", "IN", "(", ")", ",", ".", "+",
        "-", "*", "/", "%", "=", "<>", "<", ">=", "BETWEEN", "LIKE", "ESCAPE", "ABS", "ROUND(", "COALESCE(", "TRUE",
        "CASE", "WHEN", "THEN", "ELSE", "END", "CAST(", "AS", "INTEGER", "DECIMAL(5,2)", "VARCHAR(3)", "INTERVAL",
        "'1'", "'1:30'", "DAY", "HOUR", "TO", "MINUTE", "DATE", "'2026-11-20'", "FLOOR(", "STEP(", "BY", "EXTRACT(",
        "YEAR",
        "FROM", "SUBSTRING(", "FOR", "SIMILAR", "TRIM(", "LEADING", "OVERLAY(", "PLACING", "POSITION(", "||", "UNKNOWN",
        "DISTINCT", "SYMMETRIC", "JSON_VALUE(", "'$.a'", "REGEX_LOG_PARSE(", "'(a)'", ").COLUMN1", "CHAR_TO_TIMESTAMP(",
        "'yyyy-MM'", "X'0A'", "--", "/*", "*/", "COUNT(*)", "W3C_LOG_PARSE(", "'COMMON'", "REGEX_REPLACE(",
        "TIMESTAMP", "PARTITION_KEY", "ROWTIME", "'", "\"", ";", "ü", "\0", "\n", "😀",
    ];

    [Fact]
    public void An_expression_has_the_value_that_a_naive_evaluation_finds()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 3000; round++)
        {
            var expression = NaiveExpression.Condition(random, random.Next(5));
            var row = RandomRow(random);
            var expected = expression.Value(row) switch
            {
                true => "true",
                false => "false",
                _ => "NULL",
            };
            var record = Write(row);

            Assert.True(expected == Evaluation.Of(expression.Text, record),
                TestSeed.Describe(Seed, $"{expression.Text} over {record} is not {expected}"));
        }
    }

    [Fact]
    public void Random_text_is_refused_by_no_other_exception_than_a_SqlException()
    {
        var random = new Random(Seed);
        var accepted = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var text = new StringBuilder();
            for (var piece = random.Next(14); piece >= 0; piece--)
            {
                text.Append(random.Next(8) == 0
                    ? ((char)random.Next(0x250)).ToString(CultureInfo.InvariantCulture)
                    : Pieces[random.Next(Pieces.Length)]);
                text.Append(random.Next(3) == 0 ? "" : " ");
            }

            accepted += IsAccepted(text.ToString()) ? 1 : 0;
        }

        Assert.InRange(accepted, 1, 59_999);
    }

    [Fact]
    public void Random_bytes_as_a_record_are_read_or_refused_but_never_throw()
    {
        var random = new Random(Seed);
        var columns = new ColumnSet();
        SqlExpression.Parse("a = 1 AND b.c = 'x' AND b = 2", columns);
        var row = new JsonColumns(columns);
        var valid = """{"a":1.5,"b":{"c":"x\u00e9","d":[1,2,{"e":null}]},"a":"two"}"""u8.ToArray();
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (byte[])valid.Clone();
            for (var change = random.Next(4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var length = random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length;
            read += row.TryRead(bytes.AsSpan(0, length)) ? 1 : 0;
        }

        Assert.InRange(read, 1, 19_999);
    }

    private static bool IsAccepted(string text)
    {
        try
        {
            // What is accepted must also be evaluated without an exception, whatever the record holds.
            var columns = new ColumnSet();
            var expression = SqlExpression.Parse(text, columns);
            var row = new JsonColumns(columns);
            var json = """{"a":-1.5,"b":{"c":"x"},"q":9223372036854775807}"""u8;
            row.TryRead(json);
            _ = Evaluation.Write(expression.Evaluate(row, json, "key"u8, 0), expression.ResultType);
            return true;
        }
        catch (SqlException exception)
        {
            Assert.NotEmpty(exception.Message);
            return false;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(TestSeed.Describe(Seed, text), exception);
        }
    }

    private static Dictionary<string, object?> RandomRow(Random random)
    {
        object?[] values = [null, true, 0.0, 1.0, -1.5, 2.0, "x"];
        return new Dictionary<string, object?>
        {
            ["a"] = values[random.Next(values.Length)],
            ["b"] = values[random.Next(values.Length)],
            ["c"] = random.Next(-3, 4) / 2.0,
            ["flag"] = random.Next(3) switch { 0 => true, 1 => false, _ => null },
            ["word"] = new[] { "x", "xy", "z" }[random.Next(3)],
        };
    }

    private static string Write(Dictionary<string, object?> row) =>
        JsonSerializer.Serialize(row);
}
