using System.Text.RegularExpressions;
using EdgeStream.Testing;

namespace EdgeStream.Sql.Tests;

/// <summary>Calls every function and operator with the ends of every type: what is accepted is evaluated without an
/// exception.</summary>
public sealed partial class ExtremeValueTests
{
    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "7", "9223372036854775807", "-9223372036854775808", "1e308", "-1e308", "5e-324", "0.5",
        "999999999999999999.", "0.000000000000000001", "-0.5", "max", "min", "d", "missing", "CAST(max AS BIGINT)",
        "CAST(min AS BIGINT)", "CAST(d AS DECIMAL(18,18))", "CAST(7 AS TINYINT)", "CAST(0.1 AS REAL)",
    ];

    private static readonly string[] Texts =
    [
        "''", "'abc'", "'ü😀'", "'2026-11-20'", "'9999-12-31 23:59:59.999999'", "text", "missing", "'[1,{'", "' '",
        "'1e400'", "'Feb 29 23:59:59 x'", "CAST(max AS VARCHAR(30))", "CAST('a' AS CHAR(9))",
    ];

    private static readonly string[] Times =
    [
        "TIMESTAMP '0001-01-01 00:00:00'", "TIMESTAMP '9999-12-31 23:59:59.999999'", "ROWTIME", "TO_TIMESTAMP(max)",
        "TO_TIMESTAMP(min)", "TO_TIMESTAMP(1e15)", "DATE '0001-01-01'", "DATE '9999-12-31'", "TIME '23:59:59.999999'",
        "CURRENT_DATE", "CURRENT_TIME", "CAST(text AS TIMESTAMP)",
    ];

    private static readonly string[] Spans =
    [
        "INTERVAL '100000000' DAY", "INTERVAL -'100000000' DAY", "INTERVAL '999999999999' YEAR",
        "INTERVAL '0' SECOND", "INTERVAL '0' MONTH", "INTERVAL '0.000001' SECOND", "INTERVAL '1:01' HOUR TO MINUTE",
        "(min * INTERVAL '1' MONTH)", "(max * INTERVAL '0.000001' SECOND)", "(min * INTERVAL '0.000001' SECOND)",
        "(ROWTIME - TIMESTAMP '0001-01-01 00:00:00')", "CAST(1e30 AS INTERVAL DAY)", "INTERVAL '1' YEAR",
    ];

    private static readonly string[] Forms =
    [
        "{n} + {n}", "{n} - {n}", "{n} * {n}", "{n} / {n}", "{n} % {n}", "-{n}", "MOD({n}, {n})", "ABS({n})",
        "FLOOR({n})",
        "CEIL({n})", "ROUND({n}, {n})", "ROUND({n})", "POWER({n}, {n})", "LN({n})", "SQRT({n})", "EXP({n})",
        "LOG10({n})",
        "STEP({n} BY {n})", "{n} = {n}", "{n} BETWEEN SYMMETRIC {n} AND {n}", "{n} IN ({n}, {n})",
        "GREATEST({n}, {n})",
        "CAST({n} AS INTEGER)", "CAST({n} AS DECIMAL(18,9))", "CAST({n} AS DECIMAL(3,3))", "CAST({n} AS VARCHAR(5))",
        "CAST({n} AS CHAR(60))", "CAST({n} AS INTERVAL SECOND)", "CAST({n} AS INTERVAL YEAR)", "CAST({n} AS REAL)",
        "{d} + {s}", "{d} - {s}", "{s} + {d}", "{d} - {d}", "{s} + {s}", "{s} - {s}", "{s} * {n}", "{n} * {s}",
        "{s} / {n}",
        "{s} / {s}", "-{s}", "ABS({s})", "({d} - {d}) DAY TO SECOND", "({d} - {d}) YEAR TO MONTH", "({d} - {d}) HOUR",
        "FLOOR({d} TO HOUR)", "FLOOR({d} TO YEAR)", "CEIL({d} TO MONTH)", "CEIL({d} TO SECOND)", "FLOOR({s} TO DAY)",
        "CEIL({s} TO YEAR)", "STEP({d} BY {s})", "STEP({s} BY {s})", "EXTRACT(SECOND FROM {d})",
        "EXTRACT(YEAR FROM {d})",
        "EXTRACT(DAY FROM {s})", "EXTRACT(MONTH FROM {s})", "UNIX_TIMESTAMP({d})", "TO_TIMESTAMP({n})",
        "TSDIFF({d}, {n})",
        "TSDIFF({n}, {n})", "CAST({d} AS DATE)", "CAST({d} AS TIME)", "CAST({d} AS TIMESTAMP)",
        "CAST({d} AS VARCHAR(40))",
        "CAST({s} AS VARCHAR(60))", "CAST({s} AS BIGINT)", "CAST({s} AS DECIMAL(18,6))", "CAST({s} AS INTERVAL HOUR)",
        "CAST({s} AS INTERVAL YEAR)", "TIMESTAMP_TO_CHAR('yyyy-MM-dd EEEE D hh:kk:KK a SSS Z', {d})", "{d} = {d}",
        "{s} < {s}", "{d} IS DISTINCT FROM {d}", "CASE WHEN {n} > 0 THEN {d} ELSE {d} END", "COALESCE({s}, {s})",
        "CHAR_TO_TIMESTAMP('yyyy-MM-dd', {t})", "CHAR_TO_TIMESTAMP('D yy', {t})", "SUBSTRING({t} FROM {n})",
        "SUBSTRING({t} FROM {n} FOR {n})", "OVERLAY({t} PLACING {t} FROM {n})",
        "OVERLAY({t} PLACING {t} FROM {n} FOR {n})",
        "POSITION({t} IN {t})", "POSITION({t} IN {t} FROM {n})", "TRIM(BOTH {t} FROM {t})", "INITCAP({t})",
        "UPPER({t})",
        "{t} || {t}", "{t} LIKE {t}", "{t} SIMILAR TO '%(a|b)_'", "REGEX_REPLACE({t}, '.', '$0', {n}, {n})",
        "REGEX_REPLACE({t}, 'a*', 'x', {n}, {n})", "SUBSTRING({t} FROM '.$')", "CAST({t} AS INTEGER)",
        "CAST({t} AS DATE)",
        "CAST({t} AS DECIMAL(5,2))", "CAST({t} AS TIMESTAMP)", "CAST({t} AS TIME)",
        "CAST({t} AS INTERVAL DAY TO SECOND)",
        "CAST({t} AS BINARY(4))", "CAST({t} AS BOOLEAN)", "JSON_VALUE({t}, '$[1].a')", "JSON_QUERY({t}, '$')",
        "JSON_EXISTS({t}, '$[0]')", "REGEX_LOG_PARSE({t}, '(.)(x)?').COLUMN2", "SYS_LOG_PARSE({t})",
        "W3C_LOG_PARSE({t}, 'AGENT')", "VARIABLE_COLUMN_LOG_PARSE({t}, 3, '-', '\\', '\"')",
        "FIXED_COLUMN_LOG_PARSE({t}, 'a TYPE INTEGER START 1 FOR 2, b TYPE CHAR(3) START 99')", "CHAR_LENGTH({t})",
    ];

    [Fact]
    public void No_value_makes_an_expression_throw()
    {
        TestSeed.Run(TestSeed.Take(1).First(), random =>
        {
            var evaluated = 0;
            for (var round = 0; round < 40_000; round++)
            {
                evaluated += Evaluate(Fill(random, Forms[round % Forms.Length], 2)) ? 1 : 0;
            }

            Assert.True(evaluated > 20_000, $"only {evaluated} were evaluated");
        });
    }

    private static string Fill(Random random, string form, int depth) => Place().Replace(form, match =>
    {
        var pool = match.Value[1] switch { 'n' => Numbers, 't' => Texts, 'd' => Times, _ => Spans };
        return depth > 0 && random.Next(5) == 0
            ? $"({Fill(random, Forms[random.Next(Forms.Length)], depth - 1)})" : pool[random.Next(pool.Length)];
    });

    private static bool Evaluate(string text)
    {
        var columns = new ColumnSet();
        SqlExpression expression;
        try
        {
            expression = SqlExpression.Parse(text, columns);
        }
        catch (SqlException)
        {
            // The types do not fit, as they often do not when forms are put into each other.
            return false;
        }

        var row = new JsonColumns(columns);
        var json = """{"max":9223372036854775807,"min":-9223372036854775808,"d":-1.5,"text":"Feb 29 x"}"""u8.ToArray();
        Assert.True(row.TryRead(json));
        var value = expression.Evaluate(row, json, "key"u8, 1_795_000_000_000_000);

        // What lies outside its type's range would be written as nothing, as only an empty binary is.
        Assert.True(Evaluation.Write(value, expression.ResultType).Length > 0 || value.Type == SqlType.Binary, text);
        return true;
    }

    [GeneratedRegex("\\{[ntds]\\}")]
    private static partial Regex Place();
}
