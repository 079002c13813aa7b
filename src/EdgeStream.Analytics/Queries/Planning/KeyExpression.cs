using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A key of which the records decide the type: whole numbers are integers, so that 21, 21.0 and 2.1e1 are one
/// key.</summary>
internal sealed class KeyExpression : Expression
{
    private readonly Expression _operand;

    private KeyExpression(Expression operand)
        : base(null) => _operand = operand;

    /// <summary>The expression as a key of groups or partitions.</summary>
    public static Expression Of(Expression operand) => operand.DataType is null ? new KeyExpression(operand) : operand;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = _operand.Evaluate(in row);
        return JoinKey.Plain(in value);
    }
}
