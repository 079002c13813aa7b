namespace EdgeStream.Sql;

/// <summary><c>CASE WHEN condition THEN …</c>: the first branch whose condition is TRUE.</summary>
internal sealed class SearchedCaseExpression(
    Expression[] conditions, Expression[] results, Expression otherwise, SqlDataType? type) : Expression(type)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        for (var index = 0; index < conditions.Length; index++)
        {
            if (conditions[index].Evaluate(in row).Boolean)
            {
                return results[index].Evaluate(in row);
            }
        }

        return otherwise.Evaluate(in row);
    }
}

/// <summary><c>CASE operand WHEN value THEN …</c>: the first branch whose value equals the operand, which is evaluated
/// once.</summary>
internal sealed class SimpleCaseExpression(
    Expression operand, Expression[] values, Expression[] results, Expression otherwise, SqlDataType? type)
    : Expression(type)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var subject = operand.Evaluate(in row);
        for (var index = 0; index < values.Length; index++)
        {
            var value = values[index].Evaluate(in row);
            if (Comparison.TryCompare(in subject, in value, out var order) && order == 0)
            {
                return results[index].Evaluate(in row);
            }
        }

        return otherwise.Evaluate(in row);
    }
}

/// <summary>The first argument that is not NULL.</summary>
internal sealed class CoalesceExpression(Expression[] arguments, SqlDataType? type) : Expression(type)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        foreach (var argument in arguments)
        {
            var value = argument.Evaluate(in row);
            if (!value.IsNull)
            {
                return value;
            }
        }

        return SqlValue.Null;
    }
}

/// <summary>The first argument, or NULL where it equals the second.</summary>
internal sealed class NullIfExpression(Expression operand, Expression other) : Expression(operand.DataType)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        var unwanted = other.Evaluate(in row);
        return Comparison.TryCompare(in value, in unwanted, out var order) && order == 0 ? SqlValue.Null : value;
    }
}

/// <summary>The greatest or the least argument; NULL where one is NULL or cannot be compared with the others.</summary>
internal sealed class ExtremeExpression(Expression[] arguments, bool isGreatest, SqlDataType? type) : Expression(type)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var best = arguments[0].Evaluate(in row);
        for (var index = 1; index < arguments.Length; index++)
        {
            var value = arguments[index].Evaluate(in row);
            if (!Comparison.TryCompare(in value, in best, out var order))
            {
                return SqlValue.Null;
            }

            best = (isGreatest ? order > 0 : order < 0) ? value : best;
        }

        return best;
    }
}
