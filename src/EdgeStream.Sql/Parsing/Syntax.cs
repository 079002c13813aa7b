namespace EdgeStream.Sql;

/// <summary>What the parser understood, before names and types are known. <paramref name="Token"/> is where it
/// starts.</summary>
internal abstract record Syntax(Token Token, int Depth)
{
    public static int DepthOf(IReadOnlyList<Syntax> list) => list.Count == 0 ? 0 : list.Max(item => item.Depth);
}

/// <summary>A literal: the integer and the scale are what <see cref="SqlValue.OfParts"/> takes; text and binaries stand
/// in
/// <paramref name="Bytes"/>.</summary>
internal sealed record LiteralSyntax(Token Token, SqlDataType Type, long Integer, int Scale, byte[] Bytes)
    : Syntax(Token, 1);

internal sealed record NameSyntax(Token Token, IReadOnlyList<Token> Parts) : Syntax(Token, 1);

/// <summary>A field of what a function made of a text: <c>REGEX_LOG_PARSE(line, '(a)(b)').COLUMN2</c>.</summary>
internal sealed record FieldSyntax(Token Token, Syntax Operand, IReadOnlyList<Token> Path)
    : Syntax(Token, Operand.Depth + 1);

internal sealed record UnarySyntax(Token Token, UnaryOperator Operator, Syntax Operand)
    : Syntax(Token, Operand.Depth + 1);

internal sealed record BinarySyntax(Token Token, BinaryOperator Operator, Syntax Left, Syntax Right)
    : Syntax(Token, Math.Max(Left.Depth, Right.Depth) + 1);

/// <summary><c>(start, end)</c>, which stands before and behind a predicate of periods only.</summary>
internal sealed record PeriodSyntax(Token Token, Syntax Start, Syntax End)
    : Syntax(Token, Math.Max(Start.Depth, End.Depth) + 1);

/// <summary><c>(a - b) MINUTE TO SECOND</c>: a difference of times, and the interval it is.</summary>
internal sealed record SpanSyntax(Token Token, BinarySyntax Difference, SqlDataType Type)
    : Syntax(Token, Difference.Depth + 1);

internal sealed record CastSyntax(Token Token, Syntax Operand, SqlDataType Type) : Syntax(Token, Operand.Depth + 1);

/// <summary><c>CASE [operand] WHEN … THEN … [ELSE …] END</c>.</summary>
internal sealed record CaseSyntax(
    Token Token, Syntax? Operand, IReadOnlyList<Syntax> Whens, IReadOnlyList<Syntax> Thens, Syntax? Else)
    : Syntax(Token, 1 + Math.Max(
        Math.Max(DepthOf(Whens), DepthOf(Thens)), Math.Max(Operand?.Depth ?? 0, Else?.Depth ?? 0)));

internal sealed record InSyntax(Token Token, Syntax Operand, IReadOnlyList<Syntax> List)
    : Syntax(Token, Math.Max(Operand.Depth, DepthOf(List)) + 1);

internal sealed record BetweenSyntax(Token Token, Syntax Operand, Syntax Low, Syntax High, bool IsSymmetric)
    : Syntax(Token, Math.Max(Operand.Depth, Math.Max(Low.Depth, High.Depth)) + 1);

/// <summary>LIKE, or SIMILAR TO.</summary>
internal sealed record LikeSyntax(Token Token, Syntax Operand, Syntax Pattern, Token? Escape, bool IsSimilar)
    : Syntax(Token, Math.Max(Operand.Depth, Pattern.Depth) + 1);

/// <summary>One item of a select list. Without an expression it is the star, but for the members in
/// <paramref name="Except"/>; without an alias it is named by what it is.</summary>
internal sealed record SelectItemSyntax(
    Token Token, Syntax? Expression, Token? Alias, IReadOnlyList<Token> Except);
