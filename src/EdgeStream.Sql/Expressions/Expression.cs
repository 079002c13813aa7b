namespace EdgeStream.Sql;

/// <summary>A bound expression. <paramref name="type"/> is null where only the record decides.</summary>
internal abstract class Expression(SqlType? type)
{
    public SqlType? Type { get; } = type;

    public abstract SqlValue Evaluate(scoped in Row row);
}
