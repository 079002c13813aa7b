using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>LAG over a window, as what means the same: NTH_VALUE counted from the current row backwards.</summary>
/// <remarks>
/// <c>LAG(x, n, d)</c> is <c>NTH_VALUE(x, n + 1) FROM LAST</c> where the window holds more than n rows, and d else.
/// With IGNORE NULLS the current row is passed over whether it has a value or not, so that it counts as one where it
/// has.
/// </remarks>
internal static class LagFunction
{
    public const string Name = "LAG";

    /// <summary>What a call means.</summary>
    /// <exception cref="SqlException">It has the wrong arguments.</exception>
    public static Syntax Rewrite(string text, OverSyntax over)
    {
        var call = over.Call;
        if (call.Arguments.Count is < 1 or > 3 || call.IsStar || call.IsDistinct)
        {
            throw SqlErrors.At(text, call.Token, "LAG has the wrong arguments", null,
                "Write LAG(price), LAG(price, 2) or LAG(price, 2, 0).");
        }

        var back = call.Arguments.Count == 1 ? 1 : Constants.Count(text, call.Arguments[1]);
        if (back >= AggregateFunction.WindowValuesMax)
        {
            throw SqlErrors.At(text, call.Arguments[1].Token, "LAG goes back too far",
                $"It goes back {AggregateFunction.WindowValuesMax - 1} rows at most.");
        }

        var otherwise = call.Arguments.Count == 3 ? call.Arguments[2] : null;
        return back == 0 ? call.Arguments[0]
            : call.IgnoresNulls ? IgnoringNulls(over, back, otherwise)
            : RespectingNulls(over, back, otherwise);
    }

    private static Syntax RespectingNulls(OverSyntax over, long back, Syntax? otherwise)
    {
        var value = FromLast(over, back + 1);
        if (otherwise is null)
        {
            return value;
        }

        var token = over.Call.Token;
        var count = over with { Call = new CallSyntax(token with { Value = "COUNT" }, []) { IsStar = true } };
        var isThere = new BinarySyntax(token, BinaryOperator.Greater, count, Number(token, back));
        return new CaseSyntax(token, null, [isThere], [value], otherwise);
    }

    private static Syntax IgnoringNulls(OverSyntax over, long back, Syntax? otherwise)
    {
        var token = over.Call.Token;
        var isNull = new UnarySyntax(token, UnaryOperator.IsNull, over.Call.Arguments[0]);
        var value = new CaseSyntax(token, null, [isNull], [FromLast(over, back)], FromLast(over, back + 1));
        return otherwise is null
            ? value
            : new CallSyntax(token with { Value = "COALESCE" }, [value, otherwise]);
    }

    private static OverSyntax FromLast(OverSyntax over, long position)
    {
        var token = over.Call.Token with { Value = "NTH_VALUE" };
        return over with
        {
            Call = over.Call with
            {
                Token = token,
                Arguments = [over.Call.Arguments[0], Number(token, position)],
                IsFromLast = true,
            },
        };
    }

    private static LiteralSyntax Number(Token token, long number) =>
        new(token, new SqlDataType(SqlTypeName.Integer), number, 0, []);
}
