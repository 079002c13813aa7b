namespace EdgeStream.Sql;

/// <summary>Reads queries: one method a clause.</summary>
internal sealed class QueryParser(Parser parser)
{
    private const int SourcesMax = 16;

    /// <summary>Words that end an expression without AS, so that none of them is taken for an alias.</summary>
    private static readonly string[] ClauseWords =
    [
        "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "WINDOWED", "ORDER", "UNION", "ON", "JOIN", "INNER", "LEFT",
        "RIGHT", "FULL", "OUTER", "CROSS", "OVER", "AS", "USING", "BETWEEN", "LIMIT", "EXCEPT", "INTERSECT", "WITHIN",
    ];

    /// <summary><c>SELECT … [UNION ALL SELECT …] [ORDER BY …]</c>.</summary>
    public QuerySyntax Query()
    {
        var token = parser.Current;
        var selects = new List<SelectSyntax>();
        AddSelects(selects);
        while (parser.Current.Is("UNION"))
        {
            parser.Take();
            parser.Expect("ALL");
            AddSelects(selects);
        }

        var order = new List<OrderItemSyntax>();
        if (parser.TakeIf("ORDER"))
        {
            parser.Expect("BY");
            order = OrderItems();
        }

        return new QuerySyntax(token, selects, order);
    }

    /// <summary>A name as it is written; <see cref="Folded"/> makes it what it stands for.</summary>
    public Token Name(string what) => parser.Current.Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier
        ? Folded(parser.Take())
        : throw parser.Unexpected(what);

    /// <summary>The name that a token stands for: in upper case unless it is quoted.</summary>
    public static Token Folded(Token token) => token.Kind == TokenKind.Identifier
        ? token with { Value = token.Value.ToUpperInvariant() }
        : token;

    private void AddSelects(List<SelectSyntax> selects)
    {
        if (parser.Current.Kind == TokenKind.Open)
        {
            parser.Enter(parser.Take());
            AddSelects(selects);
            parser.Expect(TokenKind.Close, ")");
            parser.Leave();
            return;
        }

        selects.Add(Select());
    }

    private SelectSyntax Select()
    {
        var token = parser.Current;
        parser.Expect("SELECT");
        parser.TakeIf("STREAM");
        var isDistinct = parser.TakeIf("DISTINCT");
        if (!isDistinct)
        {
            parser.TakeIf("ALL");
        }

        var items = new List<SelectColumnSyntax> { Item() };
        while (parser.Current.Kind == TokenKind.Comma)
        {
            parser.Take();
            items.Add(Item());
        }

        parser.Expect("FROM");
        var from = Joined();
        var where = parser.TakeIf("WHERE") ? parser.ParseExpression() : null;
        var groupBy = new List<Syntax>();
        StaggerSyntax? stagger = null;
        if (parser.TakeIf("GROUP"))
        {
            parser.Expect("BY");
            groupBy = Expressions();
        }
        else if (parser.Current.Is("WINDOWED"))
        {
            stagger = Stagger();
        }

        var having = parser.TakeIf("HAVING") ? parser.ParseExpression() : null;
        return new SelectSyntax(
            token, isDistinct, items, from, where, groupBy, stagger, having, NamedWindows());
    }

    private SelectColumnSyntax Item()
    {
        var token = parser.Current;
        if (token.Kind == TokenKind.Star)
        {
            parser.Take();
            return new SelectColumnSyntax(token, null, null, null);
        }

        if (parser.IsQualifiedStar())
        {
            var qualifier = Folded(parser.Take());
            parser.Take();
            parser.Take();
            return new SelectColumnSyntax(token, null, null, qualifier);
        }

        var expression = parser.ParseExpression();
        return new SelectColumnSyntax(token, expression, Alias(), null);
    }

    private Token? Alias()
    {
        if (parser.TakeIf("AS"))
        {
            return Name("a name after AS");
        }

        var token = parser.Current;
        return token.Kind == TokenKind.QuotedIdentifier
            || (token.Kind == TokenKind.Identifier && !Array.Exists(ClauseWords, token.Is))
            ? Folded(parser.Take())
            : null;
    }

    private SourceSyntax Joined()
    {
        var left = Source();
        for (var count = 1; JoinKindHere() is { } kind; count++)
        {
            var token = parser.Current;
            if (count == SourcesMax)
            {
                throw parser.Error(token, "The query joins too many sources", $"At most {SourcesMax} are joined.");
            }

            var isCross = TakeJoinWords();
            var right = Source();
            left = new JoinSyntax(token, kind, left, right, isCross ? Always(token) : Condition());
        }

        return left;
    }

    private JoinKind? JoinKindHere()
    {
        var token = parser.Current;
        return token.Is("JOIN") || token.Is("INNER") || token.Is("CROSS") ? JoinKind.Inner
            : token.Is("LEFT") ? JoinKind.Left
            : token.Is("RIGHT") ? JoinKind.Right
            : token.Is("FULL") || token.Is("OUTER") ? JoinKind.Full
            : null;
    }

    private Syntax Condition()
    {
        parser.Expect("ON");
        return parser.ParseExpression();
    }

    private static LiteralSyntax Always(Token token) => new(token, SqlType.Boolean, 1, 0, []);

    /// <summary>Takes what stands before the right source; whether every row meets every other.</summary>
    private bool TakeJoinWords()
    {
        var isCross = parser.TakeIf("CROSS");
        if (!isCross && !parser.TakeIf("INNER"))
        {
            _ = parser.TakeIf("LEFT") || parser.TakeIf("RIGHT") || parser.TakeIf("FULL");
            parser.TakeIf("OUTER");
        }

        parser.Expect("JOIN");
        return isCross;
    }

    /// <summary>The query, with its columns called as the list behind its own name has it: <c>AS l(a, b)</c>.</summary>
    private QuerySyntax Renamed(QuerySyntax query)
    {
        var open = parser.Current;
        if (!parser.TakeIf(TokenKind.Open))
        {
            return query;
        }

        var names = new List<Token>();
        do
        {
            names.Add(Name("a column's name"));
        }
        while (parser.TakeIf(TokenKind.Comma));
        parser.Expect(TokenKind.Close, ")");
        var items = query.Selects[0].Items;
        if (items.Count != names.Count || items.Any(static item => item.Expression is null))
        {
            throw parser.Error(open, "The list names other columns than the query has",
                $"It names {names.Count} columns; the query has {items.Count}, and a star has no number.");
        }

        var renamed = items.Zip(names, static (item, name) => item with { Alias = name }).ToList();
        return query with { Selects = [query.Selects[0] with { Items = renamed }, .. query.Selects.Skip(1)] };
    }

    private SourceSyntax Source()
    {
        var token = parser.Current;
        if (token.Kind == TokenKind.Open)
        {
            parser.Enter(parser.Take());
            var query = Query();
            parser.Expect(TokenKind.Close, ")");
            parser.Leave();
            var window = OptionalWindow();
            var called = Alias();
            return new SubquerySourceSyntax(token, called is null ? query : Renamed(query), called, window);
        }

        if (token.Is("TABLE") && parser.IsNext(TokenKind.Open))
        {
            return Function(token);
        }

        // STREAM(name) is another way to write the name.
        var isWrapped = token.Is("STREAM") && parser.IsNext(TokenKind.Open);
        if (isWrapped)
        {
            parser.Take();
            parser.Take();
        }

        var name = Name("a stream, a table, ( or TABLE(");
        while (parser.Current.Kind == TokenKind.Dot)
        {
            // A schema before the name says nothing: there is one.
            parser.Take();
            name = Name("a name after the dot");
        }

        if (isWrapped)
        {
            parser.Expect(TokenKind.Close, ")");
        }

        var history = History();
        var over = OptionalWindow();
        var alias = Alias();
        return new NamedSourceSyntax(token, name, alias, over ?? OptionalWindow(), history);
    }

    private HistorySyntax? History()
    {
        var token = parser.Current;
        if (!parser.TakeIf("BETWEEN"))
        {
            return null;
        }

        var from = parser.ParseTerm();
        parser.Expect("AND");
        return new HistorySyntax(token, from, parser.ParseTerm());
    }

    private FunctionSourceSyntax Function(Token token)
    {
        parser.Take();
        parser.Enter(parser.Take());
        var name = Name("a table function");
        parser.Expect(TokenKind.Open, "( after the function's name");
        var arguments = new List<FunctionArgumentSyntax>();
        if (parser.Current.Kind != TokenKind.Close)
        {
            arguments.Add(Argument());
            while (parser.Current.Kind == TokenKind.Comma)
            {
                parser.Take();
                arguments.Add(Argument());
            }
        }

        parser.Expect(TokenKind.Close, ", or )");
        parser.Expect(TokenKind.Close, ") of TABLE(");
        parser.Leave();
        return new FunctionSourceSyntax(token, name, arguments, Alias());
    }

    private FunctionArgumentSyntax Argument()
    {
        var token = parser.Current;
        if (parser.TakeIf("CURSOR"))
        {
            parser.Expect(TokenKind.Open, "( after CURSOR");
            var query = Query();
            parser.Expect(TokenKind.Close, ") of CURSOR(");
            return new FunctionArgumentSyntax(token, query, null, null, null);
        }

        if (parser.TakeIf("TABLE"))
        {
            return new FunctionArgumentSyntax(token, null, Name("a stream's name after TABLE"), null, null);
        }

        if (parser.TakeIf("DESCRIPTOR"))
        {
            parser.Expect(TokenKind.Open, "( after DESCRIPTOR");
            var column = Name("a column's name");
            parser.Expect(TokenKind.Close, ")");
            return new FunctionArgumentSyntax(token, null, null, column, null);
        }

        return new FunctionArgumentSyntax(token, null, null, null, parser.ParseExpression());
    }

    private StaggerSyntax Stagger()
    {
        parser.Expect("WINDOWED");
        parser.Expect("BY");
        var token = parser.Current;
        parser.Expect("STAGGER");
        parser.Expect(TokenKind.Open, "( after STAGGER");
        parser.Expect("PARTITION");
        parser.Expect("BY");
        var keys = Expressions();
        parser.Expect("RANGE");
        var range = parser.ParseTerm();
        parser.TakeIf("PRECEDING");
        parser.Expect(TokenKind.Close, ")");
        return new StaggerSyntax(token, keys, range);
    }

    private List<NamedWindowSyntax> NamedWindows()
    {
        var windows = new List<NamedWindowSyntax>();
        if (!parser.TakeIf("WINDOW"))
        {
            return windows;
        }

        while (true)
        {
            var name = Name("a window's name");
            parser.Expect("AS");
            windows.Add(new NamedWindowSyntax(name, Specification()));
            if (parser.Current.Kind != TokenKind.Comma)
            {
                return windows;
            }

            parser.Take();
        }
    }

    private WindowSyntax? OptionalWindow() => parser.TakeIf("OVER") ? Window() : null;

    /// <summary>What stands behind OVER.</summary>
    public WindowSyntax Window()
    {
        if (parser.Current.Kind == TokenKind.Open)
        {
            return Specification();
        }

        var name = Name("a window's name or ( after OVER");
        return new WindowSyntax(name, name, [], [], null);
    }

    private WindowSyntax Specification()
    {
        var token = parser.Expect(TokenKind.Open, "(");
        Token? name = null;
        if (parser.Current.Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier
            && !parser.Current.Is("PARTITION") && !parser.Current.Is("ORDER")
            && !parser.Current.Is("ROWS") && !parser.Current.Is("RANGE"))
        {
            name = Name("a window's name");
        }

        var partition = new List<Syntax>();
        if (parser.TakeIf("PARTITION"))
        {
            parser.Expect("BY");
            partition = Expressions();
        }

        var order = new List<OrderItemSyntax>();
        if (parser.TakeIf("ORDER"))
        {
            parser.Expect("BY");
            order = OrderItems();
        }

        var frame = Frame();
        parser.Expect(TokenKind.Close, "PARTITION BY, ROWS, RANGE or )");
        return new WindowSyntax(token, name, partition, order, frame);
    }

    private FrameSyntax? Frame()
    {
        var token = parser.Current;
        var isRows = parser.TakeIf("ROWS");
        if (!isRows && !parser.TakeIf("RANGE"))
        {
            return null;
        }

        if (!parser.TakeIf("BETWEEN"))
        {
            var (preceding, isUnbounded) = Bound(mayFollow: false, out _);
            return new FrameSyntax(token, isRows, isUnbounded, preceding, null);
        }

        var (first, isFirstUnbounded) = Bound(mayFollow: false, out _);
        parser.Expect("AND");
        var (second, isSecondUnbounded) = Bound(mayFollow: true, out var secondToken);
        return isSecondUnbounded
            ? throw parser.Error(secondToken, "A window cannot reach into the future without end", null,
                "Let it end with CURRENT ROW.")
            : new FrameSyntax(token, isRows, isFirstUnbounded, first, second);
    }

    private (Syntax? Distance, bool IsUnbounded) Bound(bool mayFollow, out Token token)
    {
        token = parser.Current;
        if (parser.TakeIf("CURRENT"))
        {
            parser.Expect("ROW");
            return (null, false);
        }

        var isUnbounded = parser.TakeIf("UNBOUNDED");
        var distance = isUnbounded ? null : parser.ParseTerm();
        if (mayFollow && parser.TakeIf("FOLLOWING"))
        {
            return (distance, isUnbounded);
        }

        if (mayFollow)
        {
            throw parser.Error(token, "A window ends with the current row or behind it", null,
                "Write AND CURRENT ROW.");
        }

        parser.Expect("PRECEDING");
        return (distance, isUnbounded);
    }

    private List<Syntax> Expressions()
    {
        var list = new List<Syntax> { parser.ParseExpression() };
        while (parser.Current.Kind == TokenKind.Comma)
        {
            parser.Take();
            list.Add(parser.ParseExpression());
        }

        return list;
    }

    private List<OrderItemSyntax> OrderItems()
    {
        var list = new List<OrderItemSyntax>();
        do
        {
            if (list.Count > 0)
            {
                parser.Take();
            }

            var token = parser.Current;
            var expression = parser.ParseExpression();
            var isDescending = parser.TakeIf("DESC");
            if (!isDescending)
            {
                parser.TakeIf("ASC");
            }

            list.Add(new OrderItemSyntax(token, expression, isDescending));
        }
        while (parser.Current.Kind == TokenKind.Comma);
        return list;
    }
}
