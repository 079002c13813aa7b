namespace EdgeStream.Sql;

internal enum TokenKind
{
    End = 0,
    Identifier,
    QuotedIdentifier,
    Number,
    Text,
    Comma,
    Dot,
    Open,
    Close,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Concatenate,
    Semicolon,
}
