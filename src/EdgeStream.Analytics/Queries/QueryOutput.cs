namespace EdgeStream.Analytics;

/// <summary>An in-application stream whose rows are appended to a stream of the gateway as JSON objects.</summary>
public sealed record QueryOutput
{
    /// <summary>The in-application stream, in the case it stands for in the query; <c>ERROR_STREAM</c> for the
    /// errors, and
    /// <c>RESULT</c> for the rows of a query that no pump takes.</summary>
    public required string From { get; init; }

    /// <summary>The stream that takes the rows; it must exist.</summary>
    public required string Stream { get; init; }

    /// <summary>The column whose value is the records' partition key; null for the query's name.</summary>
    public string? KeyColumn { get; init; }
}
