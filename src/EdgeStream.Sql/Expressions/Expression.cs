namespace EdgeStream.Sql;

/// <summary>A bound expression. <paramref name="type"/> is null where only the record decides.</summary>
internal abstract class Expression(SqlDataType? type)
{
    /// <summary>The declared type of the values; null where only the record decides.</summary>
    public SqlDataType? DataType { get; } = type;

    /// <summary>What the values are, unless NULL; null where only the record decides.</summary>
    public SqlType? Type { get; } = type?.Kind;

    public abstract SqlValue Evaluate(scoped in Row row);
}
