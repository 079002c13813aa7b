namespace EdgeStream.Sql;

/// <summary>Arithmetic where only the record decides what the operands are: integers stay exact until they outgrow 64
/// bits, and everything else is a double; NULL for anything but numbers, after division by zero, and where the result is
/// not finite.</summary>
/// <remarks>A quotient is never truncated here: 21 and 21.0 are the same number to a device that writes JSON.</remarks>
internal sealed class ArithmeticExpression(BinaryOperator arithmetic, Expression left, Expression right)
    : Expression(null)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        var second = right.Evaluate(in row);
        if (first.Type == SqlType.Double && second.Type == SqlType.Double)
        {
            return OfDoubles(first.Number, second.Number);
        }

        if (!first.IsNumeric || !second.IsNumeric)
        {
            return SqlValue.Null;
        }

        return first.Type == SqlType.Integer && second.Type == SqlType.Integer
            ? OfIntegers(first.Integer, second.Integer)
            : OfDoubles(first.Number, second.Number);
    }

    private SqlValue OfIntegers(long first, long second)
    {
        Int128 wide = first;
        switch (arithmetic)
        {
            case BinaryOperator.Add:
                wide += second;
                break;
            case BinaryOperator.Subtract:
                wide -= second;
                break;
            case BinaryOperator.Multiply:
                wide *= second;
                break;
            case BinaryOperator.Remainder when second != 0:
                wide %= second;
                break;
            case BinaryOperator.Divide when second != 0 && wide % second == 0:
                wide /= second;
                break;
            default:
                return OfDoubles(first, second);
        }

        return wide == (long)wide ? SqlValue.OfInteger((long)wide) : SqlValue.Of((double)wide);
    }

    private SqlValue OfDoubles(double first, double second) => SqlValue.Of(arithmetic switch
    {
        BinaryOperator.Add => first + second,
        BinaryOperator.Subtract => first - second,
        BinaryOperator.Multiply => first * second,
        BinaryOperator.Divide => first / second,
        _ => first % second,
    });
}

internal sealed class NegateExpression(Expression operand) : Expression(operand.DataType)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        return value.Type switch
        {
            SqlType.Double => SqlValue.Of(-value.Number),
            SqlType.Integer or SqlType.Decimal or SqlType.Interval or SqlType.Months =>
                value.Integer == long.MinValue
                    ? SqlValue.Null : SqlValue.OfParts(value.Type, -value.Integer, value.Scale),
            _ => SqlValue.Null,
        };
    }
}
