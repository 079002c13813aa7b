namespace EdgeStream.Sql;

/// <summary>Binds the functions over numbers, and those that numbers share with times.</summary>
internal static class NumberFunctions
{
    public static Expression Abs(FunctionCall call)
    {
        var argument = call.Any(0);
        return new Function1Expression(Numbers.Abs, argument.DataType,
            TypeRules.IsSpan(argument.Type) ? argument : call.Check(argument, 0, SqlType.Double));
    }

    public static Expression Floor(FunctionCall call) =>
        Whole(call, Numbers.Floor, TimeUnitExpression.Operation.Floor);

    public static Expression Ceil(FunctionCall call) =>
        Whole(call, Numbers.Ceil, TimeUnitExpression.Operation.Ceil);

    public static Expression ToDouble(FunctionCall call, Function1 function) =>
        new Function1Expression(function, SqlType.Double, call.Number(0));

    public static Expression Round(FunctionCall call)
    {
        var argument = call.Number(0);
        var places = call.Count == 1
            ? new ConstantExpression(SqlType.Integer, 0, 0) : call.Number(1);
        return new Function2Expression(Numbers.Round, argument.DataType, argument, places);
    }

    /// <summary>STEP over a number and a number, or over a time and an interval.</summary>
    public static Expression Step(FunctionCall call)
    {
        var (value, step) = (call.Any(0), call.Any(1));
        var isTime = TypeRules.IsTime(value.Type) || TypeRules.IsSpan(value.Type) || TypeRules.IsSpan(step.Type);
        if (!isTime)
        {
            return new Function2Expression(
                Numbers.Step, value.DataType,
                call.Check(value, 0, SqlType.Double), call.Check(step, 1, SqlType.Double));
        }

        if (TypeRules.IsNumber(value.Type) || value.Type is SqlType.Text or SqlType.Boolean
            || (step.Type is not null && !TypeRules.IsSpan(step.Type)))
        {
            throw call.Binder.Error(call.Token(1), "STEP needs a time and an interval, or two numbers", null,
                "Write STEP(ROWTIME BY INTERVAL '10' SECOND).");
        }

        return new Function2Expression(Numbers.Step, value.DataType, value, step) { IsStep = true };
    }

    private static Expression Whole(FunctionCall call, Function1 function, TimeUnitExpression.Operation operation)
    {
        var argument = call.Any(0);
        if (call.Syntax.Unit == TimeUnit.None)
        {
            return new Function1Expression(
                function, WholeType(argument.DataType), call.Check(argument, 0, SqlType.Double));
        }

        return TypeRules.MayBeTimed(argument.Type)
            ? new TimeUnitExpression(operation, call.Syntax.Unit, argument, argument.DataType)
            : throw call.Binder.Error(call.Token(0), $"{call.Name} TO needs a time here",
                $"This is {TypeRules.Describe(argument.Type!.Value)}.");
    }

    private static SqlDataType? WholeType(SqlDataType? type) => type is { Kind: SqlType.Decimal } known
        ? known with { Scale = 0 } : type;
}
