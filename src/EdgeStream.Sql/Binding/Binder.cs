using System.Text;

namespace EdgeStream.Sql;

/// <summary>Gives names and operators their meaning and refuses what could never be anything but NULL by its
/// types.</summary>
internal sealed class Binder(string text, ColumnSet columns)
{
    /// <summary>The whole text.</summary>
    public string Text => text;

    /// <summary>What names and calls mean before this room's own meanings count; null where columns are JSON
    /// paths.</summary>
    public IScope? Scope { get; init; }

    public Expression BindCondition(Syntax syntax) => Operand(syntax, SqlType.Boolean, "A filter");

    public Expression Bind(Syntax syntax) => Scope?.TryBind(syntax, this) ?? syntax switch
    {
        LiteralSyntax literal => Literal(literal),
        NameSyntax name => Name(name),
        FieldSyntax field => Field(field),
        UnarySyntax unary => Unary(unary),
        BinarySyntax binary => Binary(binary),
        SpanSyntax span => Span(span),
        CastSyntax cast => Cast(cast),
        CaseSyntax branches => Case(branches),
        CallSyntax call => FunctionTable.Bind(this, call),
        DeclaredCallSyntax call => DeclaredFunctions.Bind(this, call),
        InSyntax list => In(list),
        BetweenSyntax between => Between(between),
        LikeSyntax like => Like(like),
        PeriodSyntax period => throw Error(period.Token, "A period cannot stand here", null,
            "Put a predicate of periods behind it: (a, b) OVERLAPS (c, d)."),
        _ => throw new InvalidOperationException($"No meaning for {syntax.GetType().Name}."),
    };

    /// <summary>Binds what must be of a type where its type is known: any number where a double is asked for.</summary>
    public Expression Operand(Syntax syntax, SqlType expected, string user) =>
        Check(Bind(syntax), syntax, expected, user);

    /// <summary>The same for what is bound already.</summary>
    public Expression Check(Expression expression, Syntax syntax, SqlType expected, string user) =>
        expression.Family is null or SqlType.Null || expression.Family == expected
            || (expected == SqlType.Double && TypeRules.IsNumber(expression.Family))
            ? expression
            : throw Error(syntax.Token, $"{user} needs {TypeRules.Describe(expected)} here",
                $"This is {TypeRules.Describe(expression.Family.Value)}.",
                expected == SqlType.Boolean ? "Compare it with something: temperature > 20." : null);

    public void RequireComparable(Expression left, Expression right, Token token, string user)
    {
        if (left.Family is { } first && right.Family is { } second && !TypeRules.AreComparable(first, second))
        {
            var isTime = TypeRules.IsTime(first) || TypeRules.IsTime(second);
            throw Error(token,
                $"{user} cannot compare {TypeRules.Describe(first)} with {TypeRules.Describe(second)}", null,
                isTime
                    ? "Write times as TIMESTAMP '2026-11-20 14:30:00'."
                    : "Numbers stand without quotes, text within 'single quotes'.");
        }
    }

    /// <summary>The type that all branches of CASE, COALESCE and the like have; null where only the record
    /// decides.</summary>
    public SqlDataType? CommonType(IReadOnlyList<Expression> branches, Token token, string user) =>
        TypeRules.TryCommon(branches, out var type)
            ? type
            : throw Error(token, $"{user} have different types", TypeRules.DescribeAll(branches));

    public SqlException Error(Token token, string primary, string? detail = null, string? hint = null) =>
        SqlErrors.At(text, token, primary, detail, hint);

    private static Expression Literal(LiteralSyntax literal) => literal.Type.Kind switch
    {
        SqlType.Null => new NullExpression(),
        SqlType.Text => new TextExpression(literal.Bytes),
        SqlType.Binary => new BinaryExpression(literal.Bytes),
        _ => new ConstantExpression(literal.Type, literal.Integer, literal.Scale),
    };

    private Expression Name(NameSyntax name)
    {
        if (name.Parts.Count == 1 && name.Token.Is("PARTITION_KEY"))
        {
            return new PartitionKeyExpression();
        }

        if (name.Parts.Count == 1 && RowTimes.Find(name.Token) is { } time)
        {
            return time;
        }

        return name.Parts.Count <= ColumnPath.NamesMax
            ? new ColumnExpression(columns.Add(new ColumnPath(name.Parts.Select(part => part.Value))))
            : throw Error(name.Parts[ColumnPath.NamesMax], "A column's path has too many names",
                $"At most {ColumnPath.NamesMax} are followed.");
    }

    private JsonValueExpression Field(FieldSyntax field) =>
        new(Operand(field.Operand, SqlType.Text, "."), JsonPath.OfNames(field.Path.Select(part => part.Value)));

    private Expression Unary(UnarySyntax unary)
    {
        switch (unary.Operator)
        {
            case UnaryOperator.Not:
                return new NotExpression(Operand(unary.Operand, SqlType.Boolean, "NOT"));
            case UnaryOperator.IsTrue or UnaryOperator.IsFalse:
                return new IsTruthExpression(
                    Operand(unary.Operand, SqlType.Boolean, "IS"), unary.Operator == UnaryOperator.IsTrue);
            case UnaryOperator.IsUnknown:
                return new IsUnknownExpression(Operand(unary.Operand, SqlType.Boolean, "IS"));
            case UnaryOperator.IsNull:
                return new IsNullExpression(Bind(unary.Operand));
        }

        var operand = Bind(unary.Operand);
        return operand.Type is SqlType.Interval or SqlType.Months
            ? new NegateExpression(operand)
            : new NegateExpression(Check(operand, unary.Operand, SqlType.Double, "-"));
    }

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
            case BinaryOperator.Concatenate:
                return new Function2Expression(Texts.Concatenate, SqlType.Text,
                    Operand(binary.Left, SqlType.Text, name), Operand(binary.Right, SqlType.Text, name));
            case >= BinaryOperator.Add:
                return ArithmeticRules.Bind(this, binary);
        }

        var (left, right) = (Bind(binary.Left), Bind(binary.Right));
        var isDistinct = binary.Operator == BinaryOperator.IsDistinctFrom;
        RequireComparable(left, right, binary.Token, isDistinct ? "IS DISTINCT FROM" : name);
        return isDistinct
            ? new IsDistinctExpression(left, right)
            : new ComparisonExpression(binary.Operator, left, right);
    }

    private SpanExpression Span(SpanSyntax span)
    {
        var (left, right) = (Bind(span.Difference.Left), Bind(span.Difference.Right));
        foreach (var (side, syntax) in new[] { (left, span.Difference.Left), (right, span.Difference.Right) })
        {
            if (side.Type is { } type && type != SqlType.Null && !TypeRules.IsTime(type))
            {
                throw Error(syntax.Token, $"{span.Type} needs two times", $"This is {TypeRules.Describe(type)}.");
            }
        }

        RequireComparable(left, right, span.Token, "-");
        return new SpanExpression(left, right, span.Type);
    }

    private CastExpression Cast(CastSyntax cast)
    {
        var operand = Bind(cast.Operand);
        return operand.Type is { } source && !TypeRules.CanCast(source, cast.Type.Kind)
            ? throw Error(cast.Operand.Token, $"CAST cannot make {cast.Type} of {TypeRules.Describe(source)}")
            : new CastExpression(operand, cast.Type);
    }

    private Expression Case(CaseSyntax syntax)
    {
        var results = syntax.Thens.Select(Bind).ToArray();
        var otherwise = syntax.Else is null ? new NullExpression() : Bind(syntax.Else);
        var type = CommonType([.. results, otherwise], syntax.Token, "The branches of CASE");
        if (syntax.Operand is null)
        {
            var conditions = syntax.Whens.Select(when => Operand(when, SqlType.Boolean, "WHEN")).ToArray();
            return new SearchedCaseExpression(conditions, results, otherwise, type);
        }

        var operand = Bind(syntax.Operand);
        var values = new Expression[syntax.Whens.Count];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = Bind(syntax.Whens[index]);
            RequireComparable(operand, values[index], syntax.Whens[index].Token, "WHEN");
        }

        return new SimpleCaseExpression(operand, values, results, otherwise, type);
    }

    private InExpression In(InSyntax syntax)
    {
        if (syntax.List.Count == 0)
        {
            throw Error(syntax.Token, "IN needs at least one value", null, "Write IN ('a', 'b').");
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
        return new BetweenExpression(operand, low, high, syntax.IsSymmetric);
    }

    private Expression Like(LikeSyntax syntax)
    {
        if (syntax.Escape is { } found && found.Value.EnumerateRunes().Count() != 1)
        {
            throw Error(found, "ESCAPE takes exactly one character", null, "Write ESCAPE '\\'.");
        }

        var name = syntax.IsSimilar ? "SIMILAR TO" : "LIKE";
        var operand = Operand(syntax.Operand, SqlType.Text, name);
        if (syntax.IsSimilar)
        {
            var pattern = PatternFunctions.Literal(this, syntax.Pattern, name);
            return new MatchExpression(operand, PatternFunctions.Compile(
                this, syntax.Pattern.Token, Patterns.FromSimilar(pattern, syntax.Escape?.Value[0])));
        }

        var escape = syntax.Escape is { } token ? Encoding.UTF8.GetBytes(token.Value) : [];
        return new LikeExpression(operand, Operand(syntax.Pattern, SqlType.Text, name), escape);
    }
}
