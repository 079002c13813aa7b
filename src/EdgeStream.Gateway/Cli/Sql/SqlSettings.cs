namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>What queries are run over, and how their rows are written.</summary>
internal sealed record SqlSettings
{
    /// <summary>The beginning of the stored time; null for what comes from now on, or for all.</summary>
    public string? From { get; init; }

    /// <summary>Its end.</summary>
    public string? To { get; init; }

    /// <summary>How many rows; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>The in-application stream whose rows are wanted; null for the only one.</summary>
    public string? Stream { get; init; }

    /// <summary>One of <see cref="RowWriter.Formats"/>.</summary>
    public required string Format { get; init; }

    /// <summary>Whether what is stored is read, whatever the statements say.</summary>
    public bool IsHistory => From is not null || To is not null;

    /// <summary>The run that they come to.</summary>
    public SqlRequest RequestOf(string sql) => new()
    {
        Sql = sql,
        Stream = Stream,
        From = From,
        To = To,
        Limit = Limit,
    };
}
