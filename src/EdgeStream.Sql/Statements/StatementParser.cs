namespace EdgeStream.Sql;

/// <summary>Reads a script: statements with semicolons between them.</summary>
/// <remarks>A name without quotes means the same in any case: it stands for its upper-case form.</remarks>
internal sealed class StatementParser
{
    private const int StatementsMax = 1000;

    private static readonly string[] ColumnOptions = ["NOT", "NULL", "DESCRIPTION"];

    private readonly Parser _parser;
    private readonly QueryParser _queries;

    private StatementParser(string text)
    {
        _parser = Parser.Begin(text);
        _queries = new QueryParser(_parser);
    }

    /// <summary>Reads all statements of a script.</summary>
    /// <exception cref="SqlException">The text is no such script.</exception>
    public static IReadOnlyList<StatementSyntax> ParseScript(string text)
    {
        var parser = new StatementParser(text);
        var statements = new List<StatementSyntax>();
        parser.SkipSemicolons();
        while (parser._parser.Current.Kind != TokenKind.End)
        {
            if (statements.Count == StatementsMax)
            {
                throw SqlErrors.At(text, parser._parser.Current, "The script has too many statements",
                    $"At most {StatementsMax} are read.");
            }

            statements.Add(parser.Statement());
            if (parser._parser.Current.Kind is not (TokenKind.Semicolon or TokenKind.End))
            {
                throw parser._parser.Unexpected("a clause that may follow here, or ; and the next statement");
            }

            parser.SkipSemicolons();
        }

        return statements.Count > 0
            ? statements
            : throw SqlErrors.At(text, parser._parser.Current, "The script is empty", null,
                "Write a statement: SELECT STREAM * FROM readings.");
    }

    private void SkipSemicolons()
    {
        while (_parser.Current.Kind == TokenKind.Semicolon)
        {
            _parser.Take();
        }
    }

    private StatementSyntax Statement()
    {
        var token = _parser.Current;
        if (_parser.TakeIf("CREATE"))
        {
            return Create(token);
        }

        if (_parser.TakeIf("ALTER"))
        {
            _parser.Expect("PUMP");
            var name = _queries.Name("a pump's name");
            var isStopped = _parser.TakeIf("STOP");
            if (!isStopped)
            {
                _parser.Expect("START");
            }

            return new AlterPumpSyntax(token, name, isStopped);
        }

        if (_parser.TakeIf("DROP"))
        {
            var isPump = _parser.TakeIf("PUMP");
            if (!isPump)
            {
                _parser.Expect("STREAM");
            }

            return new DropSyntax(token, _queries.Name("a name"), isPump);
        }

        return token.Is("SELECT") || token.Kind == TokenKind.Open
            ? new SelectStatementSyntax(token, _queries.Query())
            : throw _parser.Unexpected("CREATE, ALTER, DROP or SELECT");
    }

    private StatementSyntax Create(Token token)
    {
        var isReplacing = _parser.TakeIf("OR");
        if (isReplacing)
        {
            _parser.Expect("REPLACE");
        }

        if (_parser.TakeIf("STREAM"))
        {
            return CreateStream(token, isReplacing);
        }

        if (_parser.TakeIf("PUMP"))
        {
            return CreatePump(token, isReplacing);
        }

        if (_parser.TakeIf("FUNCTION"))
        {
            var function = new FunctionParser(_parser, _queries).Definition(isReplacing);
            _parser.Declare(function);
            return new CreateFunctionSyntax(token, function);
        }

        throw _parser.Unexpected("STREAM, PUMP or FUNCTION");
    }

    private CreateStreamSyntax CreateStream(Token token, bool isReplacing)
    {
        var name = _queries.Name("a stream's name");
        _parser.Expect(TokenKind.Open, "( and the columns");
        var columns = new List<ColumnSyntax> { Column() };
        while (_parser.Current.Kind == TokenKind.Comma)
        {
            _parser.Take();
            columns.Add(Column());
        }

        _parser.Expect(TokenKind.Close, ", or )");
        _ = Description();
        return new CreateStreamSyntax(token, name, isReplacing, columns);
    }

    private ColumnSyntax Column()
    {
        var name = _queries.Name("a column's name");
        var type = _parser.ParseType();
        var isNotNull = false;
        string? description = null;
        while (Array.Exists(ColumnOptions, _parser.Current.Is))
        {
            if (_parser.Current.Is("DESCRIPTION"))
            {
                description = Description();
                continue;
            }

            isNotNull = _parser.TakeIf("NOT");
            _parser.Expect("NULL");
        }

        return new ColumnSyntax(name, type, isNotNull, description);
    }

    private CreatePumpSyntax CreatePump(Token token, bool isReplacing)
    {
        var name = _queries.Name("a pump's name");
        var isStopped = _parser.TakeIf("STOPPED");
        if (!isStopped)
        {
            _parser.TakeIf("STARTED");
        }

        _ = Description();
        _parser.Expect("AS");
        _parser.Expect("INSERT");
        _parser.Expect("INTO");
        var target = _queries.Name("the name of the stream that takes the rows");
        var columns = new List<Token>();
        if (_parser.Current.Kind == TokenKind.Open && !_parser.Next.Is("SELECT"))
        {
            _parser.Take();
            columns.Add(_queries.Name("a column's name"));
            while (_parser.Current.Kind == TokenKind.Comma)
            {
                _parser.Take();
                columns.Add(_queries.Name("a column's name"));
            }

            _parser.Expect(TokenKind.Close, ", or )");
        }

        return new CreatePumpSyntax(token, name, isReplacing, isStopped, target, columns, _queries.Query());
    }

    /// <summary>The text behind DESCRIPTION; null where the word does not stand here.</summary>
    private string? Description() => _parser.TakeIf("DESCRIPTION")
        ? _parser.Expect(TokenKind.Text, "a text in single quotes after DESCRIPTION").Value
        : null;
}
