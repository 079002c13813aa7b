namespace EdgeStream.Sql;

/// <summary>A literal that is no text and no binary.</summary>
internal sealed class ConstantExpression(SqlDataType type, long integer, int scale) : Expression(type)
{
    private readonly SqlType _kind = type.Kind;

    public SqlValue Value => SqlValue.OfParts(_kind, integer, scale);

    public override SqlValue Evaluate(scoped in Row row) => SqlValue.OfParts(_kind, integer, scale);
}

internal sealed class TextExpression(byte[] utf8) : Expression(SqlType.Text)
{
    public ReadOnlySpan<byte> Utf8 => utf8;

    /// <summary>A copy of the text.</summary>
    public byte[] ToArray() => [.. utf8];

    public override SqlValue Evaluate(scoped in Row row) => SqlValue.Of(utf8.AsSpan());
}

internal sealed class BinaryExpression(byte[] bytes) : Expression(SqlType.Binary)
{
    public override SqlValue Evaluate(scoped in Row row) => SqlValue.OfBinary(bytes);
}

internal sealed class NullExpression() : Expression(SqlType.Null)
{
    public override SqlValue Evaluate(scoped in Row row) => SqlValue.Null;
}

internal sealed class ColumnExpression(int slot) : Expression(null)
{
    public int Slot => slot;

    public override SqlValue Evaluate(scoped in Row row) => row.Columns.Get(slot, row.Json);

    /// <summary>An object or array as it stands in the record; text as what it says.</summary>
    public override ReadOnlySpan<byte> EvaluateJson(scoped in Row row)
    {
        var value = row.Columns.Get(slot, row.Json);
        return value.IsNull ? row.Columns.GetRaw(slot, row.Json) : value.Text;
    }
}

internal sealed class PartitionKeyExpression() : Expression(SqlType.Text)
{
    public override SqlValue Evaluate(scoped in Row row) => SqlValue.Of(row.PartitionKey);
}

internal sealed class RowtimeExpression() : Expression(SqlType.Timestamp)
{
    public override bool FollowsRowtime => true;

    public override SqlValue Evaluate(scoped in Row row) => SqlValue.OfTimestamp(row.RowtimeUnixMicroseconds);
}
