namespace EdgeStream.Sql;

/// <summary>The order of two values that can be compared; unknown for NULL and for values of different types.</summary>
internal static class Comparison
{
    private const double IntegerEnd = 9_223_372_036_854_775_808.0;

    public static bool TryCompare(scoped in SqlValue left, scoped in SqlValue right, out int order)
    {
        if (left.Type != right.Type)
        {
            return TryCompareNumbers(in left, in right, out order);
        }

        order = left.Type switch
        {
            SqlType.Double => left.Number.CompareTo(right.Number),
            SqlType.Text or SqlType.Binary => left.Text.SequenceCompareTo(right.Text),
            SqlType.Decimal => CompareDecimals(in left, in right),
            _ => left.Integer.CompareTo(right.Integer),
        };
        return !left.IsNull;
    }

    /// <summary>Numbers of different kinds are compared exactly: 2^53 + 1 is not 2^53, written with a point or
    /// not.</summary>
    private static bool TryCompareNumbers(scoped in SqlValue left, scoped in SqlValue right, out int order)
    {
        order = 0;
        if (!left.IsNumeric || !right.IsNumeric)
        {
            return false;
        }

        order = (left.Type, right.Type) switch
        {
            (SqlType.Integer, SqlType.Double) => CompareExactly(left.Integer, right.Number),
            (SqlType.Double, SqlType.Integer) => -CompareExactly(right.Integer, left.Number),
            (SqlType.Double, _) or (_, SqlType.Double) => left.Number.CompareTo(right.Number),
            _ => CompareDecimals(in left, in right),
        };
        return true;
    }

    private static int CompareExactly(long integer, double number)
    {
        if (number >= IntegerEnd)
        {
            return -1;
        }

        if (number < -IntegerEnd)
        {
            return 1;
        }

        var whole = (long)number;
        return integer != whole ? integer.CompareTo(whole) : 0.0.CompareTo(number - whole);
    }

    private static int CompareDecimals(scoped in SqlValue left, scoped in SqlValue right)
    {
        if (left.Scale == right.Scale)
        {
            return left.Integer.CompareTo(right.Integer);
        }

        var scale = Math.Max(left.Scale, right.Scale);
        var first = (Int128)left.Integer * PowersOfTen.AsInteger(scale - left.Scale);
        var second = (Int128)right.Integer * PowersOfTen.AsInteger(scale - right.Scale);
        return first.CompareTo(second);
    }
}

internal sealed class ComparisonExpression(BinaryOperator comparison, Expression left, Expression right)
    : Expression(SqlType.Boolean)
{
    public override byte[]? RequiredPartitionKey => (comparison, left, right) switch
    {
        (BinaryOperator.Equal, PartitionKeyExpression, TextExpression text) => text.ToArray(),
        (BinaryOperator.Equal, TextExpression text, PartitionKeyExpression) => text.ToArray(),
        _ => null,
    };

    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        var second = right.Evaluate(in row);
        if (!Comparison.TryCompare(in first, in second, out var order))
        {
            return SqlValue.Null;
        }

        return SqlValue.Of(comparison switch
        {
            BinaryOperator.Equal => order == 0,
            BinaryOperator.NotEqual => order != 0,
            BinaryOperator.Less => order < 0,
            BinaryOperator.LessOrEqual => order <= 0,
            BinaryOperator.Greater => order > 0,
            _ => order >= 0,
        });
    }
}

/// <summary>TRUE if an element equals the operand; unknown if none does and one could not be compared.</summary>
internal sealed class InExpression(Expression operand, Expression[] list) : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        var isKnown = true;
        foreach (var element in list)
        {
            var candidate = element.Evaluate(in row);
            if (!Comparison.TryCompare(in value, in candidate, out var order))
            {
                isKnown = false;
            }
            else if (order == 0)
            {
                return SqlValue.Of(true);
            }
        }

        return isKnown ? SqlValue.Of(false) : SqlValue.Null;
    }
}

/// <summary><c>low &lt;= operand AND operand &lt;= high</c>, with the operand evaluated once; where it is symmetric,
/// the bounds may stand in either order.</summary>
internal sealed class BetweenExpression(Expression operand, Expression low, Expression high, bool isSymmetric)
    : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        var lowest = low.Evaluate(in row);
        var highest = high.Evaluate(in row);
        var inside = Test(in value, in lowest, in highest);
        if (!isSymmetric || inside.Boolean)
        {
            return inside;
        }

        var swapped = Test(in value, in highest, in lowest);
        return swapped.Boolean || inside.Type == SqlType.Boolean ? swapped : inside;
    }

    private static SqlValue Test(scoped in SqlValue value, scoped in SqlValue lowest, scoped in SqlValue highest)
    {
        var isLowKnown = Comparison.TryCompare(in lowest, in value, out var lowOrder);
        var isHighKnown = Comparison.TryCompare(in value, in highest, out var highOrder);
        if ((isLowKnown && lowOrder > 0) || (isHighKnown && highOrder > 0))
        {
            return SqlValue.Of(false);
        }

        return isLowKnown && isHighKnown ? SqlValue.Of(true) : SqlValue.Null;
    }
}

/// <summary>Whether two values differ, with NULL as a value like every other, so that the answer is never unknown;
/// values of different types differ.</summary>
internal sealed class IsDistinctExpression(Expression left, Expression right) : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        var second = right.Evaluate(in row);
        return SqlValue.Of(first.IsNull || second.IsNull
            ? first.IsNull != second.IsNull
            : !Comparison.TryCompare(in first, in second, out var order) || order != 0);
    }
}
