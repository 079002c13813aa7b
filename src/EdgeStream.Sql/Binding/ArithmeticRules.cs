namespace EdgeStream.Sql;

/// <summary>Which arithmetic an operator means for its operands' types.</summary>
internal static class ArithmeticRules
{
    public static Expression Bind(Binder binder, BinarySyntax binary)
    {
        var name = binary.Token.Value.ToUpperInvariant();
        var (left, right) = (binder.Bind(binary.Left), binder.Bind(binary.Right));
        if (TypeRules.IsTime(left.Type) || TypeRules.IsSpan(left.Type)
            || TypeRules.IsTime(right.Type) || TypeRules.IsSpan(right.Type))
        {
            return TryTimes(binary.Operator, left, right, out var type)
                ? type is { } known ? new TimeArithmeticExpression(binary.Operator, left, right, known)
                    : new ArithmeticExpression(binary.Operator, left, right)
                : throw binder.Error(binary.Token, $"{name} has no meaning here",
                    $"Its operands are {Describe(left)} and {Describe(right)}.",
                    "Times and intervals are added and subtracted: ROWTIME - INTERVAL '1' HOUR.");
        }

        left = Number(binder, binary.Left, left, name);
        right = Number(binder, binary.Right, right, name);
        return Numbers(binary.Operator, left, right);
    }

    /// <summary>The arithmetic of numbers.</summary>
    public static Expression Numbers(BinaryOperator arithmetic, Expression left, Expression right) =>
        left.Type == SqlType.Double || right.Type == SqlType.Double
            ? new DoubleArithmeticExpression(arithmetic, left, right)
        : left.DataType is not { Kind: not SqlType.Null } first
            || right.DataType is not { Kind: not SqlType.Null } second
            ? new ArithmeticExpression(arithmetic, left, right)
        : left.Type == SqlType.Integer && right.Type == SqlType.Integer
            ? new IntegerArithmeticExpression(arithmetic, left, right)
        : new DecimalArithmeticExpression(
            arithmetic, left, right, DecimalArithmeticExpression.TypeOf(arithmetic, first, second));

    private static Expression Number(Binder binder, Syntax syntax, Expression expression, string user) =>
        binder.Check(expression, syntax, SqlType.Double, user);

    /// <summary>The result's type; null where it is left to the record, and false where there is none.</summary>
    private static bool TryTimes(BinaryOperator arithmetic, Expression left, Expression right, out SqlDataType? type)
    {
        type = null;
        var isOpen = left.Type is null or SqlType.Null || right.Type is null or SqlType.Null;
        switch (arithmetic)
        {
            case BinaryOperator.Add or BinaryOperator.Subtract when isOpen:
                return true;
            case BinaryOperator.Add when TypeRules.IsTime(left.Type) && TypeRules.IsSpan(right.Type):
            case BinaryOperator.Subtract when TypeRules.IsTime(left.Type) && TypeRules.IsSpan(right.Type):
                type = left.DataType;
                return true;
            case BinaryOperator.Add when TypeRules.IsSpan(left.Type) && TypeRules.IsTime(right.Type):
                type = right.DataType;
                return true;
            case BinaryOperator.Subtract when TypeRules.IsTime(left.Type) && left.Type == right.Type:
                type = SqlType.Interval;
                return true;
            case BinaryOperator.Add or BinaryOperator.Subtract:
                TypeRules.TryCommon([left, right], out type);
                return TypeRules.IsSpan(left.Type) && left.Type == right.Type;
            case BinaryOperator.Multiply when TypeRules.IsSpan(left.Type):
                type = left.DataType;
                return isOpen || TypeRules.IsNumber(right.Type);
            case BinaryOperator.Multiply when TypeRules.IsSpan(right.Type):
                type = right.DataType;
                return isOpen || TypeRules.IsNumber(left.Type);
            case BinaryOperator.Divide when TypeRules.IsSpan(left.Type):
                type = left.Type == right.Type ? SqlType.Double : isOpen ? null : left.DataType;
                return isOpen || left.Type == right.Type || TypeRules.IsNumber(right.Type);
            default:
                return false;
        }
    }

    private static string Describe(Expression expression) =>
        expression.Type is { } type ? TypeRules.Describe(type) : "a column";
}
