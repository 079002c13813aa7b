namespace EdgeStream.Sql;

/// <summary>FALSE if one side is FALSE, TRUE if both are TRUE, otherwise unknown.</summary>
internal sealed class AndExpression(Expression left, Expression right) : Expression(SqlType.Boolean)
{
    public override byte[]? RequiredPartitionKey => left.RequiredPartitionKey ?? right.RequiredPartitionKey;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        if (first.Type == SqlType.Boolean && !first.Boolean)
        {
            return first;
        }

        var second = right.Evaluate(in row);
        return second.Type == SqlType.Boolean && !second.Boolean ? second
            : first.Boolean && second.Boolean ? second
            : SqlValue.Null;
    }
}

/// <summary>TRUE if one side is TRUE, FALSE if both are FALSE, otherwise unknown.</summary>
internal sealed class OrExpression(Expression left, Expression right) : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        if (first.Boolean)
        {
            return first;
        }

        var second = right.Evaluate(in row);
        return second.Boolean ? second
            : first.Type == SqlType.Boolean && second.Type == SqlType.Boolean ? second
            : SqlValue.Null;
    }
}

internal sealed class NotExpression(Expression operand) : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        return value.Type == SqlType.Boolean ? SqlValue.Of(!value.Boolean) : SqlValue.Null;
    }
}

internal sealed class IsNullExpression(Expression operand) : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row) => SqlValue.Of(operand.Evaluate(in row).IsNull);
}

/// <summary><c>IS TRUE</c> and <c>IS FALSE</c>: never unknown.</summary>
internal sealed class IsTruthExpression(Expression operand, bool expected) : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        return SqlValue.Of(value.Type == SqlType.Boolean && value.Boolean == expected);
    }
}

/// <summary><c>IS UNKNOWN</c>.</summary>
internal sealed class IsUnknownExpression(Expression operand) : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row) =>
        SqlValue.Of(operand.Evaluate(in row).Type != SqlType.Boolean);
}
