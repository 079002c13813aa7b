namespace EdgeStream.Sql;

/// <summary>Reads calls of functions: a list of arguments, or the words that SQL puts between those of some.</summary>
internal sealed class CallParser(Parser parser)
{
    private static readonly string[] TrimSides = ["LEADING", "TRAILING", "BOTH"];

    /// <summary>Reads a call; the function's name is the current token and an open parenthesis the next.</summary>
    public Syntax Call()
    {
        var token = parser.Take();
        parser.Enter(parser.Take());
        if (parser.FindFunction(token) is { } declared)
        {
            var expanded = parser.Call(token, declared);
            parser.Leave();
            return expanded;
        }

        Syntax call = token.Value.ToUpperInvariant() switch
        {
            "CAST" => Cast(token),
            "FLOOR" or "CEIL" or "CEILING" => Rounding(token),
            "EXTRACT" => Extract(token),
            "STEP" => Step(token),
            "SUBSTRING" => Substring(token),
            "OVERLAY" => Overlay(token),
            "POSITION" => Position(token),
            "TRIM" => Trim(token),
            "JSON_VALUE" => JsonValue(token),
            _ => WithNulls(Plain(token)),
        };
        parser.Leave();
        return call is CallSyntax plain && parser.TakeIf("OVER")
            ? new OverSyntax(token, plain, new QueryParser(parser).Window())
            : call;
    }

    private CastSyntax Cast(Token token)
    {
        var operand = parser.ParseExpression();
        parser.Expect("AS");
        var type = parser.ParseType();
        Close();
        return new CastSyntax(token, operand, type);
    }

    private CallSyntax Rounding(Token token)
    {
        if (parser.Current.Kind == TokenKind.Close)
        {
            return Plain(token);
        }

        var operand = parser.ParseExpression();
        var unit = parser.TakeIf("TO") ? new TypeParser(parser).Unit() : TimeUnit.None;
        Close();
        return new CallSyntax(token, [operand]) { Unit = unit };
    }

    private CallSyntax Extract(Token token)
    {
        var unit = new TypeParser(parser).Unit();
        parser.Expect("FROM");
        var operand = parser.ParseExpression();
        Close();
        return new CallSyntax(token, [operand]) { Unit = unit };
    }

    private CallSyntax Step(Token token)
    {
        var operand = parser.ParseExpression();
        parser.Expect("BY");
        var step = parser.ParseExpression();
        Close();
        return new CallSyntax(token, [operand, step]);
    }

    private CallSyntax Substring(Token token)
    {
        var arguments = new List<Syntax> { parser.ParseExpression() };
        if (parser.TakeIf("SIMILAR"))
        {
            arguments.Add(parser.ParseExpression());
            parser.Expect("ESCAPE");
            arguments.Add(parser.ParseExpression());
            Close();
            return new CallSyntax(token, arguments) { Keyword = "SIMILAR" };
        }

        if (parser.TakeIf("FROM"))
        {
            arguments.Add(parser.ParseExpression());
            if (parser.TakeIf("FOR"))
            {
                arguments.Add(parser.ParseExpression());
            }

            Close();
            return new CallSyntax(token, arguments);
        }

        while (parser.TakeIf(TokenKind.Comma))
        {
            arguments.Add(parser.ParseExpression());
        }

        Close();
        return new CallSyntax(token, arguments);
    }

    private CallSyntax Overlay(Token token)
    {
        var arguments = new List<Syntax> { parser.ParseExpression() };
        parser.Expect("PLACING");
        arguments.Add(parser.ParseExpression());
        parser.Expect("FROM");
        arguments.Add(parser.ParseExpression());
        if (parser.TakeIf("FOR"))
        {
            arguments.Add(parser.ParseExpression());
        }

        Close();
        return new CallSyntax(token, arguments);
    }

    private CallSyntax Position(Token token)
    {
        var arguments = new List<Syntax> { parser.ParseTerm() };
        parser.Expect("IN");
        arguments.Add(parser.ParseExpression());
        if (parser.TakeIf("FROM"))
        {
            arguments.Add(parser.ParseExpression());
        }

        Close();
        return new CallSyntax(token, arguments);
    }

    private CallSyntax Trim(Token token)
    {
        var side = parser.Current.Kind == TokenKind.Identifier
            && !parser.IsNext(TokenKind.Close) && !parser.IsNext(TokenKind.Dot)
            ? Array.Find(TrimSides, parser.Current.Is) : null;
        if (side is not null)
        {
            parser.Take();
        }

        if (side is not null && parser.TakeIf("FROM"))
        {
            var source = parser.ParseExpression();
            Close();
            return new CallSyntax(token, [source]) { Keyword = side };
        }

        var arguments = new List<Syntax> { parser.ParseExpression() };
        if (parser.TakeIf("FROM"))
        {
            arguments.Insert(0, parser.ParseExpression());
        }
        else if (side is not null)
        {
            throw parser.Unexpected("FROM");
        }

        Close();
        return new CallSyntax(token, arguments) { Keyword = side ?? "BOTH" };
    }

    private CallSyntax JsonValue(Token token)
    {
        var arguments = new List<Syntax> { parser.ParseExpression() };
        while (parser.TakeIf(TokenKind.Comma))
        {
            arguments.Add(parser.ParseExpression());
        }

        var returning = parser.TakeIf("RETURNING") ? parser.ParseType() : default(SqlDataType?);
        Close();
        return new CallSyntax(token, arguments) { Returning = returning };
    }

    /// <summary>A list of arguments, with what only aggregates take: a star, or DISTINCT or ALL before it.</summary>
    private CallSyntax Plain(Token token)
    {
        if (parser.Current.Kind == TokenKind.Star)
        {
            parser.Take();
            Close();
            return new CallSyntax(token, []) { IsStar = true };
        }

        var isQuantified = parser.Next.Kind is not (TokenKind.Comma or TokenKind.Close or TokenKind.Dot);
        var isDistinct = isQuantified && parser.TakeIf("DISTINCT");
        if (isQuantified && !isDistinct)
        {
            parser.TakeIf("ALL");
        }

        return new CallSyntax(token, parser.ParseList()) { IsDistinct = isDistinct };
    }

    /// <summary>What may stand behind FIRST_VALUE, LAST_VALUE and NTH_VALUE.</summary>
    private CallSyntax WithNulls(CallSyntax call)
    {
        var isFromLast = false;
        if (parser.Current.Is("FROM") && (parser.Next.Is("FIRST") || parser.Next.Is("LAST"))
            && call.Token.Is("NTH_VALUE"))
        {
            parser.Take();
            isFromLast = parser.Take().Is("LAST");
        }

        var ignoresNulls = parser.Current.Is("IGNORE") && parser.Next.Is("NULLS");
        if (ignoresNulls || (parser.Current.Is("RESPECT") && parser.Next.Is("NULLS")))
        {
            parser.Take();
            parser.Take();
        }

        return call with { IsFromLast = isFromLast, IgnoresNulls = ignoresNulls };
    }

    private void Close() => parser.Expect(TokenKind.Close, ", or )");
}
