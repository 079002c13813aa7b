namespace EdgeStream.Sql;

/// <summary>One record as an expression sees it.</summary>
internal readonly ref struct Row
{
    public required JsonColumns Columns { get; init; }

    public required ReadOnlySpan<byte> Json { get; init; }

    public required ReadOnlySpan<byte> PartitionKey { get; init; }

    public required long RowtimeUnixMicroseconds { get; init; }
}
