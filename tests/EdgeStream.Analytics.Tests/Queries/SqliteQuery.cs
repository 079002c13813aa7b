using System.Globalization;
using EdgeStream.Sql.Tests;

namespace EdgeStream.Analytics.Tests;

/// <summary>A random query in both dialects, over <see cref="SqliteRows"/>. In SQLite a window is a group by the row's
/// time, and a join's windows are conditions over the times of both rows.</summary>
/// <param name="Own">The query as it is written here.</param>
/// <param name="Sqlite">The query as SQLite knows it.</param>
/// <param name="IsOrdered">Whether the order of the rows is decided.</param>
/// <param name="IsTimed">Whether the first column is a time, of which SQLite has the milliseconds.</param>
internal sealed record SqliteQuery(string Own, string Sqlite, bool IsOrdered, bool IsTimed = false)
{
    private const int WindowMs = 10_000;

    private static readonly string OwnWindow = "STEP(s.ROWTIME BY INTERVAL '10' SECOND)";

    public static SqliteQuery Any(Random random) => random.Next(9) switch
    {
        0 => Filter(random),
        1 or 2 => Groups(random),
        3 => Distinct(random),
        4 => Order(random),
        5 => Join(random),
        6 => Table(random),
        7 => Over(random),
        _ => Union(random),
    };

    private static SqliteQuery Filter(Random random)
    {
        var columns = SqliteExpression.Both("{0}, {1}, {2}")
            .With(SqliteExpression.Any(random, 3), SqliteExpression.Any(random, 2), SqliteExpression.Any(random, 1));
        var where = SqliteExpression.Condition(random, 3);
        if (random.Next(2) == 0)
        {
            return new SqliteQuery(
                $"SELECT STREAM seq, {columns.Own} FROM s WHERE {where.Own}",
                $"SELECT seq, {columns.Sqlite} FROM s WHERE {where.Sqlite} ORDER BY seq",
                true);
        }

        var inner = SqliteExpression.Integer(random, 2);
        return new SqliteQuery(
            $"SELECT STREAM q.n, x + 1 FROM (SELECT STREAM seq AS n, {inner.Own} AS x FROM s WHERE {where.Own}) AS q "
            + "WHERE x > 0 OR x IS NULL",
            $"SELECT q.n, x + 1 FROM (SELECT seq AS n, {inner.Sqlite} AS x FROM s WHERE {where.Sqlite}) AS q "
            + "WHERE x > 0 OR x IS NULL ORDER BY n",
            true);
    }

    private static SqliteQuery Groups(Random random)
    {
        var key = Key(random);
        var where = SqliteExpression.Condition(random, 2);
        var columns = SqliteExpression.Both("{0}, {1}, {2}")
            .With(Aggregate(random), Aggregate(random), Combined(random));
        var having = Having(random);
        return new SqliteQuery(
            $"SELECT STREAM ROWTIME, {key.Own} AS k, {columns.Own} FROM s WHERE {where.Own} "
            + $"GROUP BY {key.Own}, {OwnWindow} HAVING {having.Own}",
            $"SELECT (rt / {WindowMs} + 1) * {WindowMs}, {key.Sqlite} AS k, {columns.Sqlite} FROM s "
            + $"WHERE {where.Sqlite} GROUP BY {key.Sqlite}, rt / {WindowMs} HAVING {having.Sqlite}",
            false,
            IsTimed: true);
    }

    private static SqliteQuery Distinct(Random random)
    {
        var key = Key(random);
        var where = SqliteExpression.Condition(random, 2);
        return new SqliteQuery(
            $"SELECT STREAM DISTINCT {OwnWindow} AS w, {key.Own}, i FROM s WHERE {where.Own}",
            $"SELECT DISTINCT rt / {WindowMs} * {WindowMs}, {key.Sqlite}, i FROM s WHERE {where.Sqlite}",
            false,
            IsTimed: true);
    }

    private static SqliteQuery Order(Random random)
    {
        var (first, second) = (SqliteExpression.Number(random, 2), SqliteExpression.Text(random, 2));
        var (up, down) = random.Next(2) == 0 ? ("ASC", "DESC") : ("DESC", "ASC");
        return new SqliteQuery(
            $"SELECT STREAM seq, {second.Own} AS b FROM s "
            + $"ORDER BY {OwnWindow}, CASE WHEN j > 0 THEN {first.Own} END {up}, b {down}, seq",
            $"SELECT seq, {second.Sqlite} AS b FROM s "
            + $"ORDER BY rt / {WindowMs}, CASE WHEN j > 0 THEN {first.Sqlite} END {up}, b {down}, seq",
            true);
    }

    private static SqliteQuery Join(Random random)
    {
        var (left, right) = (random.Next(4) * 1500, random.Next(1, 4) * 1500);
        var kind = Pick(random, "JOIN", "INNER JOIN", "LEFT JOIN", "RIGHT OUTER JOIN", "FULL JOIN");
        var on = Pick(
            random, "a.i = b.i", "a.i = b.i AND a.d < b.e", "a.t = b.t AND a.i <> b.j", "a.d > b.d AND b.j = 1",
            "a.i = b.j AND (a.t LIKE 'a%' OR b.e > 0)");
        return new SqliteQuery(
            $"SELECT STREAM a.seq, b.seq, a.d + b.d, COALESCE(b.t, 'none') FROM s {Window(left)} AS a "
            + $"{kind} r {Window(right)} AS b ON {on}",
            $"SELECT a.seq, b.seq, a.d + b.d, COALESCE(b.t, 'none') FROM s AS a {kind} r AS b ON {on} "
            + $"AND b.rt - a.rt <= {left} AND a.rt - b.rt <= {right}",
            false);
    }

    private static SqliteQuery Table(Random random)
    {
        var kind = Pick(random, "JOIN", "LEFT JOIN");
        var on = Pick(
            random, "s.i = m.i", "m.i = s.j AND s.d < m.most", "s.t = m.name", "s.i = m.i AND m.name <> 'B'",
            "m.most > s.d");
        var where = Pick(random, "TRUE", "m.name IS NOT NULL OR s.i > 0", "m.most IS DISTINCT FROM 2");
        var query = $"seq, m.name, m.most * s.d FROM s {kind} m ON {on} WHERE {where}";
        return new SqliteQuery($"SELECT STREAM {query}", $"SELECT {query}", false);
    }

    private static SqliteQuery Over(Random random)
    {
        var partition = Pick(random, "", "PARTITION BY i", "PARTITION BY t, j");
        var isRows = random.Next(2) == 0;
        var size = random.Next(3, 8);
        var argument = SqliteExpression.Number(random, 1);
        var functions = Pick(
            random,
            "COUNT(*) OVER w, COUNT({0}) OVER w, SUM({0}) OVER w",
            "MIN({0}) OVER w, MAX({0}) OVER w, FIRST_VALUE({0}) OVER w",
            "LAST_VALUE({0}) OVER w, NTH_VALUE({0}, 2) OVER w, COUNT(*) OVER w");
        if (isRows && random.Next(2) == 0)
        {
            // In SQLite these see the whole partition, whatever the window is.
            var back = random.Next(0, size + 1);
            functions = $"LAG({{0}}) OVER w, LAG({{0}}, {back}) OVER w, LAG({{0}}, {back}, 7) OVER w";
        }

        var columns = SqliteExpression.Both(functions).With(argument);
        var own = isRows ? $"ROWS {size} PRECEDING" : $"RANGE INTERVAL '{size}' SECOND PRECEDING";
        var sqlite = isRows
            ? $"ORDER BY seq ROWS {size} PRECEDING"
            : $"ORDER BY rt RANGE BETWEEN {size * 1000} PRECEDING AND CURRENT ROW";
        return new SqliteQuery(
            $"SELECT STREAM seq, {columns.Own} FROM s WINDOW w AS ({partition} {own})",
            $"SELECT seq, {columns.Sqlite} FROM s WINDOW w AS ({partition} {sqlite}) ORDER BY seq",
            true);
    }

    private static SqliteQuery Union(Random random)
    {
        var (one, other) = (SqliteExpression.Integer(random, 2), SqliteExpression.Integer(random, 2));
        var where = SqliteExpression.Condition(random, 2);
        return new SqliteQuery(
            $"SELECT STREAM seq, {one.Own} AS x FROM s WHERE {where.Own} UNION ALL "
            + $"SELECT STREAM seq, {other.Own} FROM r",
            $"SELECT seq, {one.Sqlite} AS x FROM s WHERE {where.Sqlite} UNION ALL SELECT seq, {other.Sqlite} FROM r",
            false);
    }

    private static string Window(int milliseconds) => milliseconds == 0
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture, $"OVER (RANGE INTERVAL '{milliseconds / 1000.0}' SECOND PRECEDING)");

    /// <summary>An expression that is no constant: a number alone would be the number of a column.</summary>
    private static SqliteExpression Key(Random random) => random.Next(4) switch
    {
        0 => new SqliteExpression("t", "t"),
        1 => new SqliteExpression("i", "i"),
        2 => SqliteExpression.Both("(t || {0})").With(SqliteExpression.Text(random, 1)),
        _ => SqliteExpression.Both("(i + {0})").With(SqliteExpression.Integer(random, 1)),
    };

    private static SqliteExpression Aggregate(Random random) => random.Next(9) switch
    {
        0 => SqliteExpression.Both("COUNT(*)"),
        1 => SqliteExpression.Both("COUNT({0})").With(SqliteExpression.Text(random, 2)),
        2 => SqliteExpression.Both("SUM({0})").With(SqliteExpression.Integer(random, 2)),
        3 => SqliteExpression.Both("SUM(d * {0})").With(SqliteExpression.Number(random, 1)),
        4 => SqliteExpression.Both("AVG(e + {0})").With(SqliteExpression.Number(random, 1)),
        5 => SqliteExpression.Both("MIN({0})").With(SqliteExpression.Number(random, 2)),
        6 => SqliteExpression.Both("MAX({0})").With(SqliteExpression.Text(random, 2)),
        7 => SqliteExpression.Both("COUNT(DISTINCT {0})").With(SqliteExpression.Number(random, 2)),
        _ => SqliteExpression.Both("SUM(DISTINCT {0})").With(SqliteExpression.Integer(random, 2)),
    };

    private static SqliteExpression Combined(Random random) => random.Next(3) switch
    {
        0 => SqliteExpression.Both("SUM(i) + COUNT(*) * MAX(j)"),
        1 => SqliteExpression.Both("CASE WHEN COUNT(*) > 2 THEN MAX({0}) ELSE 'few' END")
            .With(SqliteExpression.Text(random, 2)),
        _ => SqliteExpression.Both("COALESCE(MIN({0}), COUNT(*))").With(SqliteExpression.Integer(random, 2)),
    };

    private static SqliteExpression Having(Random random) => random.Next(4) switch
    {
        0 => SqliteExpression.Both("COUNT(*) > 1"),
        1 => SqliteExpression.Both("SUM({0}) > 0 OR COUNT(*) = 1").With(SqliteExpression.Integer(random, 2)),
        2 => SqliteExpression.Both("NOT (MAX(t) = 'B' AND MIN(d) < 0)"),
        _ => SqliteExpression.Both("TRUE"),
    };

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];
}
