namespace EdgeStream.Sql;

/// <summary>Arithmetic on doubles; NULL for anything but numbers, after division by zero, and where the result is
/// not finite.</summary>
internal sealed class ArithmeticExpression(BinaryOperator arithmetic, Expression left, Expression right)
    : Expression(SqlType.Number)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        var second = right.Evaluate(in row);
        if (first.Type != SqlType.Number || second.Type != SqlType.Number)
        {
            return SqlValue.Null;
        }

        return SqlValue.Of(arithmetic switch
        {
            BinaryOperator.Add => first.Number + second.Number,
            BinaryOperator.Subtract => first.Number - second.Number,
            BinaryOperator.Multiply => first.Number * second.Number,
            BinaryOperator.Divide => first.Number / second.Number,
            _ => first.Number % second.Number,
        });
    }
}

internal sealed class NegateExpression(Expression operand) : Expression(SqlType.Number)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        return value.Type == SqlType.Number ? SqlValue.Of(-value.Number) : SqlValue.Null;
    }
}
