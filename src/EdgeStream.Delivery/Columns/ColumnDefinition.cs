namespace EdgeStream.Delivery;

/// <summary>A column of the CSV and Parquet formats, as it was configured.</summary>
/// <remarks>Without <see cref="Path"/> and <see cref="Field"/> it is the member of the data that has its name.
/// </remarks>
public sealed record ColumnDefinition
{
    /// <summary>How long a name may be, in bytes of UTF-8.</summary>
    public const int NameBytesMax = 128;

    /// <summary>The column's name: 1 to 128 bytes of UTF-8 without control characters.</summary>
    public required string Name { get; init; }

    /// <summary>Where in the data the value is, as <c>a.b[0]</c> or <c>$.a['b.c']</c>; null where it is not said.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>What of the record it is, instead of a value in its data.</summary>
    public RecordField? Field { get; init; }

    /// <summary>What a Parquet column holds; null for what a field always is. CSV has text only.</summary>
    public ColumnType? Type { get; init; }

    /// <summary>Whether a record without a value that fits is refused, instead of the value being left out.</summary>
    public bool IsRequired { get; init; }
}
