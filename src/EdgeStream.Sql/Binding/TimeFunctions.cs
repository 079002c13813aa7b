namespace EdgeStream.Sql;

/// <summary>Binds the functions over days and times.</summary>
internal static class TimeFunctions
{
    public static Expression Extract(FunctionCall call)
    {
        var unit = call.Syntax.Unit;
        if (unit == TimeUnit.None)
        {
            throw call.Binder.Error(call.Syntax.Token, "EXTRACT needs a unit", null,
                "Write EXTRACT(HOUR FROM ROWTIME).");
        }

        var argument = call.Any(0);
        SqlDataType type = unit == TimeUnit.Second ? new SqlDataType(SqlTypeName.Decimal, 5, 3) : SqlType.Integer;
        return TypeRules.MayBeTimed(argument.Type)
            ? new TimeUnitExpression(TimeUnitExpression.Operation.Extract, unit, argument, type)
            : throw call.Binder.Error(call.Token(0), "EXTRACT needs a time here",
                $"This is {TypeRules.Describe(argument.Type!.Value)}.");
    }

    public static Expression Difference(FunctionCall call)
    {
        var (start, end) = (Time(call, 0), Time(call, 1));
        return new Function2Expression(Times.Difference, SqlType.Integer, start, end);
    }

    /// <summary>CHAR_TO_TIMESTAMP and its like: the pattern comes first.</summary>
    public static Expression Read(FunctionCall call, SqlTypeName type) =>
        new PatternReadExpression(Pattern(call), call.Text(1), new SqlDataType(type));

    /// <summary>TIMESTAMP_TO_CHAR and its like.</summary>
    public static Expression Write(FunctionCall call)
    {
        var argument = call.Any(1);
        return argument.Type is null or SqlType.Null || TypeRules.IsTime(argument.Type)
            ? new PatternWriteExpression(Pattern(call), argument)
            : throw call.Binder.Error(call.Token(1), $"{call.Name} needs a time here",
                $"This is {TypeRules.Describe(argument.Type.Value)}.", "The pattern stands first, the time behind it.");
    }

    private static Expression Time(FunctionCall call, int index)
    {
        var argument = call.Any(index);
        return argument.Type is SqlType.Timestamp or SqlType.Date
            ? argument : call.Check(argument, index, SqlType.Double);
    }

    private static DatePattern Pattern(FunctionCall call)
    {
        var text = call.Literal(0);
        return DatePattern.TryParse(text, out var reason) is { } pattern ? pattern
            : throw call.Binder.Error(call.Token(0), "A time pattern cannot be read", reason,
                "Write yyyy-MM-dd HH:mm:ss; text goes between two single quotes.");
    }
}
