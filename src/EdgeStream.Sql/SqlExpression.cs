namespace EdgeStream.Sql;

/// <summary>An expression over JSON records, parsed, bound and ready to evaluate.</summary>
/// <remarks>
/// Three-valued logic: a comparison with NULL, or of values of different types, is unknown (NULL). Immutable, so
/// threads may
/// share it; each evaluates against its own <see cref="JsonColumns"/>.
/// </remarks>
public sealed class SqlExpression
{
    private readonly Expression _root;

    private SqlExpression(string text, Expression root)
    {
        Text = text;
        _root = root;
    }

    /// <summary>The text it was made from.</summary>
    public string Text { get; }

    /// <summary>The type of the values; null where only the record decides.</summary>
    public SqlDataType? ResultType => _root.DataType;

    /// <summary>The only partition key, in UTF-8, for which a condition can be TRUE, where it says so as
    /// <c>PARTITION_KEY = 'text'</c>, alone or with <c>AND</c>; null where any key may do.</summary>
    public byte[]? RequiredPartitionKey => _root.RequiredPartitionKey;

    /// <summary>Parses any scalar expression and adds the columns it needs to the set.</summary>
    /// <exception cref="SqlException">The text is no expression, or its types can never fit.</exception>
    public static SqlExpression Parse(string text, ColumnSet columns) =>
        new(text, new Binder(text, columns).Bind(Parser.Parse(text)));

    /// <summary>Parses an expression that is TRUE, FALSE or unknown, as a filter must be.</summary>
    /// <exception cref="SqlException">The text is no expression, its types can never fit, or it is no
    /// condition.</exception>
    public static SqlExpression ParseCondition(string text, ColumnSet columns) =>
        new(text, new Binder(text, columns).BindCondition(Parser.Parse(text)));

    /// <summary>Whether the condition is TRUE for a record; unknown is not.</summary>
    /// <param name="columns">The record's columns, already read.</param>
    /// <param name="json">The bytes they were read from.</param>
    /// <param name="partitionKey">The value of PARTITION_KEY, in UTF-8.</param>
    /// <param name="rowtimeUnixMicroseconds">The value of ROWTIME: the record's event time.</param>
    public bool IsTrue(
        JsonColumns columns, ReadOnlySpan<byte> json, ReadOnlySpan<byte> partitionKey, long rowtimeUnixMicroseconds) =>
        Evaluate(columns, json, partitionKey, rowtimeUnixMicroseconds).Boolean;

    /// <summary>The value for a record; the parameters are those of <see cref="IsTrue"/>.</summary>
    public SqlValue Evaluate(
        JsonColumns columns, ReadOnlySpan<byte> json, ReadOnlySpan<byte> partitionKey, long rowtimeUnixMicroseconds)
    {
        columns.Scratch.ForgetResults();
        var row = new Row
        {
            Columns = columns,
            Json = json,
            PartitionKey = partitionKey,
            RowtimeUnixMicroseconds = rowtimeUnixMicroseconds,
        };
        return _root.Evaluate(in row);
    }
}
