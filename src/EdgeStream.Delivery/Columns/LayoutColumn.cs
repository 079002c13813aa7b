namespace EdgeStream.Delivery;

/// <summary>A column with nothing left open: where its value comes from and what it is.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="IsRequired">Whether a record without a value that fits is refused.</param>
/// <param name="Field">What of the record it is; null for a value of its data.</param>
/// <param name="Path">Where in the data it is; empty for a field.</param>
internal sealed record LayoutColumn(string Name, ColumnType Type, bool IsRequired, RecordField? Field, string Path)
{
    /// <summary>A field as Parquet has it.</summary>
    public static LayoutColumn Of(RecordField field) => new(
        ColumnWords.Of(field), TypeOf(field), field != RecordField.SubSequence, field, "");

    /// <summary>What a field always is.</summary>
    public static ColumnType TypeOf(RecordField field) => field switch
    {
        RecordField.Sequence => ColumnType.Int64,
        RecordField.SubSequence => ColumnType.Int32,
        RecordField.EventTime or RecordField.ArrivalTime => ColumnType.TimestampMicros,
        RecordField.Data => ColumnType.Bytes,
        RecordField.Historical => ColumnType.Boolean,
        _ => ColumnType.String,
    };

    /// <summary>Whether a field can also be of another type.</summary>
    public static bool CanBe(RecordField field, ColumnType type) => type == TypeOf(field) || (field, type) is
        (RecordField.EventTime or RecordField.ArrivalTime, ColumnType.TimestampMillis)
        or (RecordField.Data, ColumnType.String);

    /// <summary>The column in a Parquet file.</summary>
    public ParquetColumn ToParquet() => new(Name, Type, IsRequired);
}
