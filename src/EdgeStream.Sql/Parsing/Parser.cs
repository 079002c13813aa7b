namespace EdgeStream.Sql;

/// <summary>A recursive-descent parser of expressions, one method a precedence level, loosest first: OR, AND, NOT,
/// predicates (<see cref="PredicateParser"/>), + - ||, * / %.</summary>
/// <remarks>Bounds keep any text from exhausting the stack: text length, nesting of parentheses, depth of the
/// tree.</remarks>
internal sealed class Parser : TokenCursor
{
    /// <summary>How deep the tree of an expression may be.</summary>
    public const int DepthMax = 500;

    private const int TextLengthMax = 64 * 1024;

    private static readonly string[] ReservedWords =
        ["AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "BETWEEN", "ESCAPE", "TRUE", "FALSE"];

    /// <summary>How much text calls of declared functions may stand for in all, in tokens.</summary>
    private const long ExpandedMax = 200_000;

    private readonly Dictionary<string, FunctionDefinition> _functions = new(StringComparer.Ordinal);
    private readonly PredicateParser _predicates;
    private readonly CaseParser _cases;
    private readonly CallParser _calls;
    private readonly LiteralParser _literals;

    private Parser(string text)
        : base(text)
    {
        _predicates = new PredicateParser(this);
        _cases = new CaseParser(this);
        _calls = new CallParser(this);
        _literals = new LiteralParser(this);
    }

    /// <summary>A parser at the first token of a text.</summary>
    public static Parser Begin(string text) => text.Length <= TextLengthMax
        ? new Parser(text)
        : throw SqlErrors.At(text, default, "The expression is too long",
            $"It has {text.Length} characters, at most {TextLengthMax} are read.");

    /// <summary>Reads a text that is one expression.</summary>
    public static Syntax Parse(string text)
    {
        var parser = Begin(text);
        var syntax = parser.ParseExpression();
        return parser.Current.Kind == TokenKind.End
            ? syntax
            : throw parser.Unexpected("an operator or the end of the expression");
    }

    /// <summary>How much text the calls of declared functions so far stand for, in tokens.</summary>
    public long Expanded { get; private set; }

    /// <summary>From here on a function can be called.</summary>
    public void Declare(FunctionDefinition function) => _functions[function.Name.Value] = function;

    /// <summary>The function that the script has declared under a name so far.</summary>
    public FunctionDefinition? FindFunction(Token name) =>
        _functions.Count == 0 ? null : _functions.GetValueOrDefault(QueryParser.Folded(name).Value);

    /// <summary>Reads the arguments of a call of such a function. They count as if they stood everywhere in its
    /// body.</summary>
    /// <exception cref="SqlException">All calls together stand for too much.</exception>
    public DeclaredCallSyntax Call(Token token, FunctionDefinition function)
    {
        var start = Place + Expanded;
        var arguments = ParseList();
        Expanded += function.Size * (Place + Expanded - start);
        var call = new DeclaredCallSyntax(token, function, arguments);
        return Expanded <= ExpandedMax && call.Depth <= DepthMax ? call : throw TooManyTerms(token);
    }

    /// <summary>Reads an expression and stops behind it.</summary>
    public Syntax ParseExpression() => Or();

    /// <summary>Reads an expression without comparisons and logic, as it stands between BETWEEN and AND, or before
    /// IN.</summary>
    public Syntax ParseTerm() => Additive();

    /// <summary>Reads a type: <c>VARCHAR(16)</c>, <c>DECIMAL(10, 2)</c>, <c>INTERVAL HOUR TO SECOND</c>.</summary>
    public SqlDataType ParseType() => new TypeParser(this).Type();

    /// <summary>Reads <c>a, b, …)</c>; an empty list is left to the binder, which knows what it is for.</summary>
    public List<Syntax> ParseList()
    {
        var list = new List<Syntax>();
        if (TakeIf(TokenKind.Close))
        {
            return list;
        }

        Enter(Current);
        list.Add(Or());
        while (TakeIf(TokenKind.Comma))
        {
            list.Add(Or());
        }

        Expect(TokenKind.Close, ", or )");
        Leave();
        return list;
    }

    /// <summary>Takes a member's name as it is written.</summary>
    /// <param name="where">Where it is expected, for a person.</param>
    public Token MemberName(string where) => Current.Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier
        ? Take()
        : throw Unexpected($"a member's name {where}");

    private Syntax Or()
    {
        var left = And();
        while (Current.Is("OR"))
        {
            left = Binary(Take(), BinaryOperator.Or, left, And());
        }

        return left;
    }

    private Syntax And()
    {
        var left = Not();
        while (Current.Is("AND"))
        {
            left = Binary(Take(), BinaryOperator.And, left, Not());
        }

        return left;
    }

    private Syntax Not()
    {
        if (!Current.Is("NOT"))
        {
            return _predicates.Predicate();
        }

        var token = Take();
        Enter(token);
        var operand = Not();
        Leave();
        return new UnarySyntax(token, UnaryOperator.Not, operand);
    }

    private Syntax Additive()
    {
        var left = Multiplicative();
        while (Current.Kind is TokenKind.Plus or TokenKind.Minus or TokenKind.Concatenate)
        {
            var token = Take();
            var addition = token.Kind switch
            {
                TokenKind.Plus => BinaryOperator.Add,
                TokenKind.Minus => BinaryOperator.Subtract,
                _ => BinaryOperator.Concatenate,
            };
            left = Binary(token, addition, left, Multiplicative());
        }

        return left;
    }

    private Syntax Multiplicative()
    {
        var left = Unary();
        while (Current.Kind is TokenKind.Star or TokenKind.Slash or TokenKind.Percent)
        {
            var token = Take();
            var multiplication = token.Kind switch
            {
                TokenKind.Star => BinaryOperator.Multiply,
                TokenKind.Slash => BinaryOperator.Divide,
                _ => BinaryOperator.Remainder,
            };
            left = Binary(token, multiplication, left, Unary());
        }

        return left;
    }

    private Syntax Unary()
    {
        if (Current.Kind is not (TokenKind.Plus or TokenKind.Minus))
        {
            return Primary();
        }

        var token = Take();
        if (token.Kind == TokenKind.Minus && Current.Kind == TokenKind.Number)
        {
            return _literals.Number(token, Take());
        }

        Enter(token);
        var operand = Unary();
        Leave();
        return token.Kind == TokenKind.Minus ? new UnarySyntax(token, UnaryOperator.Negate, operand) : operand;
    }

    private Syntax Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return _literals.Number(null, Take());
            case TokenKind.Text:
                return LiteralParser.Text(Take());
            case TokenKind.Open:
                return Parenthesized();
            case TokenKind.QuotedIdentifier:
                return Name();
            case TokenKind.Identifier:
                return Word(token);
            default:
                throw Unexpected("a value, a member's name or (");
        }
    }

    private Syntax Parenthesized()
    {
        var token = Take();
        Enter(token);
        var inner = Or();
        var end = TakeIf(TokenKind.Comma) ? Or() : null;
        Expect(TokenKind.Close, ")");
        Leave();
        return end is not null ? new PeriodSyntax(token, inner, end)
            : inner is BinarySyntax { Operator: BinaryOperator.Subtract } difference && TypeParser.IsUnit(Current)
            ? new SpanSyntax(difference.Token, difference, new TypeParser(this).Qualifier())
            : inner;
    }

    private Syntax Word(Token token)
    {
        if (_literals.TryRead(token) is { } literal)
        {
            return literal;
        }

        if (ReservedWords.Any(token.Is))
        {
            throw Unexpected("a value, a member's name or (");
        }

        if (_cases.IsCase(token))
        {
            return _cases.Case(Take());
        }

        if (token.Is("PERIOD") && IsNext(TokenKind.Open))
        {
            Take();
            return Parenthesized() as PeriodSyntax ?? throw Unexpected("PERIOD (start, end)");
        }

        return IsNext(TokenKind.Open) ? Fields(_calls.Call()) : Name();
    }

    private Syntax Fields(Syntax operand)
    {
        var path = new List<Token>();
        while (TakeIf(TokenKind.Dot))
        {
            path.Add(MemberName("after the dot"));
        }

        return path.Count == 0 ? operand : new FieldSyntax(path[0], operand, path);
    }

    private NameSyntax Name()
    {
        var parts = new List<Token> { Take() };
        while (TakeIf(TokenKind.Dot))
        {
            parts.Add(MemberName("after the dot"));
        }

        return new NameSyntax(parts[0], parts);
    }

    /// <summary>An operator between two operands.</summary>
    /// <exception cref="SqlException">The tree comes to be too deep.</exception>
    public BinarySyntax Binary(Token token, BinaryOperator @operator, Syntax left, Syntax right)
    {
        var syntax = new BinarySyntax(token, @operator, left, right);
        return syntax.Depth <= DepthMax ? syntax : throw TooManyTerms(token);
    }

    /// <summary>The tree comes to be deeper than <see cref="DepthMax"/>.</summary>
    public SqlException TooManyTerms(Token token) => Error(token, "The expression has too many terms",
        $"At most {DepthMax} operators may follow each other.", "Long lists of values fit into IN (…).");
}
