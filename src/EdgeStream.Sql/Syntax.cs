namespace EdgeStream.Sql;

/// <summary>What the parser understood, before names and types are known. <paramref name="Token"/> is where it
/// starts.</summary>
internal abstract record Syntax(Token Token, int Depth);

internal sealed record LiteralSyntax(Token Token, SqlType Type, double Number, string Value) : Syntax(Token, 1);

internal sealed record NameSyntax(Token Token, IReadOnlyList<Token> Parts) : Syntax(Token, 1);

internal sealed record UnarySyntax(Token Token, UnaryOperator Operator, Syntax Operand)
    : Syntax(Token, Operand.Depth + 1);

internal sealed record BinarySyntax(Token Token, BinaryOperator Operator, Syntax Left, Syntax Right)
    : Syntax(Token, Math.Max(Left.Depth, Right.Depth) + 1);

internal sealed record CallSyntax(Token Token, IReadOnlyList<Syntax> Arguments)
    : Syntax(Token, DepthOf(Arguments) + 1)
{
    public static int DepthOf(IReadOnlyList<Syntax> list) => list.Count == 0 ? 0 : list.Max(item => item.Depth);
}

internal sealed record InSyntax(Token Token, Syntax Operand, IReadOnlyList<Syntax> List)
    : Syntax(Token, Math.Max(Operand.Depth, CallSyntax.DepthOf(List)) + 1);

internal sealed record BetweenSyntax(Token Token, Syntax Operand, Syntax Low, Syntax High)
    : Syntax(Token, Math.Max(Operand.Depth, Math.Max(Low.Depth, High.Depth)) + 1);

internal sealed record LikeSyntax(Token Token, Syntax Operand, Syntax Pattern, Token? Escape)
    : Syntax(Token, Math.Max(Operand.Depth, Pattern.Depth) + 1);

/// <summary>One item of a select list. Without an expression it is the star, but for the members in
/// <paramref name="Except"/>; without an alias it is named by what it is.</summary>
internal sealed record SelectItemSyntax(
    Token Token, Syntax? Expression, Token? Alias, IReadOnlyList<Token> Except);
