namespace EdgeStream.Sql;

/// <summary>Binds the functions over text.</summary>
internal static class TextFunctions
{
    public static Expression OfText(FunctionCall call, Function1 function) =>
        new Function1Expression(function, SqlType.Text, call.Text(0));

    public static Expression Length(FunctionCall call)
    {
        var argument = call.Any(0);
        return new Function1Expression(Texts.CharLength, SqlType.Integer,
            argument.Type == SqlType.Binary ? argument : call.Check(argument, 0, SqlType.Text));
    }

    public static Expression Overlay(FunctionCall call) => call.Count == 3
        ? new Function3Expression(Texts.Overlay, SqlType.Text, call.Text(0), call.Text(1), call.Number(2))
        : new Function4Expression(
            Texts.Overlay, SqlType.Text, call.Text(0), call.Text(1), call.Number(2), call.Number(3));

    public static Expression Position(FunctionCall call) => call.Count == 2
        ? new Function2Expression(Texts.Position, SqlType.Integer, call.Text(0), call.Text(1))
        : new Function3Expression(Texts.PositionFrom, SqlType.Integer, call.Text(0), call.Text(1), call.Number(2));

    /// <summary>SUBSTRING by position, by a regular expression, or by a SIMILAR pattern of three parts.</summary>
    public static Expression Substring(FunctionCall call)
    {
        if (call.Syntax.Keyword is not null)
        {
            return PatternFunctions.SimilarPart(call);
        }

        var from = call.Any(1);
        if (from.Type == SqlType.Text && call.Count == 2)
        {
            return PatternFunctions.MatchedPart(call);
        }

        var value = call.Any(0);
        value = value.Type == SqlType.Binary ? value : call.Check(value, 0, SqlType.Text);
        from = call.Check(from, 1, SqlType.Double);
        SqlDataType? type = value.Type == SqlType.Binary ? SqlType.Binary : value.Type is null ? null : SqlType.Text;
        return call.Count == 2
            ? new Function2Expression(Texts.Substring, type, value, from)
            : new Function3Expression(Texts.Substring, type, value, from, call.Number(2));
    }

    public static Expression Trim(FunctionCall call)
    {
        if (call.Syntax.Keyword is null)
        {
            throw call.Binder.Error(call.Syntax.Token, "TRIM has the wrong number of arguments");
        }

        var unwanted = call.Count == 1 ? new TextExpression([(byte)' ']) : call.Text(1);
        if (unwanted is TextExpression literal && Characters.Count(literal.Utf8) != 1)
        {
            throw call.Binder.Error(call.Token(1), "TRIM takes away exactly one character", null,
                "Write TRIM(LEADING '0' FROM name).");
        }

        Function2 function = call.Syntax.Keyword switch
        {
            "LEADING" => Texts.TrimLeading,
            "TRAILING" => Texts.TrimTrailing,
            _ => Texts.TrimBoth,
        };
        return new Function2Expression(function, SqlType.Text, call.Text(0), unwanted);
    }
}
