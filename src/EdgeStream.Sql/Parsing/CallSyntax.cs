namespace EdgeStream.Sql;

/// <summary>A call of a function, with the words that SQL puts between the arguments of some.</summary>
internal sealed record CallSyntax(Token Token, IReadOnlyList<Syntax> Arguments) : Syntax(Token, DepthOf(Arguments) + 1)
{
    /// <summary>The word that chooses between forms of a function: LEADING, TRAILING or BOTH of TRIM, SIMILAR of
    /// SUBSTRING.</summary>
    public string? Keyword { get; init; }

    /// <summary>The unit of <c>FLOOR(x TO unit)</c>, <c>CEIL(x TO unit)</c> and <c>EXTRACT(unit FROM x)</c>.</summary>
    public TimeUnit Unit { get; init; }

    /// <summary>The type behind RETURNING, or the columns that a log-parse function is told.</summary>
    public SqlDataType? Returning { get; init; }

    /// <summary>Whether the argument is a star: <c>COUNT(*)</c>.</summary>
    public bool IsStar { get; init; }

    /// <summary>Whether DISTINCT stands before the argument of an aggregate.</summary>
    public bool IsDistinct { get; init; }

    /// <summary>Whether <c>IGNORE NULLS</c> stands behind the call.</summary>
    public bool IgnoresNulls { get; init; }

    /// <summary>Whether <c>FROM LAST</c> stands behind the call.</summary>
    public bool IsFromLast { get; init; }
}
