namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>A run that is asked for.</summary>
internal sealed record SqlRequest
{
    /// <summary>The statements; null where <see cref="Query"/> names a query.</summary>
    public string? Sql { get; init; }

    /// <summary>The name of a query of the gateway.</summary>
    public string? Query { get; init; }

    /// <summary>The in-application stream whose rows are wanted; null for the only one.</summary>
    public string? Stream { get; init; }

    /// <summary>The beginning of the stored time to read; null for what comes from now on, or for all.</summary>
    public string? From { get; init; }

    /// <summary>Its end.</summary>
    public string? To { get; init; }

    /// <summary>How many rows; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>Whether the first column is the row's ROWTIME.</summary>
    public bool HasRowtime { get; init; }

    /// <summary>The body of the request.</summary>
    public byte[] ToJson() => CommandJson.Build(writer =>
    {
        Write("sql", Sql);
        Write("query", Query);
        Write("stream", Stream);
        Write("from", From);
        Write("to", To);
        if (Limit is { } limit)
        {
            writer.WriteNumber("limit", limit);
        }

        if (HasRowtime)
        {
            writer.WriteBoolean("rowtime", true);
        }

        void Write(string name, string? text)
        {
            if (text is not null)
            {
                writer.WriteString(name, text);
            }
        }
    });
}
