namespace EdgeStream.Sql;

/// <summary>A call that is being bound: its arguments, as the function asks for them.</summary>
internal readonly struct FunctionCall(Binder binder, CallSyntax syntax, string name)
{
    public Binder Binder => binder;

    public CallSyntax Syntax => syntax;

    /// <summary>The function's name in upper case.</summary>
    public string Name => name;

    public int Count => syntax.Arguments.Count;

    public Expression Any(int index) => binder.Bind(syntax.Arguments[index]);

    /// <summary>An argument that is bound already and must be of a type.</summary>
    public Expression Check(Expression argument, int index, SqlType expected) =>
        binder.Check(argument, syntax.Arguments[index], expected, name);

    public Expression Number(int index) => binder.Operand(syntax.Arguments[index], SqlType.Double, name);

    public Expression Text(int index) => binder.Operand(syntax.Arguments[index], SqlType.Text, name);

    public Expression Timestamp(int index) => binder.Operand(syntax.Arguments[index], SqlType.Timestamp, name);

    /// <summary>An argument that must be text in the query itself, because it is read once and not per
    /// record.</summary>
    public string Literal(int index) => PatternFunctions.Literal(binder, syntax.Arguments[index], name);

    public Token Token(int index) => syntax.Arguments[index].Token;

    public Expression[] All()
    {
        var arguments = new Expression[Count];
        for (var index = 0; index < arguments.Length; index++)
        {
            arguments[index] = Any(index);
        }

        return arguments;
    }

}
