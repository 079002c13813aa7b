using System.Text;

namespace EdgeStream.Sql;

internal sealed class NumberExpression(double value) : Expression(SqlType.Double)
{
    public override SqlValue Evaluate(scoped in Row row) => SqlValue.Of(value);
}

internal sealed class TextExpression(string value) : Expression(SqlType.Text)
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(value);

    public ReadOnlySpan<byte> Utf8 => _utf8;

    public override SqlValue Evaluate(scoped in Row row) => SqlValue.Of(_utf8.AsSpan());
}

internal sealed class BooleanExpression(bool value) : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row) => SqlValue.Of(value);
}

internal sealed class TimestampExpression(long unixMicroseconds) : Expression(SqlType.Timestamp)
{
    public override SqlValue Evaluate(scoped in Row row) => SqlValue.OfTimestamp(unixMicroseconds);
}

internal sealed class NullExpression() : Expression(SqlType.Null)
{
    public override SqlValue Evaluate(scoped in Row row) => SqlValue.Null;
}

internal sealed class ColumnExpression(int slot) : Expression(null)
{
    public int Slot => slot;

    public override SqlValue Evaluate(scoped in Row row) => row.Columns.Get(slot, row.Json);
}

internal sealed class PartitionKeyExpression() : Expression(SqlType.Text)
{
    public override SqlValue Evaluate(scoped in Row row) => SqlValue.Of(row.PartitionKey);
}

internal sealed class RowtimeExpression() : Expression(SqlType.Timestamp)
{
    public override SqlValue Evaluate(scoped in Row row) => SqlValue.OfTimestamp(row.RowtimeUnixMicroseconds);
}
