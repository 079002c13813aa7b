namespace EdgeStream.Analytics;

/// <summary>A stream of the gateway that a query reads as an in-application stream.</summary>
public sealed record QueryInput
{
    /// <summary>The stream's name.</summary>
    public required string Stream { get; init; }

    /// <summary>The name in the query, in the case it stands for there; null for the stream's own.</summary>
    public string? As { get; init; }

    /// <summary>What the records are.</summary>
    public InputFormat Format { get; init; }

    /// <summary>The columns. None: a JSON record's members are columns as they are named, and have the type that each
    /// record gives them.</summary>
    public IReadOnlyList<QueryInputColumn> Columns { get; init; } = [];

    /// <summary>What divides the fields of a CSV line: one ASCII character.</summary>
    public char FieldDelimiter { get; init; } = ',';

    /// <summary>The regular expression whose groups are the columns of a line, in .NET's syntax, without
    /// backtracking.</summary>
    public string? Pattern { get; init; }

    /// <summary>What ROWTIME is.</summary>
    public RowtimeOrigin Rowtime { get; init; }

    /// <summary>How much older than the newest reading of its shard a reading may be where ROWTIME is the time of the
    /// reading; 0 to 24 hours. Older ones go to the error stream.</summary>
    public TimeSpan Lateness { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a shard is silent before ROWTIME goes on without it where it is the time of the
    /// reading; 100 ms
    /// to 24 hours.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
