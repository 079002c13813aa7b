namespace EdgeStream.Sql;

/// <summary>Reads <c>CASE [a] WHEN b THEN c … [ELSE d] END</c>.</summary>
internal sealed class CaseParser(Parser parser)
{
    /// <summary>Words that stand behind a member's name, so that CASE before one of them is such a name.</summary>
    private static readonly string[] WordsAfterName =
        ["AS", "FROM", "SIMILAR", "AND", "OR", "IS", "IN", "BETWEEN", "LIKE"];

    /// <summary>CASE is no reserved word, so that a member may be called so: what stands behind it decides.</summary>
    public bool IsCase(Token token)
    {
        var next = parser.Next;
        return token.Is("CASE")
            && (next.Kind is TokenKind.Number or TokenKind.Text or TokenKind.QuotedIdentifier or TokenKind.Open
                || (next.Kind == TokenKind.Identifier && !Array.Exists(WordsAfterName, next.Is)));
    }

    /// <summary>Reads what stands behind CASE.</summary>
    public CaseSyntax Case(Token token)
    {
        parser.Enter(token);
        var operand = parser.Current.Is("WHEN") ? null : parser.ParseExpression();
        var whens = new List<Syntax>();
        var thens = new List<Syntax>();
        parser.Expect("WHEN");
        do
        {
            whens.Add(parser.ParseExpression());
            parser.Expect("THEN");
            thens.Add(parser.ParseExpression());
        }
        while (parser.TakeIf("WHEN"));
        var otherwise = parser.TakeIf("ELSE") ? parser.ParseExpression() : null;
        if (!parser.TakeIf("END"))
        {
            throw parser.Unexpected("WHEN, ELSE or END");
        }

        parser.Leave();
        return new CaseSyntax(token, operand, whens, thens, otherwise);
    }
}
