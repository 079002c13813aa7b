namespace EdgeStream.Sql;

/// <summary>The order of two values of one type; unknown for NULL and for values of different types.</summary>
internal static class Comparison
{
    public static bool TryCompare(scoped in SqlValue left, scoped in SqlValue right, out int order)
    {
        order = 0;
        if (left.Type != right.Type || left.IsNull)
        {
            return false;
        }

        order = left.Type == SqlType.Text
            ? left.Text.SequenceCompareTo(right.Text)
            : left.Number.CompareTo(right.Number);
        return true;
    }
}

internal sealed class ComparisonExpression(BinaryOperator comparison, Expression left, Expression right)
    : Expression(SqlType.Boolean)
{
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

/// <summary><c>low &lt;= operand AND operand &lt;= high</c>, with the operand evaluated once.</summary>
internal sealed class BetweenExpression(Expression operand, Expression low, Expression high)
    : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        var lowest = low.Evaluate(in row);
        var highest = high.Evaluate(in row);
        var isLowKnown = Comparison.TryCompare(in lowest, in value, out var lowOrder);
        var isHighKnown = Comparison.TryCompare(in value, in highest, out var highOrder);
        if ((isLowKnown && lowOrder > 0) || (isHighKnown && highOrder > 0))
        {
            return SqlValue.Of(false);
        }

        return isLowKnown && isHighKnown ? SqlValue.Of(true) : SqlValue.Null;
    }
}
