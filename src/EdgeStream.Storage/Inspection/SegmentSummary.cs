namespace EdgeStream.Storage;

/// <summary>One segment of a log as its header and its index tell, without reading its records.</summary>
public sealed record SegmentSummary
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The first record.</summary>
    public required SequenceNumber FirstSequence { get; init; }

    /// <summary>The last record; before the first one in an empty segment.</summary>
    public required SequenceNumber LastSequence { get; init; }

    /// <summary>When the file was made; 1970 when its header is damaged.</summary>
    public required Timestamp Created { get; init; }

    /// <summary>The start of the machine in which the file was made.</summary>
    public required uint BootOrdinal { get; init; }

    /// <summary>The random number that keeps its entries apart from those of other segments.</summary>
    public required ulong Salt { get; init; }

    /// <summary>The version of the format, as it stands in the header.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>What the key is called that the segment is encrypted with; null if it is not encrypted.</summary>
    public string? KeyName { get; init; }

    /// <summary>The file's size.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Bytes that are in use, as far as the index or recovery tells.</summary>
    public required long UsedBytes { get; init; }

    /// <summary>Whether the header's checksum is right.</summary>
    public required bool IsHeaderValid { get; init; }

    /// <summary>Whether appends would go here.</summary>
    public required bool IsLast { get; init; }

    /// <summary>Its index file.</summary>
    public required IndexState Index { get; init; }
}
