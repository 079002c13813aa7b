namespace EdgeStream.Analytics;

/// <summary>A file, or what another source gives, that a query joins as a table.</summary>
/// <remarks>It is read again when it changes, a file when its time or size does, looked at every few seconds; at most
/// 16 MiB and 1,000,000 rows. What cannot be read leaves the table as it was.</remarks>
public sealed record QueryReference
{
    /// <summary>The longest content: 16 MiB.</summary>
    public const int SizeBytesMax = 16 << 20;

    /// <summary>The table's name in the query, in the case it stands for there.</summary>
    public required string Name { get; init; }

    /// <summary>The file's path, or the place of what <see cref="Source"/> gives: another one begins the query
    /// anew.</summary>
    public required string Path { get; init; }

    /// <summary>What gives the content; null for the file at <see cref="Path"/>.</summary>
    public IReferenceSource? Source { get; init; }

    /// <summary>Whether the content is CSV or JSON; JSON is an array of objects, or one object a line.</summary>
    public InputFormat Format { get; init; }

    /// <summary>The columns, in the order of the fields where it is CSV; at least one.</summary>
    public required IReadOnlyList<QueryInputColumn> Columns { get; init; }

    /// <summary>What divides the fields of a CSV line.</summary>
    public char FieldDelimiter { get; init; } = ',';

    /// <summary>Whether the first line of CSV holds names.</summary>
    public bool HasHeader { get; init; }
}
