using System.Text;
using System.Text.RegularExpressions;

namespace EdgeStream.Sql;

/// <summary>Binds what works with patterns. A pattern stands in the query as text, so that it is read once.</summary>
internal static class PatternFunctions
{
    /// <summary>The text of a literal.</summary>
    public static string Literal(Binder binder, Syntax syntax, string user) =>
        syntax is LiteralSyntax { Type.Kind: SqlType.Text } literal
            ? Encoding.UTF8.GetString(literal.Bytes)
            : throw binder.Error(syntax.Token, $"{user} needs its pattern as text in the query",
                "It is read once, and not for every record.", "Write it in single quotes.");

    /// <summary>The regular expression of a pattern that stands at a token.</summary>
    public static Regex Compile(Binder binder, Token token, string pattern) =>
        Patterns.TryCreate(pattern, out var reason)
        ?? throw binder.Error(token, "A regular expression cannot be read", reason);

    public static Expression Replace(FunctionCall call) => new RegexReplaceExpression(
        call.Text(0), Compile(call.Binder, call.Token(1), call.Literal(1)), call.Literal(2),
        call.Count > 3 ? call.Number(3) : new ConstantExpression(SqlType.Integer, 1, 0),
        call.Count > 4 ? call.Number(4) : new ConstantExpression(SqlType.Integer, 0, 0));

    public static Expression MatchedPart(FunctionCall call) =>
        new MatchedPartExpression(call.Text(0), Compile(call.Binder, call.Token(1), call.Literal(1)));

    public static Expression SimilarPart(FunctionCall call)
    {
        var escape = call.Literal(2);
        if (escape.Length != 1)
        {
            throw call.Binder.Error(call.Token(2), "ESCAPE takes exactly one character", null, "Write ESCAPE '#'.");
        }

        var pattern = Patterns.FromParts(call.Literal(1), escape[0])
            ?? throw call.Binder.Error(call.Token(1), "The pattern has not three parts", null,
                $"Write what is wanted between {escape}\" and {escape}\": 'before{escape}\"wanted{escape}\"after'.");
        return new MatchedGroupExpression(call.Text(0), Compile(call.Binder, call.Token(1), pattern));
    }
}
