namespace EdgeStream.Analytics;

/// <summary>A file that a query joins as a table.</summary>
/// <remarks>It is read again when its time or size changes, looked at every few seconds; at most 16 MiB and 1,000,000
/// rows. A file that cannot be read leaves the table as it was.</remarks>
public sealed record QueryReference
{
    /// <summary>The table's name in the query, in the case it stands for there.</summary>
    public required string Name { get; init; }

    /// <summary>The file's path.</summary>
    public required string Path { get; init; }

    /// <summary>Whether the file is CSV or JSON; a JSON file is an array of objects, or one object a line.</summary>
    public InputFormat Format { get; init; }

    /// <summary>The columns, in the order of the fields where it is CSV; at least one.</summary>
    public required IReadOnlyList<QueryInputColumn> Columns { get; init; }

    /// <summary>What divides the fields of a CSV line.</summary>
    public char FieldDelimiter { get; init; } = ',';

    /// <summary>Whether the first line of a CSV file holds names.</summary>
    public bool HasHeader { get; init; }
}
