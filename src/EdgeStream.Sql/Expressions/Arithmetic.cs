namespace EdgeStream.Sql;

/// <summary>Arithmetic where only the record decides what the operands are: integers stay exact until they outgrow 64
/// bits, everything else is a double; NULL for anything but numbers, after division by zero, and where the result is
/// not finite.</summary>
/// <remarks>A quotient is never truncated here: 21 and 21.0 are the same number to a device that writes JSON.</remarks>
internal sealed class ArithmeticExpression(BinaryOperator arithmetic, Expression left, Expression right)
    : Expression(null)
{
    /// <summary>A number, unless one side is a time or an interval.</summary>
    public override SqlType? Family { get; } =
        TypeRules.IsTime(left.Type) || TypeRules.IsSpan(left.Type)
        || TypeRules.IsTime(right.Type) || TypeRules.IsSpan(right.Type) ? null : SqlType.Double;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        var second = right.Evaluate(in row);
        if (first.Type == SqlType.Integer && second.Type == SqlType.Integer)
        {
            return OfIntegers(first.Integer, second.Integer);
        }

        return first.IsNumeric && second.IsNumeric
            ? DoubleArithmeticExpression.Compute(arithmetic, first.Number, second.Number)
            : TimeArithmetic.Compute(arithmetic, in first, in second);
    }

    private SqlValue OfIntegers(long first, long second)
    {
        Int128 wide;
        switch (arithmetic)
        {
            case BinaryOperator.Add:
                wide = (Int128)first + second;
                break;
            case BinaryOperator.Subtract:
                wide = (Int128)first - second;
                break;
            case BinaryOperator.Multiply:
                wide = (Int128)first * second;
                break;
            case BinaryOperator.Remainder when second != 0:
                wide = (Int128)first % second;
                break;
            case BinaryOperator.Divide when second != 0 && (Int128)first % second == 0:
                wide = (Int128)first / second;
                break;
            default:
                return DoubleArithmeticExpression.Compute(arithmetic, first, second);
        }

        return wide == (long)wide ? SqlValue.OfInteger((long)wide) : SqlValue.Of((double)wide);
    }
}

/// <summary>Arithmetic of which one operand is declared a double: NULL after division by zero and where the result is
/// not finite.</summary>
internal sealed class DoubleArithmeticExpression(BinaryOperator arithmetic, Expression left, Expression right)
    : Expression(SqlType.Double)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        var second = right.Evaluate(in row);
        return first.IsNumeric && second.IsNumeric
            ? Compute(arithmetic, first.Number, second.Number)
            : SqlValue.Null;
    }

    public static SqlValue Compute(BinaryOperator arithmetic, double first, double second) =>
        SqlValue.Of(arithmetic switch
        {
            BinaryOperator.Add => first + second,
            BinaryOperator.Subtract => first - second,
            BinaryOperator.Multiply => first * second,
            BinaryOperator.Divide => first / second,
            _ => first % second,
        });
}

/// <summary>Arithmetic of declared integers: a quotient is truncated towards zero; NULL after division by zero and past
/// 64 bits.</summary>
internal sealed class IntegerArithmeticExpression(BinaryOperator arithmetic, Expression left, Expression right)
    : Expression(SqlType.Integer)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        var second = right.Evaluate(in row);
        if (first.Type != SqlType.Integer || second.Type != SqlType.Integer)
        {
            return SqlValue.Null;
        }

        var (x, y) = ((Int128)first.Integer, (Int128)second.Integer);
        if (y == 0 && arithmetic is BinaryOperator.Divide or BinaryOperator.Remainder)
        {
            return SqlValue.Null;
        }

        var result = arithmetic switch
        {
            BinaryOperator.Add => x + y,
            BinaryOperator.Subtract => x - y,
            BinaryOperator.Multiply => x * y,
            BinaryOperator.Divide => x / y,
            _ => x % y,
        };
        return result == (long)result ? SqlValue.OfInteger((long)result) : SqlValue.Null;
    }
}

/// <summary>Arithmetic of declared decimals, or of one and an integer; NULL after division by zero and past 18
/// digits.</summary>
internal sealed class DecimalArithmeticExpression(
    BinaryOperator arithmetic, Expression left, Expression right, SqlDataType type) : Expression(type)
{
    private readonly int _scale = type.Scale;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        var second = right.Evaluate(in row);
        if (!IsExact(first.Type) || !IsExact(second.Type))
        {
            return SqlValue.Null;
        }

        switch (arithmetic)
        {
            case BinaryOperator.Multiply:
                return Decimals.Fit((Int128)first.Integer * second.Integer, first.Scale + second.Scale, _scale);
            case BinaryOperator.Divide:
                return Divide(in first, in second);
        }

        var scale = Math.Max(first.Scale, second.Scale);
        var x = (Int128)first.Integer * PowersOfTen.AsInteger(scale - first.Scale);
        var y = (Int128)second.Integer * PowersOfTen.AsInteger(scale - second.Scale);
        return arithmetic switch
        {
            BinaryOperator.Add => Decimals.Fit(x + y, scale, _scale),
            BinaryOperator.Subtract => Decimals.Fit(x - y, scale, _scale),
            _ => y == 0 ? SqlValue.Null : Decimals.Fit(x % y, scale, _scale),
        };
    }

    /// <summary>The type of the result, by the rules of the reference.</summary>
    public static SqlDataType TypeOf(BinaryOperator arithmetic, SqlDataType left, SqlDataType right)
    {
        const int Max = SqlDataType.DecimalDigitsMax;
        const int QuotientScaleMin = 6;
        var (p1, s1) = (PrecisionOf(left), left.Scale);
        var (p2, s2) = (PrecisionOf(right), right.Scale);
        switch (arithmetic)
        {
            case BinaryOperator.Multiply:
                return new SqlDataType(SqlTypeName.Decimal, Math.Min(Max, p1 + p2), Math.Min(Max, s1 + s2));
            case BinaryOperator.Divide:
                var whole = p1 - s1 + s2;
                var scale = Math.Max(QuotientScaleMin, s1 + p2 + 1);
                scale = whole + scale > Max ? Math.Max(s1, Max - whole) : scale;
                return new SqlDataType(
                    SqlTypeName.Decimal, Math.Clamp(whole + scale, 1, Max), Math.Clamp(scale, 0, Max));
            default:
                var larger = Math.Max(s1, s2);
                return new SqlDataType(
                    SqlTypeName.Decimal, Math.Min(Max, Math.Max(p1 - s1, p2 - s2) + larger + 1), larger);
        }
    }

    private static int PrecisionOf(SqlDataType type) => type.Name switch
    {
        SqlTypeName.Decimal => type.Precision,
        SqlTypeName.TinyInt => 3,
        SqlTypeName.SmallInt => 5,
        SqlTypeName.Integer => 10,
        _ => SqlDataType.DecimalDigitsMax,
    };

    private static bool IsExact(SqlType type) => type is SqlType.Integer or SqlType.Decimal;

    private SqlValue Divide(scoped in SqlValue first, scoped in SqlValue second)
    {
        if (second.Integer == 0)
        {
            return SqlValue.Null;
        }

        // At most 18 + 18 + 18 digits would be needed: what does not fit 38 is past 18 in the result too.
        var shift = _scale + second.Scale - first.Scale;
        var digits = (Int128)first.Integer;
        if (shift < 0)
        {
            digits /= Decimals.PowerOf(-shift);
        }
        else if (Int128.Abs(digits) > Int128.MaxValue / Decimals.PowerOf(shift))
        {
            return SqlValue.Null;
        }
        else
        {
            digits *= Decimals.PowerOf(shift);
        }

        return Decimals.Fit(digits / second.Integer, _scale, _scale);
    }
}

/// <summary>The opposite number or interval.</summary>
internal sealed class NegateExpression(Expression operand) : Expression(operand.DataType)
{
    public override SqlType? Family { get; } = operand.Type ?? SqlType.Double;

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
