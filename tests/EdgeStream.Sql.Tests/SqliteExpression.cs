using System.Globalization;

namespace EdgeStream.Sql.Tests;

/// <summary>A random expression in both dialects. It keeps to what the two mean alike: small integers, so that nothing
/// overflows, and ASCII.</summary>
internal sealed record SqliteExpression(string Own, string Sqlite)
{
    private static readonly string[] Words = ["", "a", "ab", "B", "abcab", " pad ", "x_y%", "0"];

    private static readonly string[] Comparisons = ["=", "<>", "<", "<=", ">", ">="];

    public static SqliteExpression Any(Random random, int depth) => random.Next(4) switch
    {
        0 => Integer(random, depth),
        1 => Real(random, depth),
        2 => Text(random, depth),
        _ => Condition(random, depth),
    };

    public static SqliteExpression Condition(Random random, int depth) => random.Next(depth <= 0 ? 2 : 11) switch
    {
        0 => random.Next(3) switch { 0 => new("TRUE", "1"), 1 => new("FALSE", "0"), _ => new("NULL", "NULL") },
        1 => Both($"{{0}} {Pick(random, Comparisons)} {{1}}", Number(random, depth - 1), Number(random, depth - 1)),
        2 => Both($"{{0}} {Pick(random, Comparisons)} {{1}}", Text(random, depth - 1), Text(random, depth - 1)),
        3 => Both("({0} AND {1})", Condition(random, depth - 1), Condition(random, depth - 1)),
        4 => Both("({0} OR {1})", Condition(random, depth - 1), Condition(random, depth - 1)),
        5 => Both("(NOT ({0}))", Condition(random, depth - 1)),
        6 => Both($"(({{0}}) IS {Pick(random, ["TRUE", "NOT TRUE", "FALSE", "NULL", "NOT NULL"])})",
            Condition(random, depth - 1)),
        7 => Both("({0} IS DISTINCT FROM {1})", Number(random, depth - 1), Number(random, depth - 1)),
        8 => Both("({0} BETWEEN {1} AND {2})",
            Number(random, depth - 1), Number(random, depth - 1), Number(random, depth - 1)),
        9 => Both("({0} IN ({1}, {2}, 1))",
            Number(random, depth - 1), Number(random, depth - 1), Number(random, depth - 1)),
        _ => Both($"({{0}} LIKE '{Pick(random, ["a%", "%b", "_", "%", "x!_%", ""])}' ESCAPE '!')",
            Text(random, depth - 1)),
    };

    public static SqliteExpression Number(Random random, int depth) =>
        random.Next(2) == 0 ? Integer(random, depth) : Real(random, depth);

    public static SqliteExpression Integer(Random random, int depth) => random.Next(depth <= 0 ? 2 : 9) switch
    {
        0 => Literal(random.Next(-3, 4)),
        1 => Pick(random, ["i", "j", "m"]) is var name ? new($"CAST({name} AS BIGINT)", name) : Literal(0),
        2 => Both($"({{0}} {Pick(random, ["+", "-", "*", "/", "%"])} {{1}})",
            Integer(random, depth - 1), Integer(random, depth - 1)),
        3 => Both("ABS({0})", Integer(random, depth - 1)),
        4 => Choice(random, depth, Integer),
        5 => new SqliteExpression("CHAR_LENGTH({0})", "LENGTH({0})").With(Text(random, depth - 1)),
        6 => new SqliteExpression("POSITION({1} IN {0})", "INSTR({0}, {1})")
            .With(Text(random, depth - 1), Text(random, depth - 1)),
        7 => Both("(- {0})", Integer(random, depth - 1)),
        _ => new SqliteExpression("GREATEST({0}, {1})", "MAX({0}, {1})")
            .With(Integer(random, depth - 1), Integer(random, depth - 1)),
    };

    private static SqliteExpression Real(Random random, int depth) => random.Next(depth <= 0 ? 2 : 6) switch
    {
        0 => Both(string.Create(CultureInfo.InvariantCulture, $"({random.Next(-20, 20) / 4.0:0.00}e0)")),
        1 => Pick(random, ["d", "e", "m"]) is var name ? new($"CAST({name} AS DOUBLE)", name) : Literal(0),
        2 => Both($"({{0}} {Pick(random, ["+", "-", "*", "/"])} {{1}})",
            Real(random, depth - 1), Number(random, depth - 1)),
        3 => Both($"ROUND({{0}}, {random.Next(3)})", Exact(random, Math.Min(depth - 1, 2))),
        4 => Choice(random, depth, Real),
        _ => Both("CAST({0} AS REAL)", Both("CAST({0} AS INTEGER)", Real(random, depth - 1))),
    };

    /// <summary>A number that is a multiple of 1/256, so that nothing rounds it on the way. ROUND is compared over such
    /// ones alone: SQLite rounds the first 15 decimal digits, so that what is next to a half becomes one.</summary>
    private static SqliteExpression Exact(Random random, int depth) => random.Next(depth <= 0 ? 2 : 6) switch
    {
        0 => Both(string.Create(CultureInfo.InvariantCulture, $"({random.Next(-20, 20) / 4.0:0.00}e0)")),
        1 => Pick(random, ["d", "e", "m"]) is var name ? new($"CAST({name} AS DOUBLE)", name) : Literal(0),
        2 => Both($"({{0}} {Pick(random, ["+", "-", "*"])} {{1}})",
            Exact(random, depth - 1), Exact(random, depth - 1)),
        3 => Both("ABS({0})", Exact(random, depth - 1)),
        4 => Choice(random, depth, Exact),
        _ => Both("CAST({0} AS REAL)", Integer(random, depth - 1)),
    };

    public static SqliteExpression Text(Random random, int depth) => random.Next(depth <= 0 ? 2 : 7) switch
    {
        0 => Both($"'{Pick(random, Words)}'"),
        1 => Pick(random, ["t", "u", "m"]) is var name ? new($"CAST({name} AS VARCHAR)", name) : Literal(0),
        2 => Both("({0} || {1})", Text(random, depth - 1), Text(random, depth - 1)),
        3 => Both($"{Pick(random, ["UPPER", "LOWER", "TRIM"])}({{0}})", Text(random, depth - 1)),
        4 => Choice(random, depth, Text),
        5 => new SqliteExpression("SUBSTRING({0} FROM {1} FOR {2})", "SUBSTR({0}, {1}, {2})")
            .With(Text(random, depth - 1), Literal(random.Next(1, 4)), Literal(random.Next(0, 4))),
        _ => new SqliteExpression("LEAST({0}, {1})", "MIN({0}, {1})")
            .With(Text(random, depth - 1), Text(random, depth - 1)),
    };

    private static SqliteExpression Choice(Random random, int depth, Func<Random, int, SqliteExpression> branch) =>
        random.Next(3) switch
        {
            0 => Both("CASE WHEN {0} THEN {1} ELSE {2} END",
                Condition(random, depth - 1), branch(random, depth - 1), branch(random, depth - 1)),
            1 => Both("COALESCE({0}, {1})", branch(random, depth - 1), branch(random, depth - 1)),
            _ => Both("NULLIF({0}, {1})", branch(random, depth - 1), branch(random, depth - 1)),
        };

    private static SqliteExpression Literal(int number) =>
        Both(string.Create(CultureInfo.InvariantCulture, $"({number})"));

    public static SqliteExpression Both(string format, params SqliteExpression[] parts) =>
        new SqliteExpression(format, format).With(parts);

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    public SqliteExpression With(params SqliteExpression[] parts) => parts.Length == 0 ? this : new(
        string.Format(CultureInfo.InvariantCulture, Own, [.. parts.Select(part => part.Own)]),
        string.Format(CultureInfo.InvariantCulture, Sqlite, [.. parts.Select(part => part.Sqlite)]));
}
