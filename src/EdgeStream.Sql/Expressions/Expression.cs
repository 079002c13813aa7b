namespace EdgeStream.Sql;

/// <summary>A bound expression. <paramref name="type"/> is null where only the record decides.</summary>
internal abstract class Expression(SqlDataType? type)
{
    /// <summary>The declared type of the values; null where only the record decides.</summary>
    public SqlDataType? DataType { get; } = type;

    /// <summary>What the values are, unless NULL; null where only the record decides.</summary>
    public SqlType? Type { get; } = type?.Kind;

    /// <summary>What the values are as far as it is known: a double stands for a number of any kind; null where only
    /// the record decides.</summary>
    public virtual SqlType? Family => Type;

    /// <summary>Whether the values are JSON texts that stand for what they say, and not for themselves.</summary>
    public virtual bool IsJson => false;

    /// <summary>The only partition key for which the value can be TRUE, in UTF-8; null where any may.</summary>
    public virtual byte[]? RequiredPartitionKey => null;

    /// <summary>Whether it depends on ROWTIME alone, and never goes back while ROWTIME goes on.</summary>
    public virtual bool FollowsRowtime => false;

    /// <summary>The value as a JSON text; empty where it is none.</summary>
    public virtual ReadOnlySpan<byte> EvaluateJson(scoped in Row row) => Evaluate(in row).Text;

    public abstract SqlValue Evaluate(scoped in Row row);
}
