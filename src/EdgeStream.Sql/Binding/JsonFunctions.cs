namespace EdgeStream.Sql;

/// <summary>Binds the functions over JSON texts, and over columns that are objects or arrays.</summary>
internal static class JsonFunctions
{
    public static Expression Value(FunctionCall call)
    {
        var value = new JsonValueExpression(call.Text(0), Path(call));
        return call.Syntax.Returning is { } type ? new CastExpression(value, type) : value;
    }

    public static Expression Query(FunctionCall call) => new JsonQueryExpression(call.Text(0), Path(call));

    public static Expression Exists(FunctionCall call) => new JsonExistsExpression(call.Text(0), Path(call));

    private static JsonPath Path(FunctionCall call) =>
        JsonPath.TryParse(call.Literal(1))
        ?? throw call.Binder.Error(call.Token(1), "A JSON path cannot be read", null,
            "Write $.motor.phases[0], with names that are no words in double quotes.");
}
