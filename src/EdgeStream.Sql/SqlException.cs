namespace EdgeStream.Sql;

/// <summary>A text is not an expression that can be evaluated; the only exception that parsing and binding
/// throw.</summary>
/// <param name="error">What is wrong, and where.</param>
public sealed class SqlException(SqlError error) : Exception(error.ToString())
{
    /// <summary>What is wrong, and where.</summary>
    public SqlError Error { get; } = error;
}
