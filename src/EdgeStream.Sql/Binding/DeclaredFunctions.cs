namespace EdgeStream.Sql;

/// <summary>Binds calls of functions that a script declares: the body, with the arguments in the place of the
/// parameters.</summary>
internal static class DeclaredFunctions
{
    public static Expression Bind(Binder binder, DeclaredCallSyntax call)
    {
        var function = call.Function;
        if (call.Arguments.Count != function.Parameters.Count)
        {
            throw binder.Error(call.Token, $"{function.Name.Value} has the wrong number of arguments",
                $"It takes {function.Parameters.Count}, not {call.Arguments.Count}.");
        }

        var arguments = new Expression[call.Arguments.Count];
        for (var index = 0; index < arguments.Length; index++)
        {
            arguments[index] = Cast(
                binder, binder.Bind(call.Arguments[index]), function.Parameters[index].Type, call.Arguments[index]);
        }

        var inner = new Binder(binder.Text, new ColumnSet())
        {
            Scope = new ParameterScope(binder.Text, function.Parameters, arguments),
        };
        var result = Cast(binder, inner.Bind(function.Body), function.Returns, function.Body);
        return !function.IsNullOnNull || arguments.Length == 0 ? result : new SearchedCaseExpression(
            [.. arguments.Select(argument => new IsNullExpression(argument))],
            [.. arguments.Select(_ => new NullExpression())],
            result,
            result.DataType);
    }

    private static CastExpression Cast(Binder binder, Expression operand, SqlDataType type, Syntax syntax) =>
        operand.Type is { } source && !TypeRules.CanCast(source, type.Kind)
            ? throw binder.Error(syntax.Token, $"{TypeRules.Describe(source)} cannot become {type}")
            : new CastExpression(operand, type);

    /// <summary>The names of a body are its parameters.</summary>
    private sealed class ParameterScope(
        string text, IReadOnlyList<ColumnSyntax> parameters, Expression[] arguments) : IScope
    {
        public Expression? TryBind(Syntax syntax, Binder binder)
        {
            if (syntax is not NameSyntax name)
            {
                return null;
            }

            for (var index = 0; index < arguments.Length; index++)
            {
                if (name.Parts.Count == 1 && parameters[index].Name.Value == QueryParser.Folded(name.Token).Value)
                {
                    return arguments[index];
                }
            }

            throw SqlErrors.At(text, name.Token, $"There is no parameter {name.Token.Value}",
                "A function sees its parameters and no columns.");
        }
    }
}
