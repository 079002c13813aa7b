namespace EdgeStream.Sql;

internal sealed class AbsExpression(Expression operand) : Expression(operand.DataType)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        return value.Type switch
        {
            SqlType.Double => SqlValue.Of(Math.Abs(value.Number)),
            SqlType.Integer or SqlType.Decimal or SqlType.Interval or SqlType.Months =>
                value.Integer == long.MinValue
                    ? SqlValue.Null : SqlValue.OfParts(value.Type, Math.Abs(value.Integer), value.Scale),
            _ => SqlValue.Null,
        };
    }
}

/// <summary>Rounds half away from zero to a count of decimal places, -15 to 15.</summary>
internal sealed class RoundExpression(Expression operand, Expression places) : Expression(SqlType.Double)
{
    private const int PlacesMax = 15;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        var digits = places.Evaluate(in row);
        if (!value.IsNumeric || !digits.IsNumeric)
        {
            return SqlValue.Null;
        }

        var count = (int)Math.Clamp(Math.Truncate(digits.Number), -PlacesMax, PlacesMax);
        if (count >= 0)
        {
            return SqlValue.Of(Math.Round(value.Number, count, MidpointRounding.AwayFromZero));
        }

        var unit = Math.Pow(10, -count);
        return SqlValue.Of(Math.Round(value.Number / unit, MidpointRounding.AwayFromZero) * unit);
    }
}

internal sealed class CaseExpression(Expression operand, bool toUpper) : Expression(SqlType.Text)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        return value.Type == SqlType.Text
            ? SqlValue.Of(row.Columns.Scratch.ChangeCase(value.Text, toUpper))
            : SqlValue.Null;
    }
}

/// <summary>The first argument that is not NULL.</summary>
internal sealed class CoalesceExpression(Expression[] arguments, SqlType? type) : Expression(type)
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
