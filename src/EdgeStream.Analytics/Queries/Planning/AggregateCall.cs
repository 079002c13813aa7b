using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Makes an aggregate function of a call of it.</summary>
internal static class AggregateCall
{
    public static (AggregateFunction Function, Expression? Argument) Bind(
        string text, CallSyntax call, AggregateKind kind, RelationScope scope)
    {
        if (call.IsStar)
        {
            return kind == AggregateKind.Count
                ? (new AggregateFunction(AggregateKind.CountRows, null), null)
                : throw SqlErrors.At(text, call.Token, $"Only COUNT takes a star", null,
                    $"Write a column: {call.Token.Value}(temperature).");
        }

        var countMax = kind is AggregateKind.NthValue or AggregateKind.ExpAvg ? 2 : 1;
        if (call.Arguments.Count != countMax)
        {
            throw SqlErrors.At(text, call.Token, $"{call.Token.Value} has the wrong number of arguments",
                $"It takes {countMax}, not {call.Arguments.Count}.");
        }

        var argument = new Binder(text, new ColumnSet()) { Scope = scope }.Bind(call.Arguments[0]);
        try
        {
            return (Function(text, call, kind, argument), argument);
        }
        catch (ArgumentException error)
        {
            throw SqlErrors.At(text, call.Arguments[0].Token, $"{call.Token.Value} cannot take this", error.Message);
        }
    }

    private static AggregateFunction Function(
        string text, CallSyntax call, AggregateKind kind, Expression argument)
    {
        var function = new AggregateFunction(kind, argument.DataType)
        {
            IsDistinct = call.IsDistinct,
            IgnoresNulls = call.IgnoresNulls,
            IsFromLast = call.IsFromLast,
            Position = kind == AggregateKind.NthValue ? Position(text, call.Arguments[1]) : 1,
            HalfLifeMicroseconds = kind == AggregateKind.ExpAvg ? Constants.Span(text, call.Arguments[1]) : 1,
        };
        return function;
    }

    private static int Position(string text, Syntax syntax)
    {
        var position = Constants.Count(text, syntax);
        return position is >= 1 and <= AggregateFunction.WindowValuesMax
            ? (int)position
            : throw SqlErrors.At(text, syntax.Token, "The position must be 1 or more");
    }
}
