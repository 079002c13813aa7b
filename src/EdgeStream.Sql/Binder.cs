using System.Text;

namespace EdgeStream.Sql;

/// <summary>Gives names and operators their meaning and refuses what could never be anything but NULL by its
/// types.</summary>
internal sealed class Binder(string text, ColumnSet columns)
{
    private const string Functions = "ABS, COALESCE, LOWER, ROUND, UPPER";

    public Expression BindCondition(Syntax syntax) => Operand(syntax, SqlType.Boolean, "A filter");

    public Expression Bind(Syntax syntax) => syntax switch
    {
        LiteralSyntax literal => Literal(literal),
        NameSyntax name => Name(name),
        UnarySyntax unary => Unary(unary),
        BinarySyntax binary => Binary(binary),
        CallSyntax call => Call(call),
        InSyntax list => In(list),
        BetweenSyntax between => Between(between),
        LikeSyntax like => Like(like),
        _ => throw new InvalidOperationException($"No meaning for {syntax.GetType().Name}."),
    };

    private static Expression Literal(LiteralSyntax literal) => literal.Type switch
    {
        SqlType.Double => new NumberExpression(literal.Number),
        SqlType.Text => new TextExpression(literal.Value),
        SqlType.Boolean => new BooleanExpression(literal.Number != 0),
        SqlType.Timestamp => new TimestampExpression((long)literal.Number),
        _ => new NullExpression(),
    };

    private Expression Name(NameSyntax name)
    {
        if (name.Parts.Count == 1 && name.Token.Is("PARTITION_KEY"))
        {
            return new PartitionKeyExpression();
        }

        if (name.Parts.Count == 1 && name.Token.Is("ROWTIME"))
        {
            return new RowtimeExpression();
        }

        return name.Parts.Count <= ColumnPath.NamesMax
            ? new ColumnExpression(columns.Add(new ColumnPath(name.Parts.Select(part => part.Value))))
            : throw SqlErrors.At(text, name.Parts[ColumnPath.NamesMax], "A column's path has too many names",
                $"At most {ColumnPath.NamesMax} are followed.");
    }

    private Expression Unary(UnarySyntax unary) => unary.Operator switch
    {
        UnaryOperator.Not => new NotExpression(Operand(unary.Operand, SqlType.Boolean, "NOT")),
        UnaryOperator.Negate => new NegateExpression(Operand(unary.Operand, SqlType.Double, "-")),
        _ => new IsNullExpression(Bind(unary.Operand)),
    };

    private Expression Binary(BinarySyntax binary)
    {
        var name = binary.Token.Value.ToUpperInvariant();
        switch (binary.Operator)
        {
            case BinaryOperator.And:
                return new AndExpression(
                    Operand(binary.Left, SqlType.Boolean, name), Operand(binary.Right, SqlType.Boolean, name));
            case BinaryOperator.Or:
                return new OrExpression(
                    Operand(binary.Left, SqlType.Boolean, name), Operand(binary.Right, SqlType.Boolean, name));
            case >= BinaryOperator.Add:
                return new ArithmeticExpression(binary.Operator,
                    Operand(binary.Left, SqlType.Double, name), Operand(binary.Right, SqlType.Double, name));
            default:
                var (left, right) = (Bind(binary.Left), Bind(binary.Right));
                RequireComparable(left, right, binary.Token, name);
                return new ComparisonExpression(binary.Operator, left, right);
        }
    }

    private InExpression In(InSyntax syntax)
    {
        if (syntax.List.Count == 0)
        {
            throw SqlErrors.At(text, syntax.Token, "IN needs at least one value", null, "Write IN ('a', 'b').");
        }

        var operand = Bind(syntax.Operand);
        var list = new Expression[syntax.List.Count];
        for (var index = 0; index < list.Length; index++)
        {
            list[index] = Bind(syntax.List[index]);
            RequireComparable(operand, list[index], syntax.List[index].Token, "IN");
        }

        return new InExpression(operand, list);
    }

    private BetweenExpression Between(BetweenSyntax syntax)
    {
        var (operand, low, high) = (Bind(syntax.Operand), Bind(syntax.Low), Bind(syntax.High));
        RequireComparable(operand, low, syntax.Low.Token, "BETWEEN");
        RequireComparable(operand, high, syntax.High.Token, "BETWEEN");
        return new BetweenExpression(operand, low, high);
    }

    private LikeExpression Like(LikeSyntax syntax)
    {
        var escape = syntax.Escape is { } token ? Encoding.UTF8.GetBytes(token.Value) : [];
        if (syntax.Escape is { } found && found.Value.EnumerateRunes().Count() != 1)
        {
            throw SqlErrors.At(text, found, "ESCAPE takes exactly one character", null, "Write ESCAPE '\\'.");
        }

        return new LikeExpression(
            Operand(syntax.Operand, SqlType.Text, "LIKE"), Operand(syntax.Pattern, SqlType.Text, "LIKE"), escape);
    }

    private Expression Call(CallSyntax call)
    {
        var name = call.Token.Value.ToUpperInvariant();
        switch (name)
        {
            case "ABS":
                RequireArguments(call, 1, 1);
                return new AbsExpression(Operand(call.Arguments[0], SqlType.Double, name));
            case "ROUND":
                RequireArguments(call, 1, 2);
                return new RoundExpression(
                    Operand(call.Arguments[0], SqlType.Double, name),
                    call.Arguments.Count == 1
                        ? new NumberExpression(0)
                        : Operand(call.Arguments[1], SqlType.Double, name));
            case "LOWER" or "UPPER":
                RequireArguments(call, 1, 1);
                return new CaseExpression(Operand(call.Arguments[0], SqlType.Text, name), name == "UPPER");
            case "COALESCE":
                RequireArguments(call, 1, int.MaxValue);
                return Coalesce(call);
            default:
                throw SqlErrors.At(text, call.Token, $"There is no function {call.Token.Value}", null,
                    $"The functions are {Functions}.");
        }
    }

    private CoalesceExpression Coalesce(CallSyntax call)
    {
        var arguments = call.Arguments.Select(Bind).ToArray();
        var types = new List<SqlType?>();
        foreach (var argument in arguments)
        {
            if (argument.Type != SqlType.Null && !types.Contains(argument.Type))
            {
                types.Add(argument.Type);
            }
        }

        if (types.FindAll(type => type is not null).Count > 1)
        {
            throw SqlErrors.At(text, call.Token, "The arguments of COALESCE have different types", Describe(types));
        }

        var type = types.Count switch
        {
            0 => SqlType.Null,
            1 => types[0],
            _ => null,
        };
        return new CoalesceExpression(arguments, type);
    }

    private void RequireArguments(CallSyntax call, int countMin, int countMax)
    {
        if (call.Arguments.Count < countMin || call.Arguments.Count > countMax)
        {
            var allowed = countMax == countMin ? $"{countMin}" : countMax == int.MaxValue ? $"{countMin} or more"
                : $"{countMin} to {countMax}";
            throw SqlErrors.At(text, call.Token, $"{call.Token.Value} has the wrong number of arguments",
                $"It takes {allowed}, not {call.Arguments.Count}.");
        }
    }

    private Expression Operand(Syntax syntax, SqlType expected, string user)
    {
        var expression = Bind(syntax);
        return expression.Type is null or SqlType.Null || expression.Type == expected
            || (expected == SqlType.Double && IsNumber(expression.Type))
            ? expression
            : throw SqlErrors.At(text, syntax.Token, $"{user} needs {Describe(expected)} here",
                $"This is {Describe(expression.Type.Value)}.",
                expected == SqlType.Boolean ? "Compare it with something: temperature > 20." : null);
    }

    private void RequireComparable(Expression left, Expression right, Token token, string user)
    {
        if (left.Type is { } first && right.Type is { } second
            && first != second && !(IsNumber(first) && IsNumber(second)) && first != SqlType.Null && second != SqlType.Null)
        {
            throw SqlErrors.At(text, token, $"{user} cannot compare {Describe(first)} with {Describe(second)}", null,
                first == SqlType.Timestamp || second == SqlType.Timestamp
                    ? "Write times as TIMESTAMP '2026-11-20 14:30:00'."
                    : "Numbers stand without quotes, text within 'single quotes'.");
        }
    }

    private static bool IsNumber(SqlType? type) => type is SqlType.Integer or SqlType.Decimal or SqlType.Double;

    private static string Describe(IReadOnlyList<SqlType?> types)
    {
        var names = new List<string>();
        foreach (var type in types)
        {
            if (type is { } known)
            {
                names.Add(Describe(known));
            }
        }

        return string.Join(", ", names) + ".";
    }

    private static string Describe(SqlType type) => type switch
    {
        SqlType.Boolean => "a condition",
        SqlType.Double or SqlType.Integer or SqlType.Decimal => "a number",
        SqlType.Text => "text",
        SqlType.Timestamp => "a timestamp",
        _ => "NULL",
    };
}
