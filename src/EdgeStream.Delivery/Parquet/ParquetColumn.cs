namespace EdgeStream.Delivery;

/// <summary>A column of a Parquet file.</summary>
/// <param name="Name">Its name, which has no parts: a dot in it is a dot.</param>
/// <param name="Type">What it holds.</param>
/// <param name="IsRequired">Whether every row has a value.</param>
internal sealed record ParquetColumn(string Name, ColumnType Type, bool IsRequired)
{
    /// <summary>Whether values are texts or bytes.</summary>
    public bool HasBytes => Type is ColumnType.String or ColumnType.Bytes;

    /// <summary>Bytes of a number in plain encoding; 0 for booleans, which are bits, and for texts.</summary>
    public int NumberBytes => Type switch
    {
        ColumnType.Int32 or ColumnType.Float => 4,
        ColumnType.Int64 or ColumnType.Double or ColumnType.TimestampMillis or ColumnType.TimestampMicros => 8,
        _ => 0,
    };

    /// <summary>Whether numbers are whole, so that their differences are small when they are alike.</summary>
    public bool IsWhole => Type is ColumnType.Int32 or ColumnType.Int64
        or ColumnType.TimestampMillis or ColumnType.TimestampMicros;
}
