namespace EdgeStream.Sql;

/// <summary>A place in the tokens of a text, and what every parser does there.</summary>
internal abstract class TokenCursor
{
    private const int NestingMax = 100;

    private readonly List<Token> _tokens;
    private int _index;
    private int _nesting;

    protected TokenCursor(string text)
    {
        Text = text;
        _tokens = Tokenizer.Read(text);
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>How many tokens were taken.</summary>
    public int Place => _index;

    /// <summary>The token that is not taken yet.</summary>
    public Token Current => _tokens[_index];

    /// <summary>The token behind the current one; the end where there is none.</summary>
    public Token Next => Ahead(1);

    /// <summary>The token so many places behind the current one; the end where there is none.</summary>
    public Token Ahead(int count) => _tokens[Math.Min(_index + count, _tokens.Count - 1)];

    public Token Take() => Current.Kind == TokenKind.End ? Current : _tokens[_index++];

    public bool TakeIf(string word)
    {
        var found = Current.Is(word);
        _index += found ? 1 : 0;
        return found;
    }

    public bool TakeIf(TokenKind kind)
    {
        var found = Current.Kind == kind;
        _index += found ? 1 : 0;
        return found;
    }

    public void Expect(string word)
    {
        if (!TakeIf(word))
        {
            throw Unexpected(word);
        }
    }

    public Token Expect(TokenKind kind, string what) => Current.Kind == kind ? Take() : throw Unexpected(what);

    /// <summary>Whether the token behind the current one is of a kind.</summary>
    public bool IsNext(TokenKind kind) => Next.Kind == kind;

    /// <summary>Whether <c>name.*</c> stands here.</summary>
    public bool IsQualifiedStar() =>
        Current.Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier && IsNext(TokenKind.Dot)
        && Ahead(2).Kind == TokenKind.Star;

    /// <summary>Goes one level of nesting down; every call needs its <see cref="Leave"/>.</summary>
    public void Enter(Token token)
    {
        if (++_nesting > NestingMax)
        {
            throw Error(token, "The expression is nested too deeply", $"At most {NestingMax} levels are read.");
        }
    }

    public void Leave() => _nesting--;

    public SqlException Unexpected(string expected)
    {
        var found = Current.Kind == TokenKind.End ? "the end" : Text.Substring(Current.Offset, Current.Length);
        return Error(Current, Current.Kind == TokenKind.End
            ? "The expression ends too early"
            : $"\"{found}\" does not belong here", $"Expected {expected}.");
    }

    public SqlException Error(Token token, string primary, string? detail = null, string? hint = null) =>
        SqlErrors.At(Text, token, primary, detail, hint);
}
