using System.Globalization;

namespace EdgeStream.Sql.Tests;

/// <summary>A random expression: its text, and its value by the plainest possible evaluation over boxed
/// objects.</summary>
internal sealed record NaiveExpression(string Text, Func<IReadOnlyDictionary<string, object?>, object?> Value)
{
    private static readonly string[] Columns = ["a", "b", "c", "missing"];

    private static readonly string[] Words = ["x", "xy", "x_y%", ""];

    public static NaiveExpression Condition(Random random, int depth) => random.Next(depth <= 0 ? 3 : 8) switch
    {
        0 => Column(random, ["flag", "missing"]),
        1 => Compare(random, depth),
        2 => random.Next(2) == 0 ? new NaiveExpression("TRUE", _ => true) : new NaiveExpression("NULL", _ => null),
        3 => Junction(random, depth, "AND", false),
        4 => Junction(random, depth, "OR", true),
        5 => Not(Condition(random, depth - 1)),
        6 => IsNull(Scalar(random, depth - 1)),
        _ => In(random, depth),
    };

    public static NaiveExpression Scalar(Random random, int depth) => random.Next(depth <= 0 ? 2 : 5) switch
    {
        0 => Number(random),
        1 => Column(random, Columns),
        2 => Arithmetic(random, depth),
        3 => Map(Scalar(random, depth - 1), "ABS", Math.Abs),
        _ => Coalesce(Scalar(random, depth - 1), Scalar(random, depth - 1)),
    };

    private static NaiveExpression Number(Random random)
    {
        var number = random.Next(-4, 5) / 2.0;
        return new NaiveExpression($"({number.ToString(CultureInfo.InvariantCulture)}e0)", _ => number);
    }

    private static NaiveExpression Column(Random random, string[] names)
    {
        var name = names[random.Next(names.Length)];
        return new NaiveExpression(name, row => row.GetValueOrDefault(name));
    }

    private static NaiveExpression Arithmetic(Random random, int depth)
    {
        var (left, right) = (Scalar(random, depth - 1), Scalar(random, depth - 1));
        var symbol = "+-*/%"[random.Next(5)];
        return new NaiveExpression($"({left.Text} {symbol} {right.Text})", row =>
            left.Value(row) is double x && right.Value(row) is double y
            && Apply(symbol, x, y) is var z && double.IsFinite(z)
                ? z
                : null);
    }

    private static double Apply(char symbol, double x, double y) => symbol switch
    {
        '+' => x + y,
        '-' => x - y,
        '*' => x * y,
        '/' => x / y,
        _ => x % y,
    };

    private static NaiveExpression Map(NaiveExpression operand, string name, Func<double, double> function) =>
        new($"{name}({operand.Text})", row => operand.Value(row) is double x ? function(x) : null);

    private static NaiveExpression Coalesce(NaiveExpression left, NaiveExpression right) =>
        new($"COALESCE({left.Text}, {right.Text})", row => left.Value(row) ?? right.Value(row));

    private static NaiveExpression Compare(Random random, int depth)
    {
        var isText = random.Next(4) == 0;
        var left = isText ? Column(random, ["word", "a", "missing"]) : Scalar(random, depth - 1);
        var right = isText ? Word(random) : Scalar(random, depth - 1);
        var symbol = new[] { "=", "<>", "<", "<=", ">", ">=" }[random.Next(6)];
        return new NaiveExpression($"{left.Text} {symbol} {right.Text}",
            row => Order(left.Value(row), right.Value(row)) is { } order ? Holds(symbol, order) : null);
    }

    private static NaiveExpression Word(Random random)
    {
        var word = Words[random.Next(Words.Length)];
        return new NaiveExpression($"'{word}'", _ => word);
    }

    private static int? Order(object? left, object? right) => (left, right) switch
    {
        (double x, double y) => x.CompareTo(y),
        (string x, string y) => string.CompareOrdinal(x, y),
        (bool x, bool y) => x.CompareTo(y),
        _ => null,
    };

    private static bool Holds(string symbol, int order) => symbol switch
    {
        "=" => order == 0,
        "<>" => order != 0,
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };

    private static NaiveExpression Junction(Random random, int depth, string word, bool deciding)
    {
        var (left, right) = (Condition(random, depth - 1), Condition(random, depth - 1));
        return new NaiveExpression($"({left.Text} {word} {right.Text})", row =>
        {
            var values = new[] { left.Value(row) as bool?, right.Value(row) as bool? };
            return values.Contains(deciding) ? deciding : values.Contains(null) ? null : !deciding;
        });
    }

    private static NaiveExpression Not(NaiveExpression operand) =>
        new($"NOT ({operand.Text})", row => operand.Value(row) is bool value ? !value : null);

    private static NaiveExpression IsNull(NaiveExpression operand) =>
        new($"({operand.Text}) IS NULL", row => operand.Value(row) is null);

    private static NaiveExpression In(Random random, int depth)
    {
        var operand = Scalar(random, depth - 1);
        var list = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Scalar(random, depth - 2)).ToArray();
        return new NaiveExpression($"{operand.Text} IN ({string.Join(", ", list.Select(item => item.Text))})", row =>
        {
            var orders = list.Select(item => Order(operand.Value(row), item.Value(row))).ToArray();
            return orders.Contains(0) ? true : orders.Contains(null) ? null : false;
        });
    }
}
