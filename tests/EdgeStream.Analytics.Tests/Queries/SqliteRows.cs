using System.Globalization;
using System.Text;
using EdgeStream.Sql;
using EdgeStream.Sql.Tests;

namespace EdgeStream.Analytics.Tests;

/// <summary>Random rows of two streams, S and R, and of a table M, here and in SQLite.</summary>
/// <remarks>Times are milliseconds and none comes twice in a stream; SQLite has them as RT.</remarks>
internal sealed class SqliteRows
{
    private const int RowsMax = 40;

    private readonly List<(string? Stream, long Time, string Json)> _steps = [];
    private readonly StringBuilder _inserts = new();
    private readonly StringBuilder _table = new();

    public SqliteRows(Random random)
    {
        var rows = new List<(string Stream, long Time)>();
        foreach (var stream in new[] { "S", "R" })
        {
            long time = 1_000_000;
            for (var count = random.Next(RowsMax); count > 0; count--)
            {
                time += random.Next(6) == 0 ? random.Next(1, 12_000) : random.Next(1, 1500);
                rows.Add((stream, time));
            }
        }

        var seq = 0;
        foreach (var (stream, time) in rows.OrderBy(row => row.Time))
        {
            Add(random, stream, time, ++seq);
        }

        for (var count = random.Next(6); count > 0; count--)
        {
            var (i, name, most) = (random.Next(-4, 5), new[] { "abc", "B", "" }[random.Next(3)], random.Next(-2, 5));
            _table.Append(CultureInfo.InvariantCulture, $"{i},{name},{most}\n");
            var text = name.Length == 0 ? "NULL" : $"'{name}'";
            _inserts.Append(CultureInfo.InvariantCulture, $"INSERT INTO m VALUES ({i}, {text}, {most});");
        }

        _steps.Add((null, long.MaxValue - 1, ""));
    }

    /// <summary>Puts the rows into tables of a database.</summary>
    public void Insert(SqliteDatabase database) => database.Execute(
        "DROP TABLE IF EXISTS s; DROP TABLE IF EXISTS r; DROP TABLE IF EXISTS m;"
        + "CREATE TABLE s (seq INTEGER, rt INTEGER, i INTEGER, j INTEGER, d REAL, e REAL, t TEXT, u TEXT, m);"
        + "CREATE TABLE r (seq INTEGER, rt INTEGER, i INTEGER, j INTEGER, d REAL, e REAL, t TEXT, u TEXT, m);"
        + $"CREATE TABLE m (i INTEGER, name TEXT, most REAL); {_inserts}");

    /// <summary>A query over the rows.</summary>
    public QueryScript Script(string sql)
    {
        var script = QueryScript.Of(sql, [Input("S"), Input("R")], _steps);
        var reference = new QueryReference
        {
            Name = "M",
            Path = "M",
            Format = InputFormat.Csv,
            Columns =
            [
                Column("I", SqlTypeName.BigInt), Column("NAME", SqlTypeName.VarChar),
                Column("MOST", SqlTypeName.Double),
            ],
        };
        script.Tables.Add((reference, _table.ToString()));
        return script;
    }

    private static QueryInput Input(string stream) => new()
    {
        Stream = stream,
        Columns =
        [
            Column("SEQ", SqlTypeName.BigInt), Column("I", SqlTypeName.BigInt), Column("J", SqlTypeName.BigInt),
            Column("D", SqlTypeName.Double), Column("E", SqlTypeName.Double), Column("T", SqlTypeName.VarChar),
            Column("U", SqlTypeName.VarChar), Column("M", SqlTypeName.VarChar),
        ],
    };

    private static QueryInputColumn Column(string name, SqlTypeName type) =>
        new(name, new SqlDataType(type, type == SqlTypeName.VarChar ? 64 : 0));

    private void Add(Random random, string stream, long time, int seq)
    {
        string Maybe(string value) => random.Next(9) == 0 ? "null" : value;
        string Text(string value) => value == "null" ? value : $"\"{value}\"";
        var (i, j) = (Maybe(Number(random.Next(-4, 5))), Maybe(Number(random.Next(0, 3))));
        var (d, e) = (Maybe(Number(random.Next(-8, 9) / 4.0)), Maybe(random.Next(2) == 0 ? "0.5" : "-1.0"));
        var (t, u) = (Maybe(new[] { "abc", "B", " a" }[random.Next(3)]), Maybe(new[] { "", "ab" }[random.Next(2)]));
        _steps.Add((
            stream,
            time * 1000,
            $$"""{"SEQ":{{seq}},"I":{{i}},"J":{{j}},"D":{{d}},"E":{{e}},"T":{{Text(t)}},"U":{{Text(u)}}}"""));
        var texts = $"{Text(t)}, {Text(u)}".Replace('"', '\'');
        _inserts.Append(
            CultureInfo.InvariantCulture,
            $"INSERT INTO {stream} VALUES ({seq}, {time}, {i}, {j}, {d}, {e}, {texts}, NULL);");
    }

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}
