namespace EdgeStream.Sql;

/// <summary>One record as an expression sees it.</summary>
internal readonly ref struct Row
{
    public required JsonColumns Columns { get; init; }

    /// <summary>Where texts are made that exist in no record.</summary>
    public Scratch Scratch => Columns.Scratch;

    public required ReadOnlySpan<byte> Json { get; init; }

    public required ReadOnlySpan<byte> PartitionKey { get; init; }

    /// <summary>The columns of a typed row; empty for a record.</summary>
    public ReadOnlySpan<Cell> Cells { get; init; }

    public required long RowtimeUnixMicroseconds { get; init; }
}
