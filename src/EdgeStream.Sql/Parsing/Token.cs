namespace EdgeStream.Sql;

/// <summary>A piece of the text. <paramref name="Value"/> is the unquoted name or text, or the characters
/// themselves.</summary>
internal readonly record struct Token(TokenKind Kind, int Offset, int Length, string Value)
{
    /// <summary>Whether the token is this unquoted word, in any case.</summary>
    public bool Is(string word) =>
        Kind == TokenKind.Identifier && string.Equals(Value, word, StringComparison.OrdinalIgnoreCase);
}
