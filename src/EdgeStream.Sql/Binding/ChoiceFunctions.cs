namespace EdgeStream.Sql;

/// <summary>Binds the functions that choose one of their arguments.</summary>
internal static class ChoiceFunctions
{
    public static Expression Coalesce(FunctionCall call)
    {
        var arguments = call.All();
        return new CoalesceExpression(
            arguments, call.Binder.CommonType(arguments, call.Syntax.Token, "The arguments of COALESCE"));
    }

    public static Expression NullIf(FunctionCall call)
    {
        var (value, unwanted) = (call.Any(0), call.Any(1));
        call.Binder.RequireComparable(value, unwanted, call.Syntax.Token, call.Name);
        return new NullIfExpression(value, unwanted);
    }

    public static Expression Extreme(FunctionCall call, bool isGreatest)
    {
        var arguments = call.All();
        var type = call.Binder.CommonType(arguments, call.Syntax.Token, $"The arguments of {call.Name}");
        return new ExtremeExpression(arguments, isGreatest, type);
    }
}
